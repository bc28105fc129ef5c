#include "config.h"

#include "judge/backtest.h"

#include "base/num.h"
#include "model/window.h"

#include <math.h>

enum { MINUTE_S = 60 };

/* --- one series --- */

size_t backtest_points(const struct backtest *b) {
	return b->rule.window + b->rule.recover + (b->instants - 1) * b->interval;
}

/* Where the newest point lies, one more than its index; 0: none up to here. */
static void follow_newest(const double *values, size_t from, size_t to, size_t *newest) {
	for (size_t i = from; i < to; i++)
		if (!isnan(values[i]))
			*newest = i + 1;
}

/* As a run tells it: by the points of its window. It cannot be earlier than a moment after the end
 * of the period. */
static bool has_current_data(const struct backtest *b, size_t end, size_t newest) {
	const struct window w = {.period_s = b->period_s};
	size_t age = end + 1 - newest; /* periods since its start */
	if (newest == 0 || age > b->rule.window)
		return b->may_lack;
	return window_is_current(&w, 0, (int64_t)age * b->period_s + 1);
}

static enum state state_at(const struct backtest *b, const struct recover_walk *walk,
	size_t newest) {
	enum state s = recover_state(walk);
	if (s == STATE_OK && !has_current_data(b, walk->end, newest))
		return STATE_UNKNOWN;
	return s;
}

void backtest_judge(const struct backtest *b, const double *values, unsigned char *states) {
	struct recover_walk walk = recover_begin(&b->rule, values, 0);
	size_t instant_end = b->rule.window + b->rule.recover;
	size_t newest = 0;
	follow_newest(values, 0, walk.end, &newest);
	for (size_t i = 0; i < b->instants; i++, instant_end += b->interval) {
		for (; walk.end < instant_end; recover_step(&walk))
			follow_newest(values, walk.end, walk.end + 1, &newest);
		states[i] = (unsigned char)state_at(b, &walk, newest);
	}
}

void backtest_merge(unsigned char *states, const unsigned char *further, size_t instants) {
	for (size_t i = 0; i < instants; i++)
		states[i] = (unsigned char)state_worse((enum state)states[i],
			(enum state)further[i]);
}

/* --- counts --- */

static void add_instant(struct backtest_share *share, size_t instant, bool continues,
	int64_t interval_s) {
	if (!continues) {
		share->times++;
		share->last_from = instant;
	}
	share->last_to = instant;
	share->total_s += interval_s;
	int64_t lasted_s = (int64_t)(instant + 1 - share->last_from) * interval_s;
	if (lasted_s > share->longest_s)
		share->longest_s = lasted_s;
}

struct backtest_counts backtest_count(const struct backtest *b, const unsigned char *states) {
	struct backtest_counts counts = {.by = {{0}}};
	int64_t interval_s = (int64_t)b->interval * b->period_s;
	for (size_t i = 0; i < b->instants; i++)
		add_instant(&counts.by[states[i]], i, i > 0 && states[i - 1] == states[i],
			interval_s);
	return counts;
}

/* --- bounds --- */

/* In double, since the product of what users write can be larger than any integer; near the bounds
 * it is exact. */
static double count_points(const struct backtest_size *size, int64_t period_s) {
	int64_t points = (size->span_s + size->window_s + size->recover_s) / period_s;
	return (double)size->series * (double)points;
}

static double count_visits(const struct backtest_size *size, int64_t period_s) {
	int64_t instants = size->span_s / (size->interval_s > 0 ? size->interval_s : period_s);
	int64_t points = (size->window_s + size->recover_s) / period_s;
	return (double)size->series * (double)instants * (double)points;
}

static bool is_within(const struct backtest_size *size, int64_t period_s) {
	return count_points(size, period_s) <= (double)BACKTEST_MAX_POINTS &&
		count_visits(size, period_s) <= (double)BACKTEST_MAX_VISITS;
}

/* Whether the run's options would be taken with that period. */
static bool is_possible(const struct backtest_size *size, int64_t period_s) {
	const struct window_spec spec = {.window_s = size->span_s + size->window_s +
			size->recover_s,
		.period_s = period_s};
	return size->span_s > 0 && size->window_s / period_s >= (int64_t)size->breaches &&
		size->span_s % period_s == 0 && size->window_s % period_s == 0 &&
		size->recover_s % period_s == 0 && size->interval_s % period_s == 0 &&
		window_check(&spec, NULL) == 0;
}

static struct backtest_size size_with(const struct backtest_size *size, int64_t period_s) {
	struct backtest_size other = *size;
	const struct window_spec spec = {.window_s = size->window_s,
		.period_s = period_s,
		.recover_s = size->recover_s};
	if (size->span_is_usual)
		other.span_s = window_usual_past_s(&spec,
			size->interval_s > 0 ? size->interval_s : period_s);
	return other;
}

/* The shortest longer period that would do; 0: none. */
static int64_t find_period(const struct backtest_size *size) {
	int64_t period_s = (size->period_s / MINUTE_S + 1) * MINUTE_S;
	for (; period_s <= size->window_s; period_s += MINUTE_S) {
		const struct backtest_size other = size_with(size, period_s);
		if (is_possible(&other, period_s) && is_within(&other, period_s))
			return period_s;
	}
	return 0;
}

int backtest_check(const struct backtest_size *size, struct err *e) {
	char text[32];
	if (is_within(size, size->period_s))
		return 0;
	bool many_points = count_points(size, size->period_s) > (double)BACKTEST_MAX_POINTS;
	const char *what = many_points ? "data points" : "points to judge";
	double count = many_points ? count_points(size, size->period_s)
				   : count_visits(size, size->period_s);
	double bound = many_points ? BACKTEST_MAX_POINTS : BACKTEST_MAX_VISITS;
	int64_t period_s = find_period(size);
	if (period_s > 0)
		return err_set(e, ERR_LIMIT,
			"--backtest: %.0f million %s are more than the %.0f million allowed; use --period=%s",
			ceil(count / 1e6), what, floor(bound / 1e6),
			num_format_duration(period_s, text));
	return err_set(e, ERR_LIMIT,
		"--backtest: %.0f million %s are more than the %.0f million allowed, and no longer period fits the window; shorten --backtest, or choose services with -s",
		ceil(count / 1e6), what, floor(bound / 1e6));
}
