#include "config.h"

#include "judge/forecast.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

enum {
	MIN_HOURS = 24,
	LAST_HOURS = 6,
	QUARTERS = 4,
	HOURS_A_DAY = 24,
	MAX_PAIRS = FORECAST_MAX_POINTS * (FORECAST_MAX_POINTS - 1) / 2
};

static const double min_share = 0.8;
static const double min_fall = 10;         /* points */
static const double min_fall_share = 0.25; /* of the value before */
static const double min_growth = 5;        /* points */
static const double min_slope_share = 0.25;
static const double max_s = 1e15; /* beyond, a time is no whole number of seconds any more */

/* --- medians and slopes --- */

static int compare_values(const void *a, const void *b) {
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Sorts the values. NAN if there is none. */
static double take_median(double *values, size_t n) {
	if (n == 0)
		return NAN;
	qsort(values, n, sizeof *values, compare_values);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The median of the points from index from up to to. */
static double median_of(const double *values, size_t from, size_t to) {
	double known[FORECAST_MAX_POINTS];
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		if (!isnan(values[i]))
			known[n++] = values[i];
	return take_median(known, n);
}

/* Theil-Sen: points a period. NAN with fewer than two points. */
static double slope_of(const double *values, size_t from, size_t to) {
	double slopes[MAX_PAIRS];
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		for (size_t j = i + 1; j < to; j++)
			if (!isnan(values[i]) && !isnan(values[j]))
				slopes[n++] = (values[j] - values[i]) / (double)(j - i);
	return take_median(slopes, n);
}

/* --- restarts --- */

/* Whether a value is so far below another one that only a restart explains it. */
static bool has_fallen(double before, double after) {
	double fall = before - after;
	return fall >= min_fall && fall >= min_fall_share * before;
}

/* The next point from index i on; w->points if there is none. */
static size_t next_point(const double *values, const struct window *w, size_t i) {
	while (i < w->points && isnan(values[i]))
		i++;
	return i;
}

/* The first point after the newest restart, or the oldest point; w->points without any. */
static size_t find_beginning(const double *values, const struct window *w) {
	size_t before = next_point(values, w, 0);
	size_t beginning = before;
	while (before < w->points) {
		size_t i = next_point(values, w, before + 1);
		size_t after = next_point(values, w, i + 1);
		if (after < w->points && has_fallen(values[before], values[i]) &&
			has_fallen(values[before], values[after]))
			beginning = i;
		before = i;
	}
	return beginning;
}

/* --- the rule --- */

static bool quarters_rise(const double *values, size_t from, size_t to) {
	double before = -INFINITY;
	for (size_t i = 0; i < QUARTERS; i++) {
		double median = median_of(values, from + (to - from) * i / QUARTERS,
			from + (to - from) * (i + 1) / QUARTERS);
		/* One without a point is no rise either. */
		if (!(median > before))
			return false;
		before = median;
	}
	return true;
}

static bool has_enough(const double *values, size_t from, size_t to) {
	size_t known = 0;
	for (size_t i = from; i < to; i++)
		known += isnan(values[i]) ? 0 : 1;
	return to - from >= MIN_HOURS && (double)known >= min_share * (double)(to - from);
}

static bool is_current(const double *values, const struct window *w, int64_t now_s) {
	size_t i = w->points;
	while (i > 0 && isnan(values[i - 1]))
		i--;
	return i > 0 && window_is_current(w, window_time(w, i - 1), now_s);
}

struct forecast forecast_find(const double *values, const struct window *w, double limit,
	int64_t now_s) {
	const struct forecast nothing = {.is_known = true};
	if (!values || isinf(limit) || !is_current(values, w, now_s))
		return nothing;
	const size_t to = w->points;
	const size_t from = find_beginning(values, w);
	if (!has_enough(values, from, to) || !quarters_rise(values, from, to))
		return nothing;
	const size_t middle = from + (to - from) / 2;
	const double slope = slope_of(values, from, to);
	const double min_slope = min_slope_share * slope;
	if (!(slope * (double)(to - from) >= min_growth) ||
		!(slope_of(values, from, middle) >= min_slope) ||
		!(slope_of(values, middle, to) >= min_slope))
		return nothing;
	double left_s = (limit - median_of(values, to - LAST_HOURS, to)) / slope *
		FORECAST_PERIOD_S;
	if (isnan(left_s) || left_s > max_s)
		return nothing;
	return (struct forecast){.is_known = true,
		.grows = true,
		.per_day = slope * HOURS_A_DAY,
		.since_s = window_time(w, from),
		.left_s = left_s > 0 ? (int64_t)left_s : 0,
		.limit = limit};
}

/* --- what is asked for --- */

static bool is_wanted(const struct samples *s, const struct service *service, enum metric m) {
	const struct series *x = &service->series[m];
	return m != METRIC_CPU && x->status == SERIES_COMPLETE &&
		series_is_current(x, &s->window, s->now_s) &&
		!isinf(range_limit(service_ranges(service, m).critical));
}

int forecast_requests(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e) {
	static const struct window_spec span = {.window_s = FORECAST_SPAN_S,
		.period_s = FORECAST_PERIOD_S};
	static const struct statistic average = {STATISTIC_AVERAGE, "Average"};
	for (size_t i = 0; i < s->service_count && rules->forecast_s > 0; i++) {
		for (int m = 0; m < METRICS; m++) {
			const struct request r = {.kind = REQUEST_SERIES,
				.service = i,
				.metric = (enum metric)m,
				.statistic = &average,
				.span = &span};
			if (is_wanted(s, &s->services[i], (enum metric)m) &&
				request_list_add(out, &r, e))
				return -1;
		}
	}
	return 0;
}

void forecast_take(const struct detail *hours, struct samples *s) {
	for (size_t i = 0; i < hours->count; i++) {
		const struct detail_series *x = &hours->items[i];
		struct service *service = &s->services[x->request.service];
		struct forecast *f = &service->forecasts[x->request.metric];
		if (x->points.status != SERIES_COMPLETE || f->is_known)
			continue;
		*f = forecast_find(x->points.values, &hours->window,
			range_limit(service_ranges(service, x->request.metric).critical), s->now_s);
	}
}

bool forecast_warns(const struct rules *rules, const struct forecast *f) {
	return f->grows && f->left_s <= rules->forecast_s;
}
