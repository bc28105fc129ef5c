#include "config.h"

#include "report/backtest.h"

#include "base/num.h"
#include "base/text.h"
#include "report/backtest_json.h"
#include "report/backtest_lost.h"
#include "report/backtest_table.h"
#include "report/words/billing.h"
#include "report/words/first_line.h"
#include "report/words/lasting_text.h"
#include "report/words/ranges.h"
#include "report/words/series.h"

enum { MAX_NAMES = 3, WEEK_S = 7 * 86400 };

/* --- the rules --- */

static void add_statistics(const struct rules *rules, struct buf *out) {
	const struct statistic *common = statistics_common(&rules->statistics, rules->metrics);
	for (int m = 0; m < METRICS && !common; m++)
		if (rules->metrics[m])
			buf_addf(out, "--statistic=%s=%s ", metric_name((enum metric)m),
				statistics_of(&rules->statistics, (enum metric)m)->name);
	if (common)
		buf_addf(out, "--statistic=%s ", common->name);
}

static void add_rules(const struct rules *rules, struct buf *out) {
	char text[32];
	add_statistics(rules, out);
	buf_addf(out, "--period=%s ", num_format_duration(rules->window.period_s, text));
	buf_addf(out, "--window=%s", num_format_duration(rules->window.window_s, text));
	if (rules->breaches > 1)
		buf_addf(out, " --breaches=%zu", rules->breaches);
	if (rules->window.recover_s > 0)
		buf_addf(out, " --recover=%s", num_format_duration(rules->window.recover_s, text));
}

/* "14 days", "36 h". */
static void add_long_span(struct buf *out, int64_t seconds) {
	const int64_t day_s = 86400;
	if (seconds >= 2 * day_s && seconds % day_s == 0)
		buf_addf(out, "%lld days", (long long)(seconds / day_s));
	else
		lasting_text_add_span(out, seconds);
}

/* --- the sum --- */

struct sum {
	size_t times, services;
	int64_t total_s;
};

static struct sum sum_of(const struct replay *p, enum state state) {
	struct sum sum = {.times = 0};
	for (size_t i = 0; i < p->count; i++) {
		const struct backtest_share *share = &p->services[i].counts.by[state];
		sum.times += share->times;
		sum.services += share->times > 0;
		sum.total_s += share->total_s;
	}
	return sum;
}

/* Of lost series nothing is known: what the others tell is the least. */
static void add_extent(const struct backtest_report *r, struct buf *out) {
	if (r->replay->lost > 0)
		buf_adds(out,
			sum_of(r->replay, STATE_CRITICAL).times > 0 ? "at least: "
								    : "as far as is known: ");
}

/* "api 2, worker 1, +3 more": those that alarmed, the worst first. */
static void add_alarmed(const struct backtest_report *r, size_t services, struct buf *out) {
	for (size_t i = 0; i < services && i < MAX_NAMES; i++) {
		const struct replay_service *x = &r->replay->services[i];
		buf_adds(out, i > 0 ? ", " : "");
		report_add_name(out, r->in->samples->services[x->service].name);
		buf_addf(out, " %zu", x->counts.by[STATE_CRITICAL].times);
	}
	if (services > MAX_NAMES)
		buf_addf(out, ", +%zu more", services - MAX_NAMES);
}

void report_backtest_add_sum(const struct backtest_report *r, struct buf *out) {
	const struct replay *p = r->replay;
	const struct sum critical = sum_of(p, STATE_CRITICAL);
	const struct sum warning = sum_of(p, STATE_WARNING);
	char a_week[NUM_TEXT_BYTES];
	if (p->lost > 0 && p->known == 0) {
		buf_adds(out, "nothing is known of what these thresholds would have done in ");
		add_long_span(out, replay_span_s(p));
		return;
	}
	add_extent(r, out);
	buf_adds(out, "these thresholds would ");
	buf_adds(out, critical.times > 0 ? "have alarmed " : "not have alarmed");
	if (critical.times > 0)
		buf_addf(out, "%zu time%s", critical.times, text_plural(critical.times));
	buf_adds(out, " in ");
	add_long_span(out, replay_span_s(p));
	if (critical.times > 0) {
		buf_adds(out, " (");
		if (replay_span_s(p) >= WEEK_S)
			buf_addf(out, "%s a week; ",
				num_format_fixed((double)critical.times * WEEK_S /
						(double)replay_span_s(p),
					1, a_week));
		add_alarmed(r, critical.services, out);
		buf_adds(out, "), ");
		lasting_text_add_span(out, critical.total_s);
		buf_adds(out, critical.services > 1 ? " in all services together" : " in all");
	}
	if (warning.times > 0) {
		buf_addf(out, "; WARNING %zu time%s, ", warning.times, text_plural(warning.times));
		lasting_text_add_span(out, warning.total_s);
	}
}

/* What one check of all services would have been, for who has several. */
static void add_together(const struct backtest_report *r, struct buf *out) {
	const struct backtest_share *by = r->replay->together.by;
	if (r->in->style->verbosity == 0 || r->replay->count < 2 ||
		(r->replay->lost > 0 && r->replay->known == 0))
		return;
	buf_adds(out, "One check of all services");
	buf_adds(out, r->replay->lost > 0 ? ", at least: CRITICAL " : ": CRITICAL ");
	report_backtest_add_times(out, &by[STATE_CRITICAL]);
	buf_adds(out, "; WARNING ");
	report_backtest_add_times(out, &by[STATE_WARNING]);
	buf_adds(out, ".\n");
}

static void add_first_line(const struct backtest_report *r, struct buf *out) {
	if (r->replay->lost > 0) {
		report_add_prefix(STATE_UNKNOWN, r->in->target->name, NULL, out);
		report_backtest_add_lost(r, out);
		buf_addc(out, '\n');
	}
	report_add_name(out, r->in->target->name);
	buf_adds(out, ": ");
	add_long_span(out, replay_span_s(r->replay));
	buf_adds(out, " of ");
	add_rules(r->in->rules, out);
	buf_adds(out, ", judged each ");
	lasting_text_add_span(out, r->replay->interval_s);
	buf_addc(out, '\n');
}

static int report_text(const struct backtest_report *r, struct buf *out, struct err *e) {
	add_first_line(r, out);
	buf_addc(out, '\n');
	if (report_backtest_add_table(r, out, e))
		return -1;
	buf_addc(out, '\n');
	add_together(r, out);
	size_t start = out->len;
	report_backtest_add_sum(r, out);
	if (!out->failed)
		out->data[start] = (char)(out->data[start] - 'a' + 'A');
	buf_adds(out, ".\n");
	report_add_idle_ranges(r->in, out);
	buf_adds(out, r->in->diagnosis);
	return buf_check(out, "report", e);
}

int report_backtest(const struct backtest_report *r, struct buf *out, struct err *e) {
	struct buf summary;
	if (r->in->style->format != FORMAT_JSON)
		return report_text(r, out, e);
	buf_init(&summary, REPORT_MAX_BYTES);
	report_add_prefix(replay_state(r->replay), r->in->target->name, NULL, &summary);
	if (r->replay->lost > 0) {
		report_backtest_add_lost(r, &summary);
		buf_adds(&summary, "; ");
	}
	report_backtest_add_sum(r, &summary);
	int rc = buf_check(&summary, "report", e);
	if (rc == 0)
		rc = report_backtest_json(r, buf_str(&summary), out, e);
	buf_free(&summary);
	return rc;
}

void report_backtest_cost(size_t series, size_t points, struct buf *out) {
	char text[NUM_TEXT_BYTES];
	double usd = (double)series / BILLING_METRICS_PER_CENT / 100;
	buf_addf(out, "asking CloudWatch for %zu metric%s of %zu point%s each, %s USD", series,
		text_plural(series), points, text_plural(points),
		usd < 0.01 ? "under 0.01" : num_format_fixed(usd, 2, text));
}
