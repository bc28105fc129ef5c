/* The time range of a run, as a grid of periods aligned in UTC. */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The window that the options request. */
struct window_spec {
	int64_t window_s, period_s;
	int64_t recover_s; /* --recover: so much more is fetched before it; 0: nothing */
	bool with_filling; /* add the period still filling (statistic Maximum) */
};

struct window {
	int64_t start_s, end_s; /* end is exclusive */
	int64_t period_s;
	size_t points; /* periods in [start, end) */
	size_t before; /* periods before start that are fetched as well, for --recover */
	bool filling;  /* the last period is still filling */
};

/* The number of periods in a window. */
size_t window_points(const struct window_spec *spec);

/* Checks CloudWatch's rules. The period must be a multiple of 60 s, the window and --recover
 * multiples of the period. A start more than 15 days ago requires a period in multiples of 300 s,
 * more than 63 days ago in multiples of 3600 s; beyond 455 days there is no data.
 * (GetMetricDataInput in the CloudWatch API reference.) The start can be up to one period further
 * back than window and
 * --recover are long. That period is counted, so that the same options are rejected always or
 * never. 0, or -1 with ERR_USAGE. */
int window_check(const struct window_spec *spec, struct err *e);

/* For how long CloudWatch keeps points of that period. */
int64_t window_retention_s(int64_t period_s);

/* How far back --backtest can judge at most, a whole number of intervals, and how far it does by
 * default: 14 days, or the whole days that are possible. Before the oldest instant lie a window
 * and --recover; the age of the oldest point grows by up to a period until it is asked for. 0 or
 * less: CloudWatch does not keep enough. */
int64_t window_longest_past_s(const struct window_spec *spec, int64_t interval_s);
int64_t window_usual_past_s(const struct window_spec *spec, int64_t interval_s);

/* The grid at a given time: the last complete periods, and the one still filling if requested. */
struct window window_at(const struct window_spec *spec, int64_t now_s);

/* Finds the index of the period that contains time_s; false if it is outside the window. */
bool window_index(const struct window *w, int64_t time_s, size_t *index);

/* The same counted from the oldest fetched period: w->before is the place of index 0. */
bool window_place(const struct window *w, int64_t time_s, size_t *place);

/* The start of the oldest fetched period, and the number of those fetched. */
int64_t window_fetched_from_s(const struct window *w);
size_t window_fetched_points(const struct window *w);

/* The grid of all fetched periods: the window begins with the oldest one, and nothing is before it.
 */
struct window window_fetched(const struct window *w);

/* The start of the period with this index. */
int64_t window_time(const struct window *w, size_t index);

/* Whether the period with this index is still filling. */
bool window_is_filling(const struct window *w, size_t index);

/* The age beyond which the newest point of a series is stale: two periods or 15 minutes, whichever
 * is longer. */
int64_t window_stale_after_s(const struct window *w);

/* Whether a series whose newest point starts at newest_s is not stale. */
bool window_is_current(const struct window *w, int64_t newest_s, int64_t now_s);

#endif
