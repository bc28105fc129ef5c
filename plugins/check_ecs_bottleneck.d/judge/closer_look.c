#include "config.h"

#include "judge/closer_look.h"

#include "judge/beyond.h"

#include <math.h>
#include <stdlib.h>

enum {
	FINE_S = 5 * 60,
	MIN_SPAN_S = 3 * 60 * 60,
	MAX_AGE_S = 63 * 24 * 60 * 60, /* how long CloudWatch keeps points of 5 minutes */
	MAX_QUERIES = 500,
	MAX_POINTS = 100800
};

static const struct statistic average = {.kind = STATISTIC_AVERAGE, .name = "Average"};

/* --- what to ask for --- */

/* Words about the present need points up to now, also where the run's own end with a period. */
static struct window_spec span_of(const struct samples *s) {
	int64_t end_s = s->now_s - s->now_s % FINE_S;
	int64_t start_s = (s->window.start_s + FINE_S - 1) / FINE_S * FINE_S;
	int64_t window_s = end_s - start_s;
	if (window_s < MIN_SPAN_S)
		window_s = MIN_SPAN_S;
	if (window_s > MAX_AGE_S - FINE_S)
		window_s = MAX_AGE_S - FINE_S;
	return (struct window_spec){.window_s = window_s, .period_s = FINE_S};
}

/* The maximum number of points of such a span, whatever the time of day. */
static size_t max_points(const struct samples *s, const struct window_spec *span) {
	const struct window *w = &s->window;
	int64_t longest_s = w->end_s - w->start_s + (w->filling ? 0 : w->period_s);
	if (longest_s < span->window_s || longest_s > MAX_AGE_S)
		longest_s = span->window_s;
	return (size_t)((longest_s + FINE_S - 1) / FINE_S);
}

static bool needs_look(const struct rules *rules, const struct samples *s,
	const struct series_verdict *v) {
	return v->metric != METRIC_TASKS && series_alerts(v) && v->held_until_s == 0 &&
		!lasting_tells_time(statistics_of(&rules->statistics, v->metric)->kind,
			s->window.period_s);
}

static size_t queries_of(const struct rules *rules, const struct series_verdict *v) {
	return statistics_of(&rules->statistics, v->metric)->kind == STATISTIC_MAXIMUM ? 2 : 1;
}

/* The worst state first, then what is furthest beyond its range, then the first by name: as in the
 * report, whose order has more for what is not judged by points. */
static int compare_worst(const void *x, const void *y) {
	const struct series_verdict *a = *(const struct series_verdict *const *)x;
	const struct series_verdict *b = *(const struct series_verdict *const *)y;
	int rank = state_rank(b->state) - state_rank(a->state);
	double beyond_a = points_beyond(a->range, a->shown);
	double beyond_b = points_beyond(b->range, b->shown);
	int beyond = (beyond_b > beyond_a) - (beyond_b < beyond_a);
	return rank != 0 ? rank : beyond != 0 ? beyond : (a > b) - (a < b);
}

/* Appends the requests for one series. */
static int add_series(const struct rules *rules, const struct series_verdict *v,
	struct closer_look *look, struct err *e) {
	struct request r = {.kind = REQUEST_SERIES,
		.service = v->service,
		.metric = v->metric,
		.statistic = statistics_of(&rules->statistics, v->metric),
		.span = &look->span};
	if (request_list_add(&look->list, &r, e))
		return -1;
	r.statistic = &average;
	return queries_of(rules, v) > 1 ? request_list_add(&look->list, &r, e) : 0;
}

static int compare_places(const void *x, const void *y) {
	const struct series_verdict *const *a = x;
	const struct series_verdict *const *b = y;
	return (*a > *b) - (*a < *b);
}

/* How many of these series, from the first on, there is room for. */
static size_t count_fitting(const struct rules *rules, size_t points,
	const struct series_verdict *const *list, size_t count) {
	size_t left = MAX_POINTS / points < MAX_QUERIES ? MAX_POINTS / points : MAX_QUERIES;
	size_t fitting = 0;
	for (; fitting < count && left >= queries_of(rules, list[fitting]); fitting++)
		left -= queries_of(rules, list[fitting]);
	return fitting;
}

int closer_look_find(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct closer_look *out, struct err *e) {
	*out = (struct closer_look){.span = span_of(s)};
	if (!rules->with_detail)
		return 0;
	const struct series_verdict **list = calloc(v->series_count + 1, sizeof *list);
	size_t count = 0;
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < v->series_count; i++)
		if (needs_look(rules, s, &v->series[i]))
			list[count++] = &v->series[i];
	if (count > 1)
		qsort(list, count, sizeof *list, compare_worst);
	size_t fitting = count_fitting(rules, max_points(s, &out->span), list, count);
	if (fitting > 1)
		qsort(list, fitting, sizeof *list, compare_places);
	out->left_out = count - fitting;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < fitting; i++)
		rc = add_series(rules, list[i], out, e);
	free(list);
	return rc;
}

void closer_look_free(struct closer_look *look) {
	request_list_free(&look->list);
}

/* --- what it tells --- */

/* The length of the window as texts have it, though the look reaches from its start to now. */
static int64_t called_s(const struct rules *rules, const struct window *fine) {
	int64_t window_s = rules->window.window_s < MIN_SPAN_S ? MIN_SPAN_S
							       : rules->window.window_s;
	return fine->end_s - fine->start_s < window_s ? 0 : window_s;
}

/* Whose peak it was, if the look has the peak that is shown. */
static struct lasting_average find_average(const struct detail *detail,
	const struct series_verdict *v, const struct series *fine) {
	struct lasting_average found = {NAN, NAN};
	const struct series *means = detail_find(detail, v->service, v->metric, &average);
	if (v->direction != DIRECTION_ABOVE || !means)
		return found;
	found = lasting_average_find(fine->values, means->values, detail->window.points);
	double highest = -INFINITY;
	for (size_t i = 0; i < detail->window.points; i++)
		highest = fmax(highest, fine->values[i]);
	if (highest < v->peak)
		found.then = NAN;
	return found;
}

/* The newest own breach may be younger than the look's newest period, or not have reached it. */
static bool carries(const struct lasting *found, const struct series_verdict *v) {
	return found->breaching > 0 && (found->last_s >= v->breaches.last_s || found->is_present);
}

/* With --recover points before the window were fetched as well. They tell more of how long a state
 * has lasted; a number of points, and why there is no state, are of the points that are judged. */
static void find_own(const struct samples *s, const struct series_verdict *v,
	struct series_lasting *out) {
	const struct series *x = &s->services[v->service].series[v->metric];
	bool is_held = v->held_until_s > 0;
	bool with_before = is_held || (out->found.tells_time && series_alerts(v));
	out->own = window_fetched(&s->window);
	out->points.values = with_before ? x->values - x->before : x->values;
	out->points.window = with_before ? &out->own : &s->window;
	out->points.called_s = 0;
	out->found = lasting_find(&out->points);
}

void series_lasting_find(const struct rules *rules, const struct samples *s,
	const struct detail *detail, const struct series_verdict *v, struct series_lasting *out) {
	const struct statistic *statistic = statistics_of(&rules->statistics, v->metric);
	const struct series *fine = detail_find(detail, v->service, v->metric, statistic);
	*out = (struct series_lasting){.average = {NAN, NAN}};
	out->found.points = v->points;
	out->found.tells_time = lasting_tells_time(statistic->kind, s->window.period_s);
	if (v->breaches.count == 0)
		return;
	out->points = (struct lasting_points){.range = v->range,
		.statistic = statistic,
		.now_s = s->now_s};
	if (fine && v->held_until_s == 0) {
		out->points.values = fine->values;
		out->points.window = &detail->window;
		out->points.called_s = called_s(rules, &detail->window);
		out->found = lasting_find(&out->points);
		if (carries(&out->found, v)) {
			if (statistic->kind == STATISTIC_MAXIMUM)
				out->average = find_average(detail, v, fine);
			return;
		}
	}
	out->found.tells_time = lasting_tells_time(statistic->kind, s->window.period_s);
	find_own(s, v, out);
}
