/* When a series that grows steadily reaches the upper end of its critical range. Rules only, no
 * input or output.
 *
 * The contract: three days of hourly Average. Whatever is older than the newest restart does not
 * count: a fall of at least 10 points and a quarter of the value that lasts two hours. At least 24
 * hours and 80 % of their points are needed. The slope is the median of the slopes between all
 * pairs of points (Theil-Sen): unlike a least-squares line it does not follow a single peak. It
 * speaks only of steady growth: by 5 points or more in all, with rising medians of the four
 * quarters, and each half with at least a quarter of the slope.
 *
 * Only tests call this so far. */
#ifndef JUDGE_FORECAST_H
#define JUDGE_FORECAST_H

#include "model/window.h"

#include <stdbool.h>
#include <stdint.h>

enum { FORECAST_PERIOD_S = 3600, FORECAST_SPAN_S = 3 * 86400, FORECAST_MAX_POINTS = 72 };

struct forecast {
	bool grows;      /* false: nothing to say; the others are 0 */
	double per_day;  /* percentage points */
	int64_t since_s; /* the start of the first period that counts */
	int64_t left_s;  /* from now to the limit; 0: it is there */
	double limit;
};

/* Reads the window's periods, at most FORECAST_MAX_POINTS, oldest first; NAN: no point; NULL: none
 * at all. limit is the upper end of the critical range in percent (range_limit); with INFINITY
 * there is nothing to say. Nor is there with a newest point that is stale at now_s. */
struct forecast forecast_find(const double *values, const struct window *w, double limit,
	int64_t now_s);

#endif
