#include "config.h"

#include "judge/lasting.h"

#include <math.h>

enum {
	MINUTE_S = 60,
	FINE_S = 5 * MINUTE_S,
	FINE_MEAN_S = 15 * MINUTE_S,
	SUSTAINED_S = 30 * MINUTE_S
};

bool lasting_tells_time(enum statistic_kind statistic, int64_t period_s) {
	bool is_mean = statistic == STATISTIC_AVERAGE || statistic == STATISTIC_PERCENTILE;
	return period_s <= (is_mean ? FINE_MEAN_S : FINE_S);
}

int64_t lasting_run_s(const struct lasting_run *run) {
	return run->to_s - run->from_s;
}

/* What one period says. */
enum finding { UNKNOWN_YET, NO_POINT, WITHIN, BREACH };

static enum finding look_at(const struct lasting_points *p, size_t i) {
	double value = p->values[i];
	bool filling = window_is_filling(p->window, i);
	if (isnan(value))
		return filling ? UNKNOWN_YET : NO_POINT;
	if (!range_breaches(p->range, value))
		return WITHIN;
	return filling && !range_exceeds(p->range, value) ? UNKNOWN_YET : BREACH;
}

static int64_t end_of_period(const struct lasting_points *p, size_t i) {
	int64_t start_s = window_time(p->window, i);
	int64_t end_s = start_s + p->window->period_s;
	if (!window_is_filling(p->window, i) || p->now_s >= end_s)
		return end_s;
	return p->now_s > start_s ? p->now_s : start_s;
}

static void add_breach(const struct lasting_points *p, size_t i, bool continues,
	struct lasting *l) {
	struct lasting_run *run = &l->newest;
	if (!continues) {
		l->runs++;
		*run = (struct lasting_run){.from_s = window_time(p->window, i),
			.from_beginning = l->points == 1};
	}
	run->points++;
	run->to_s = end_of_period(p, i);
	if (lasting_run_s(&l->longest) <= lasting_run_s(run))
		l->longest = *run;
	l->total_s += run->to_s - window_time(p->window, i);
	l->breaching++;
	l->above += range_exceeds(p->range, p->values[i]);
	l->last_s = window_time(p->window, i);
}

/* A run from the beginning may have begun earlier: unless it is long enough as far as it was seen,
 * or another one is, nothing follows. */
static enum pattern choose_word(const struct lasting *l, bool short_from_beginning) {
	if (l->breaching == 0)
		return PATTERN_NONE;
	if (lasting_run_s(&l->longest) >= SUSTAINED_S)
		return PATTERN_SUSTAINED;
	if (short_from_beginning)
		return PATTERN_NONE;
	return l->runs > 1 ? PATTERN_RECURRING : PATTERN_SPIKE;
}

struct lasting lasting_find(const struct lasting_points *p) {
	struct lasting l = {
		.tells_time = lasting_tells_time(p->statistic->kind, p->window->period_s)};
	bool in_run = false;
	bool followed = false; /* the newest run, by a point within the range */
	bool from_beginning = false;
	for (size_t i = 0; p->values && i < p->window->points; i++) {
		enum finding found = look_at(p, i);
		if (found == UNKNOWN_YET)
			continue;
		l.points += found != NO_POINT;
		if (found == BREACH) {
			add_breach(p, i, in_run, &l);
			from_beginning = from_beginning || l.newest.from_beginning;
		}
		in_run = found == BREACH;
		followed = found == WITHIN || (followed && found != BREACH);
	}
	l.is_present = l.breaching > 0 && !followed &&
		window_is_current(p->window, l.last_s, p->now_s);
	l.data_ended = l.breaching > 0 && !followed && !l.is_present;
	if (l.tells_time)
		l.word = choose_word(&l, from_beginning);
	return l;
}

struct lasting_average lasting_average_find(const double *peaks, const double *averages,
	size_t count) {
	struct lasting_average found = {NAN, NAN};
	double peak = NAN;
	for (size_t i = 0; i < count; i++) {
		if (!isnan(peaks[i]) && !(peaks[i] < peak)) {
			peak = peaks[i];
			found.then = averages[i];
		}
		if (!isnan(averages[i]) && !(averages[i] < found.highest))
			found.highest = averages[i];
	}
	return found;
}
