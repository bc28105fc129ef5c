#include "config.h"

#include "samples.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FAILURE_BYTES = 64 * 1024 };

int samples_init(struct samples *s, size_t pattern_count, struct err *e) {
	*s = (struct samples){0};
	buf_init(&s->failures, MOST_FAILURE_BYTES);
	buf_init(&s->end_reason, MOST_FAILURE_BYTES);
	s->pattern_matched = calloc(pattern_count + 1, sizeof *s->pattern_matched);
	return s->pattern_matched ? 0 : err_no_memory(e);
}

void samples_free(struct samples *s) {
	for (size_t i = 0; i < s->service_count; i++) {
		for (int m = 0; m < METRICS; m++) {
			series_clear(&s->services[i].series[m]);
			free(s->services[i].series[m].failure);
		}
		description_clear(&s->services[i].description);
		free(s->services[i].name);
	}
	free(s->services);
	free(s->pattern_matched);
	buf_free(&s->failures);
	buf_free(&s->end_reason);
	*s = (struct samples){0};
}

static bool is_power_of_two(size_t n) {
	return (n & (n - 1)) == 0;
}

struct service *samples_add_service(struct samples *s, const char *name,
	const bool wanted[METRICS]) {
	if (is_power_of_two(s->service_count)) {
		size_t room = s->service_count ? 2 * s->service_count : 1;
		struct service *grown = realloc(s->services, room * sizeof *grown);
		if (!grown)
			return NULL;
		s->services = grown;
	}
	struct service *added = &s->services[s->service_count];
	*added = (struct service){.name = text_dup(name, strlen(name))};
	if (!added->name)
		return NULL;
	for (int m = 0; m < METRICS; m++)
		added->series[m].status = wanted[m] ? SERIES_PENDING : SERIES_NOT_WANTED;
	s->service_count++;
	return added;
}

static int compare_names(const void *a, const void *b) {
	const struct service *x = a;
	const struct service *y = b;
	return strcmp(x->name, y->name);
}

void samples_sort(struct samples *s) {
	if (s->service_count > 1)
		qsort(s->services, s->service_count, sizeof *s->services, compare_names);
}

void series_fail(struct series *x, const char *why) {
	if (x->status == SERIES_FAILED)
		return;
	x->status = SERIES_FAILED;
	x->failure = text_dup(why, strlen(why));
}

void series_clear(struct series *x) {
	free(x->values);
	free(x->anew);
	x->values = NULL;
	x->anew = NULL;
}

void series_begin_anew(struct series *x, const struct window *w) {
	bool *anew = calloc(w->points, sizeof *anew);
	if (!anew)
		series_fail(x, "out of memory");
	free(x->anew);
	x->anew = anew;
}

void series_end_anew(struct series *x, const struct window *w) {
	for (size_t i = 0; x->values && x->anew && i < w->points; i++)
		if (!x->anew[i])
			x->values[i] = NAN;
	free(x->anew);
	x->anew = NULL;
	if (series_count(x, w) == 0)
		series_clear(x);
}

/* Whether the value of that period is of now, not one that waits to be given anew. */
static bool is_given(const struct series *x, size_t i) {
	return !isnan(x->values[i]) && (!x->anew || x->anew[i]);
}

static bool make_values(struct series *x, const struct window *w) {
	if (x->values)
		return true;
	x->values = calloc(w->points, sizeof *x->values);
	for (size_t i = 0; x->values && i < w->points; i++)
		x->values[i] = NAN;
	return x->values != NULL;
}

static void store(struct series *x, size_t i, double value) {
	bool nothing_fresh = x->fresh_from == x->fresh_to;
	if (nothing_fresh || i < x->fresh_from)
		x->fresh_from = i;
	if (nothing_fresh || i >= x->fresh_to)
		x->fresh_to = i + 1;
	x->measure.is_taken = false;
	x->values[i] = value;
	if (x->anew)
		x->anew[i] = true;
}

int series_add_point(struct series *x, const struct window *w, int64_t time_s, double value) {
	size_t i;
	if (!isfinite(value))
		series_fail(x, "CloudWatch sent a value that is no number");
	else if (!window_index(w, time_s, &i))
		series_fail(x, "CloudWatch sent a point from outside the window");
	else if (!make_values(x, w))
		series_fail(x, "out of memory");
	else if (is_given(x, i) && (value < x->values[i] || value > x->values[i]))
		series_fail(x, "CloudWatch sent two different values for one period");
	else
		store(x, i, value);
	return x->status == SERIES_FAILED ? -1 : 0;
}

size_t series_count(const struct series *x, const struct window *w) {
	size_t count = 0;
	for (size_t i = 0; x->values && i < w->points; i++)
		count += isnan(x->values[i]) ? 0 : 1;
	return count;
}

bool series_newest(const struct series *x, const struct window *w, size_t *index) {
	for (size_t i = w->points; x->values && i-- > 0;) {
		if (!isnan(x->values[i])) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool series_is_current(const struct series *x, const struct window *w, int64_t now_s) {
	size_t newest;
	return series_newest(x, w, &newest) && window_is_current(w, window_time(w, newest), now_s);
}

bool series_point_breaches(const struct series *x, const struct window *w, size_t i,
	const struct range *r) {
	if (!x->values || isnan(x->values[i]))
		return false;
	bool filling = w->filling && i == w->points - 1;
	return filling ? range_exceeds(r, x->values[i]) : range_breaches(r, x->values[i]);
}

size_t series_breaches(const struct series *x, const struct window *w, const struct range *r) {
	size_t count = 0;
	for (size_t i = 0; x->values && i < w->points; i++)
		count += series_point_breaches(x, w, i, r) ? 1 : 0;
	return count;
}

bool samples_pattern_is_idle(const struct samples *s, size_t pattern) {
	return s->list_complete && s->listed_count > 0 && !s->pattern_matched[pattern];
}

bool samples_have_no_point(const struct samples *s) {
	for (size_t i = 0; i < s->service_count; i++) {
		for (int m = 0; m < METRICS; m++) {
			const struct series *x = &s->services[i].series[m];
			if (x->status != SERIES_NOT_WANTED &&
				(x->status != SERIES_COMPLETE || x->values))
				return false;
		}
	}
	return s->service_count > 0;
}
