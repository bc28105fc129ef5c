/* What a run judges and by which rules: services, metrics, window, ranges. */
#ifndef MODEL_RULES_H
#define MODEL_RULES_H

#include "harness/state.h"
#include "model/metric.h"
#include "model/statistics.h"
#include "model/thresholds.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NO_DATA_AUTO: ask ECS for the reason. NO_DATA_STATE: use the state the user gave. */
enum no_data_policy { NO_DATA_AUTO, NO_DATA_STATE };

/* A list of glob patterns, borrowed. */
struct patterns {
	const char **items;
	size_t count;
};

/* Which services are told what size would do (--advise). */
enum advise_choice { ADVISE_NONE, ADVISE_PROBLEMS, ADVISE_ALL };

/* Of running tasks the ranges are in percent of the desired ones, and only they and the patterns
 * concern them. */
struct rules {
	struct thresholds thresholds; /* what -w and -C gave; see service_ranges in samples.h */
	bool metrics[ALL_METRICS];    /* the requested ones */
	struct patterns include, exclude;
	bool services_are_named; /* include has names only: they are not looked for in the list */
	struct window_spec window;
	struct statistics statistics;
	int64_t backtest_s;     /* --backtest: how far back it judges, whole intervals */
	bool backtest_is_usual; /* it is the default, which depends on the period */
	int64_t interval_s;     /* --backtest: between two judgements, whole periods */
	size_t breaches;        /* breaching points a series needs for a state; at least 1 */
	int64_t forecast_s; /* steady growth that reaches the limit by then is WARNING; 0: not asked
			       for */
	enum advise_choice advise;
	enum no_data_policy no_data;
	enum state no_data_state; /* for NO_DATA_STATE */
	bool with_detail;         /* the closer look is wanted */
	enum state timeout_state; /* for whatever is unknown at the deadline */
};

/* Whether a metric of CloudWatch is requested: otherwise window, period and statistic mean
 * nothing. */
bool rules_have_series(const struct rules *r);

#endif
