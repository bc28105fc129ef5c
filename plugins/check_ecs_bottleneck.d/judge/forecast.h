/* When a series that grows steadily reaches the upper end of its critical range. Rules only, no
 * input or output.
 *
 * The contract: three days of hourly Average. Whatever is older than the newest restart does not
 * count: a fall of at least 10 points and a quarter of the value that lasts two hours. At least 24
 * hours and 80 % of their points are needed. The slope is the median of the slopes between all
 * pairs of points (Theil-Sen): unlike a least-squares line it does not follow a single peak. It
 * speaks only of steady growth: by 5 points or more in all, with rising medians of the four
 * quarters, and each half with at least a quarter of the slope. */
#ifndef JUDGE_FORECAST_H
#define JUDGE_FORECAST_H

#include "base/err.h"
#include "model/detail.h"
#include "model/forecast.h"
#include "model/request.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/window.h"

#include <stdint.h>

enum { FORECAST_PERIOD_S = 3600, FORECAST_SPAN_S = 3 * 86400, FORECAST_MAX_POINTS = 72 };

/* Reads the window's periods, at most FORECAST_MAX_POINTS, oldest first; NAN: no point; NULL: none
 * at all. limit is the upper end of the critical range in percent (range_limit); with INFINITY
 * there is nothing to say. Nor is there with a newest point that is stale at now_s. */
struct forecast forecast_find(const double *values, const struct window *w, double limit,
	int64_t now_s);

/* Appends a request for three days of each series of memory and ebs that is complete, has current
 * data and a critical range with an upper end; nothing without --forecast. 0, or -1 as
 * request_list_add. */
int forecast_requests(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e);

/* Sets the forecast of each series in hours that is complete and has none. */
void forecast_take(const struct detail *hours, struct samples *s);

/* Whether it makes its series WARNING: the limit is reached within --forecast. */
bool forecast_warns(const struct rules *rules, const struct forecast *f);

#endif
