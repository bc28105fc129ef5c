#include "config.h"

#include "options/backtest.h"

#include "base/num.h"

enum { TIMEOUT_S = 60, DAY_S = 86400, USUAL_S = 14 * DAY_S };

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

/* Without data before it, the oldest instant could not be judged. The age of the oldest point grows
 * by up to a period until it is asked for. */
static int64_t longest_span_s(const struct rules *rules) {
	const struct window_spec *w = &rules->window;
	int64_t left_s = window_retention_s(w->period_s) - w->window_s - w->recover_s - w->period_s;
	return left_s - left_s % rules->interval_s;
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
		num_format_duration(longest_s, longest));
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
	int64_t longest_s = longest_span_s(rules);
	bool is_given = rules->backtest_s > 0;
	if (longest_s <= 0 || (is_given && rules->backtest_s > longest_s))
		return refuse_span(rules, longest_s, e);
	if (!is_given) {
		rules->backtest_s = USUAL_S < longest_s ? USUAL_S : longest_s;
		if (rules->backtest_s > DAY_S)
			rules->backtest_s -= rules->backtest_s % DAY_S;
		rules->backtest_s -= rules->backtest_s % rules->interval_s;
	}
	if (rules->backtest_s > 0 && rules->backtest_s % rules->interval_s == 0)
		return 0;
	(void)num_format_duration(rules->interval_s, step);
	return err_set(e, ERR_USAGE,
		"--backtest=%s is not a whole number of %s of %s; use a multiple of it",
		num_format_duration(rules->backtest_s, span),
		d->style->interval_s > 0 ? "intervals" : "periods", step);
}
