/* The time a run looks at, as a grid of periods aligned in UTC. */
#ifndef WINDOW_H
#define WINDOW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the options ask for. */
struct window_spec {
	int64_t window_s, period_s;
	bool with_filling; /* the period that is still filling is added (statistic Maximum) */
};

struct window {
	int64_t start_s, end_s; /* end is exclusive */
	int64_t period_s;
	size_t points; /* periods in [start, end) */
	bool filling;  /* the last one is still filling */
};

/* The number of periods of a window. */
size_t window_points(const struct window_spec *spec);

/* Checks CloudWatch's rules: the period a multiple of 60 s, the window whole periods; a start older
 * than 15 days needs a period of 300 s multiples, older than 63 days of 3600 s, older than 455 days
 * has no data. (GetMetricDataInput in the CloudWatch API reference.) The start can lie up to one
 * period more than the window in the past; that counts, so that a check is refused always or never.
 * 0, or -1 with ERR_USAGE. */
int window_check(const struct window_spec *spec, struct err *e);

/* The grid at a moment: the last complete periods, and the filling one if asked for. */
struct window window_at(const struct window_spec *spec, int64_t now_s);

/* The index of the period that a point starting at time_s belongs to; false when it lies outside.
 */
bool window_index(const struct window *w, int64_t time_s, size_t *index);

/* When the period with this index starts. */
int64_t window_time(const struct window *w, size_t index);

/* Whether the period with this index is still filling. */
bool window_is_filling(const struct window *w, size_t index);

/* The age from which a series' newest point counts as stale: two periods or 15 minutes, whichever
 * is more. */
int64_t window_stale_after_s(const struct window *w);

/* Whether a series whose newest point starts at newest_s is not stale. */
bool window_is_current(const struct window *w, int64_t newest_s, int64_t now_s);

#endif
