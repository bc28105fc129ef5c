/* --backtest over all series of a run's samples: how often and how long each service would have
 * been in each state. Rules only, no input or output. */
#ifndef JUDGE_REPLAY_H
#define JUDGE_REPLAY_H

#include "judge/backtest.h"
#include "model/rules.h"
#include "model/samples.h"

/* One series; the metric was asked for. */
struct replay_series {
	bool is_known; /* it was fetched completely; otherwise it has no counts */
	struct backtest_counts counts;
};

struct replay_service {
	size_t service; /* index into samples */
	/* Of all its series that are known: of each instant the worst state, "no data" between OK
	 * and WARNING. One of STATE_OK, STATE_WARNING, STATE_CRITICAL or STATE_UNKNOWN an instant.
	 */
	unsigned char *states;
	struct backtest_counts counts; /* zero if none of them is known */
	size_t known, lost;            /* of its series */
	struct replay_series series[METRICS];
};

/* Zeroed: nothing. Free with replay_free. */
struct replay {
	struct replay_service *services; /* the worst first */
	size_t count;
	size_t instants;
	int64_t first_s, interval_s;     /* of the instants; each stands for one interval */
	struct backtest_counts together; /* as if one check looked at all services */
	size_t known, lost;      /* series; what of all is told is the least if any is lost */
	size_t lost_service;     /* the first of the lost: index into samples, */
	enum metric lost_metric; /* its metric, */
	const char *why_lost;    /* and why; borrowed from the samples. NULL: none is lost */
};

/* The window of one fetch for all of it: the span, and before its first instant what that looks at.
 */
struct window_spec replay_window(const struct rules *rules);

/* Judges the samples, whose window is that one. The worst service is the one that was CRITICAL for
 * the longest time, then WARNING, then without data; then by lost series and by name. 0, or -1 with
 * ERR_MEMORY. */
int replay(const struct rules *rules, const struct samples *s, struct replay *out, struct err *e);
void replay_free(struct replay *r);

/* The state of a backtest: OK, or UNKNOWN if series are not known. */
enum state replay_state(const struct replay *r);

/* How much time was judged, in seconds. */
int64_t replay_span_s(const struct replay *r);

#endif
