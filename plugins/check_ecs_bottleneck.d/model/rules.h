/* What the user asks a run to judge, and by what: services, metrics, window, ranges. */
#ifndef RULES_H
#define RULES_H

#include "harness/range.h"
#include "harness/state.h"
#include "model/metric.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>

/* NO_DATA_AUTO: ECS is asked why; NO_DATA_STATE: the state that the user gave. */
enum no_data_policy { NO_DATA_AUTO, NO_DATA_STATE };

/* A list of glob patterns, borrowed. */
struct patterns {
	const char **items;
	size_t count;
};

struct rules {
	struct range warning[METRICS], critical[METRICS];
	bool metrics[METRICS]; /* those that are asked for */
	struct patterns include, exclude;
	struct window_spec window;
	char statistic[16]; /* as CloudWatch calls it */
	bool is_percentile; /* the statistic is one */
	size_t breaches;    /* points of a series that have to breach for a state, from 1 */
	enum no_data_policy no_data;
	enum state no_data_state; /* with NO_DATA_STATE */
	enum state timeout_state; /* of what is not known when the deadline strikes */
};

#endif
