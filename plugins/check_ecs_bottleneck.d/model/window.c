#include "config.h"

#include "model/window.h"

#include "base/num.h"
#include "base/time.h"

enum { MINUTE_S = 60, DAY_S = 86400, STALE_MIN_S = 15 * MINUTE_S, USUAL_PAST_S = 14 * DAY_S };

/* CloudWatch's retention periods, oldest first. */
static const struct {
	int64_t age_days;
	int64_t multiple_s; /* 0: no data is kept beyond that age */
	const char *text;
} retention[] = {{455, 0, ""}, {63, 3600, "1h"}, {15, 300, "5m"}};

size_t window_points(const struct window_spec *spec) {
	return (size_t)(spec->window_s / spec->period_s) + (spec->with_filling ? 1 : 0);
}

int64_t window_retention_s(int64_t period_s) {
	size_t i = 0;
	while (i + 1 < sizeof retention / sizeof retention[0] &&
		period_s % retention[i + 1].multiple_s != 0)
		i++;
	return retention[i].age_days * DAY_S;
}

int64_t window_longest_past_s(const struct window_spec *spec, int64_t interval_s) {
	int64_t left_s = window_retention_s(spec->period_s) - spec->window_s - spec->recover_s -
		spec->period_s;
	return left_s - left_s % interval_s;
}

int64_t window_usual_past_s(const struct window_spec *spec, int64_t interval_s) {
	int64_t longest_s = window_longest_past_s(spec, interval_s);
	int64_t past_s = USUAL_PAST_S < longest_s ? USUAL_PAST_S : longest_s;
	if (past_s > DAY_S)
		past_s -= past_s % DAY_S;
	return past_s - past_s % interval_s;
}

static int check_retention(const struct window_spec *spec, struct err *e) {
	int64_t oldest_s = spec->window_s + spec->recover_s + spec->period_s;
	const char *shorter = spec->recover_s > 0 ? "--window or --recover" : "--window";
	for (size_t i = 0; i < sizeof retention / sizeof retention[0]; i++) {
		if (oldest_s <= retention[i].age_days * DAY_S)
			continue;
		if (retention[i].multiple_s == 0)
			return err_set(e, ERR_USAGE,
				"--window: CloudWatch keeps nothing older than %lld days; use a shorter %s",
				(long long)retention[i].age_days, shorter);
		if (spec->period_s % retention[i].multiple_s == 0)
			return 0;
		return err_set(e, ERR_USAGE,
			"--period: data older than %lld days come in multiples of %s; use a longer period or a shorter %s",
			(long long)retention[i].age_days, retention[i].text, shorter);
	}
	return 0;
}

int window_check(const struct window_spec *spec, struct err *e) {
	char window[32];
	char period[32];
	(void)num_format_duration(spec->window_s, window);
	(void)num_format_duration(spec->period_s, period);
	if (spec->period_s % MINUTE_S != 0)
		return err_set(e, ERR_USAGE, "--period=%s is not a multiple of one minute (60s)",
			period);
	if (spec->window_s % spec->period_s != 0)
		return err_set(e, ERR_USAGE,
			"--window=%s is not a whole number of periods of %s; use a multiple of --period=%s",
			window, period, period);
	if (spec->recover_s % spec->period_s != 0)
		return err_set(e, ERR_USAGE,
			"--recover=%s is not a whole number of periods of %s; use a multiple of --period=%s",
			num_format_duration(spec->recover_s, window), period, period);
	return check_retention(spec, e);
}

struct window window_at(const struct window_spec *spec, int64_t now_s) {
	int64_t complete_s = time_floor(now_s, spec->period_s);
	return (struct window){
		.start_s = complete_s - spec->window_s,
		.end_s = complete_s + (spec->with_filling ? spec->period_s : 0),
		.period_s = spec->period_s,
		.points = window_points(spec),
		.before = (size_t)(spec->recover_s / spec->period_s),
		.filling = spec->with_filling,
	};
}

bool window_index(const struct window *w, int64_t time_s, size_t *index) {
	if (time_s < w->start_s || time_s >= w->end_s)
		return false;
	*index = (size_t)((time_s - w->start_s) / w->period_s);
	return true;
}

bool window_place(const struct window *w, int64_t time_s, size_t *place) {
	int64_t from_s = window_fetched_from_s(w);
	if (time_s < from_s || time_s >= w->end_s)
		return false;
	*place = (size_t)((time_s - from_s) / w->period_s);
	return true;
}

int64_t window_fetched_from_s(const struct window *w) {
	return w->start_s - (int64_t)w->before * w->period_s;
}

size_t window_fetched_points(const struct window *w) {
	return w->before + w->points;
}

struct window window_fetched(const struct window *w) {
	struct window all = *w;
	all.start_s = window_fetched_from_s(w);
	all.points = window_fetched_points(w);
	all.before = 0;
	return all;
}

int64_t window_time(const struct window *w, size_t index) {
	return w->start_s + (int64_t)index * w->period_s;
}

bool window_is_filling(const struct window *w, size_t index) {
	return w->filling && index + 1 == w->points;
}

int64_t window_stale_after_s(const struct window *w) {
	return 2 * w->period_s > STALE_MIN_S ? 2 * w->period_s : STALE_MIN_S;
}

bool window_is_current(const struct window *w, int64_t newest_s, int64_t now_s) {
	return now_s - newest_s <= window_stale_after_s(w);
}
