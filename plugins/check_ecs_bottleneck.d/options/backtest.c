#include "config.h"

#include "options/backtest.h"

#include "base/num.h"

enum { TIMEOUT_S = 60, HOUR_S = 3600, DAY_S = 86400 };

int apply_backtest(struct draft *d, const char *value, struct err *e) {
	d->choice->job = JOB_BACKTEST;
	d->rules->backtest_s = 0;
	if (!value)
		return 0;
	return draft_read_duration("--backtest", value, "24h, 7d or 4w", &d->rules->backtest_s, e);
}

static int set_interval(struct draft *d, struct err *e) {
	const int64_t period_s = d->rules->window.period_s;
	const int64_t interval_s = d->style->interval_s;
	char interval[32];
	char period[32];
	d->rules->interval_s = interval_s > 0 ? interval_s : period_s;
	if (d->rules->interval_s % period_s == 0)
		return 0;
	return err_set(e, ERR_USAGE,
		"--backtest judges at the ends of periods: --interval=%s is not a multiple of --period=%s",
		num_format_duration(interval_s, interval), num_format_duration(period_s, period));
}

/* Whole days or hours where there are any, as a person would write it: 62d, not 90700m. */
static int64_t round_down(int64_t span_s, int64_t interval_s) {
	static const int64_t units[] = {DAY_S, HOUR_S};
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		int64_t rounded_s = span_s - span_s % units[i];
		if (rounded_s >= 2 * units[i] && rounded_s % interval_s == 0)
			return rounded_s;
	}
	return span_s;
}

static int refuse_span(const struct rules *rules, int64_t longest_s, struct err *e) {
	char span[32];
	char period[32];
	char longest[32];
	(void)num_format_duration(rules->window.period_s, period);
	if (longest_s <= 0)
		return err_set(e, ERR_USAGE,
			"--backtest: CloudWatch keeps points of --period=%s for %s, which the window takes; use a longer --period",
			period,
			num_format_duration(window_retention_s(rules->window.period_s), longest));
	return err_set(e, ERR_USAGE,
		"--backtest=%s reaches further back than CloudWatch keeps points of --period=%s; use at most --backtest=%s, or a longer --period",
		num_format_duration(rules->backtest_s, span), period,
		num_format_duration(round_down(longest_s, rules->interval_s), longest));
}

/* An interval that the span does not hold. */
static int refuse_interval(const struct rules *rules, struct err *e) {
	const struct window_spec *w = &rules->window;
	char interval[32];
	char span[32];
	(void)num_format_duration(rules->interval_s, interval);
	if (rules->backtest_s > 0)
		return err_set(e, ERR_USAGE,
			"--interval=%s is longer than --backtest=%s; use a shorter --interval",
			interval, num_format_duration(rules->backtest_s, span));
	if (window_longest_past_s(w, rules->interval_s) > 0)
		return err_set(e, ERR_USAGE,
			"--interval=%s is longer than the %s that --backtest judges by default; use a shorter one, or --backtest=%s",
			interval, num_format_duration(window_usual_past_s(w, w->period_s), span),
			interval);
	return err_set(e, ERR_USAGE,
		"--interval=%s is longer than the %s that --backtest can judge; use a shorter one",
		interval,
		num_format_duration(round_down(window_longest_past_s(w, w->period_s), w->period_s),
			span));
}

static bool interval_is_too_long(const struct rules *rules) {
	int64_t span_s = rules->backtest_s > 0
		? rules->backtest_s
		: window_usual_past_s(&rules->window, rules->window.period_s);
	return rules->interval_s > rules->window.period_s && span_s > 0 &&
		rules->interval_s > span_s;
}

int backtest_finish_options(struct draft *d, struct err *e) {
	struct rules *rules = d->rules;
	char span[32];
	char step[32];
	if (!d->timeout_given)
		d->choice->timeout_s = TIMEOUT_S;
	if (rules->metrics[METRIC_TASKS])
		return err_set(e, ERR_USAGE,
			"--backtest: ECS tells the running tasks of now alone; leave tasks out of -m");
	if (set_interval(d, e))
		return -1;
	const struct window_spec *w = &rules->window;
	int64_t longest_s = window_longest_past_s(w, rules->interval_s);
	rules->backtest_is_usual = rules->backtest_s == 0;
	if (interval_is_too_long(rules))
		return refuse_interval(rules, e);
	if (longest_s <= 0 || rules->backtest_s > longest_s)
		return refuse_span(rules, longest_s, e);
	if (rules->backtest_is_usual)
		rules->backtest_s = window_usual_past_s(w, rules->interval_s);
	if (rules->backtest_s > 0 && rules->backtest_s % rules->interval_s == 0)
		return 0;
	(void)num_format_duration(rules->interval_s, step);
	return err_set(e, ERR_USAGE,
		"--backtest=%s is not a whole number of %s of %s; use a multiple of it",
		num_format_duration(rules->backtest_s, span),
		d->style->interval_s > 0 ? "intervals" : "periods", step);
}
