#include "config.h"

#include "report/report.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"
#include "judge/headroom.h"
#include "report/words/advice.h"
#include "report/words/cause.h"
#include "report/chart.h"
#include "report/words/fit.h"
#include "report/words/first_line.h"
#include "report/words/headline.h"
#include "report/json.h"
#include "report/words/order.h"
#include "report/perfdata.h"
#include "report/words/ranges.h"
#include "report/words/remarks.h"
#include "report/screen.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "term/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MESSAGE_CHARS = 900 };

static bool is_not_ok(const struct series_verdict *v) {
	return v->state != STATE_OK;
}

static bool is_ok(const struct series_verdict *v) {
	return v->state == STATE_OK;
}

static bool is_problem(const struct series_verdict *v) {
	return state_is_problem(v->state);
}

static bool is_not_known(const struct series_verdict *v) {
	return v->state == STATE_UNKNOWN;
}

/* --- the long output --- */

/* What the first line already has whole is left out. */
static void add_unknown_line(const struct report_parts *p, const char *text, size_t n,
	struct buf *out) {
	const char *headline = buf_str(&p->headline);
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	buf_add(&line, text, n);
	bool is_told = strstr(headline, buf_str(&line)) ||
		(report_add_aws_words(NULL, buf_str(&line)) &&
			report_has_action(headline, buf_str(&line)));
	if (!is_told) {
		buf_adds(out, "[UNKNOWN] ");
		report_add_own_words(out, buf_str(&line));
		buf_addc(out, '\n');
	}
	if (!strstr(headline, buf_str(&line)))
		(void)report_add_aws_words(out, buf_str(&line));
	buf_fail_with(out, &line);
	buf_free(&line);
}

static void add_end_reason(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	enum state state = judge_unreached(in->rules, s->end == SAMPLES_STOPPED);
	buf_addf(out, "[%s] ", state_name(state));
	text_add_clean(out, buf_str(&s->end_reason), MAX_MESSAGE_CHARS);
	buf_addc(out, '\n');
}

/* Whether the first line has it, and has it whole. */
static bool has_end_reason(const struct report_input *in, const struct report_parts *p) {
	struct buf text;
	buf_init(&text, REPORT_MAX_BYTES);
	text_add_clean(&text, buf_str(&in->samples->end_reason), MAX_MESSAGE_CHARS);
	bool found = !text.failed && strstr(buf_str(&p->headline), buf_str(&text));
	buf_free(&text);
	return found;
}

/* What could not be fetched, unless the first line already reports it. */
static void add_failures(const struct report_input *in, struct report_parts *p) {
	const struct samples *s = in->samples;
	if (s->end != SAMPLES_WHOLE && (in->verdict->problems > 0 || !has_end_reason(in, p)))
		add_end_reason(in, &p->body);
	for (const char *line = buf_str(&s->failures); *line;) {
		size_t n = strcspn(line, "\n");
		add_unknown_line(p, line, n, &p->body);
		line += n + (line[n] == '\n');
	}
	for (size_t i = 0; i < in->rules->include.count; i++) {
		if (!samples_pattern_is_idle(in->samples, i))
			continue;
		buf_adds(&p->body, "[UNKNOWN] ");
		report_add_pattern(in, i, &p->body);
		buf_addc(&p->body, '\n');
	}
	report_add_passed_over(in, &p->body);
}

/* The line of a series whose cause another line has; that there is one is for -v. */
static void add_told_line(const struct report_input *in, const struct series_verdict *v,
	struct report_parts *p) {
	if (in->style->verbosity == 0)
		return;
	buf_addf(&p->body, "[%s] ", state_name(v->state));
	report_add_name(&p->body, in->samples->services[v->service].name);
	buf_addf(&p->body, " %s: %s\n", metric_name(v->metric),
		report_is_lost(v) ? "not known" : "no data");
	report_parts_add_plain_lines(p);
}

/* The lines of the series that pass the filter; is_told: the line of a cause covers the series. */
static int add_series_lines(const struct report_input *in, report_filter filter,
	const bool *is_told, struct report_parts *p, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, filter, &count);
	if (!list)
		return err_no_memory(e);
	report_parts_expect(p, count, 0);
	for (size_t i = 0; i < count; i++) {
		struct report_line line;
		if (is_told[list[i] - v->series])
			add_told_line(in, list[i], p);
		if (is_told[list[i] - v->series] || report_is_told_elsewhere(in, list[i]))
			continue;
		report_add_series(in, list[i], &p->body, &line);
		report_parts_add_line(p, &line);
	}
	free(list);
	return 0;
}

static int add_chart(const struct report_input *in, struct report_parts *p, struct err *e) {
	p->drawn_start = p->body.len;
	int rc = report_add_chart(in, p, e);
	p->drawn_end = p->body.len;
	return rc;
}

static void add_context(const struct report_input *in, struct buf *out) {
	char period[32];
	char start[TIME_MINUTE_BYTES];
	char end[TIME_MINUTE_BYTES];
	const struct window *w = &in->samples->window;
	if (in->samples->account[0]) {
		buf_adds(out, "account ");
		text_add_clean(out, in->samples->account, sizeof in->samples->account);
		buf_adds(out, ", ");
	}
	if (!rules_have_series(in->rules)) {
		buf_addf(out, "%s, running tasks at %s", in->target->region,
			time_format_minute(in->samples->now_s, end));
		return;
	}
	buf_addf(out, "%s, ", in->target->region);
	report_add_statistics(in->rules, out);
	buf_addf(out, " per %s, %s to %s", num_format_duration(w->period_s, period),
		time_format_minute(w->start_s, start), time_format_minute(w->end_s, end));
}

/* Headroom is reported only for a run that is OK. */
static int add_headroom(const struct report_input *in, struct buf *out, struct err *e) {
	struct headroom h;
	if (in->verdict->state != STATE_OK)
		return 0;
	int found = headroom_find(in->rules, in->samples, in->verdict, &h, e);
	if (found <= 0)
		return found;
	buf_adds(out, "headroom: ");
	report_add_headroom(in, &h, out);
	buf_addc(out, '\n');
	return 0;
}

/* "api memory: https://...", for series with data that are not OK; a chart's names are links. */
static int add_links(const struct report_input *in, struct report_parts *p, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, is_not_ok, &count);
	struct buf before;
	if (!list)
		return err_no_memory(e);
	buf_init(&before, REPORT_MAX_BYTES);
	for (size_t i = 0; i < count && !in->chart; i++) {
		if (!series_has_shown(list[i]))
			continue;
		buf_truncate(&before, 0);
		report_add_name(&before, in->samples->services[list[i]->service].name);
		buf_addf(&before, " %s:", metric_name(list[i]->metric));
		report_add_link(in, list[i], buf_str(&before), &p->body);
	}
	buf_fail_with(&p->body, &before);
	buf_free(&before);
	free(list);
	report_parts_add_links(p);
	return 0;
}

/* How the run was configured (-vv): at a terminal before what scrolls. */
static void add_diagnosis(const struct report_input *in, bool first, struct report_parts *p) {
	if (first == in->to_terminal)
		buf_adds(&p->body, in->diagnosis);
	report_parts_add_plain_lines(p);
}

/* Problems before what is not known, both before remarks, and all of these before what is OK; links
 * after all lines: monitoring pages show the first lines only. */
static int add_body(const struct report_input *in, bool *is_told, struct report_parts *p,
	struct err *e) {
	add_diagnosis(in, true, p);
	buf_adds(&p->body, buf_str(&p->whole));
	buf_fail_with(&p->body, &p->whole);
	report_parts_add_plain_lines(p);
	if (in->chart ? add_chart(in, p, e) : add_series_lines(in, is_problem, is_told, p, e))
		return -1;
	if (report_add_causes(in, buf_str(&p->headline), &p->body, is_told, e))
		return -1;
	report_parts_add_plain_lines(p);
	if (!in->chart && add_series_lines(in, is_not_known, is_told, p, e))
		return -1;
	add_failures(in, p);
	report_add_remarks(in->samples, &p->body);
	/* On a screen a table has it, in the rows that are left. */
	bool is_on_screen = in->chart && in->columns > 0;
	if (!is_on_screen && report_add_advice(in, &p->body, e))
		return -1;
	if (add_headroom(in, &p->body, e))
		return -1;
	report_parts_add_plain_lines(p);
	if (!in->chart && in->style->verbosity > 0 && add_series_lines(in, is_ok, is_told, p, e))
		return -1;
	report_add_dropped(in, &p->body);
	report_add_idle_ranges(in, &p->body);
	report_parts_add_plain_lines(p);
	if (add_links(in, p, e))
		return -1;
	add_diagnosis(in, false, p);
	return 0;
}

/* A first line that is too long is shortened; its words stand whole in a line of their own. */
static void shorten_headline(const struct report_input *in, size_t from, struct report_parts *p) {
	const struct verdict *v = in->verdict;
	/* The lines of series and failures have the others; a chart shortens what is not known. */
	bool has_line = report_is_message(in) || v->problems > 0 ||
		(v->state == STATE_UNKNOWN && v->services > 0 && !in->chart);
	buf_addf(&p->whole, "[%s] %s\n", state_name(v->state), buf_str(&p->headline) + from);
	if (!report_shorten_headline(in, from, &p->headline) || has_line)
		buf_truncate(&p->whole, 0);
}

static int add_parts(const struct report_input *in, struct report_parts *p, struct err *e) {
	bool *is_told = calloc(in->verdict->series_count + 1, sizeof *is_told);
	if (!is_told)
		return err_no_memory(e);
	report_add_prefix(in->verdict->state, in->target->name, in->rules, &p->headline);
	size_t prefix_end = p->headline.len;
	int rc = report_add_headline(in, &p->headline, e);
	shorten_headline(in, prefix_end, p);
	report_add_summary_perfdata(in, &p->summary);
	report_parts_expect(p, 0, in->verdict->series_count);
	if (rc == 0)
		rc = add_body(in, is_told, p, e);
	free(is_told);
	add_context(in, &p->context);
	report_add_series_perfdata(in, p);
	return rc;
}

/* One line for each thing that concerns the whole run. */
static void add_errors(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	if (s->end != SAMPLES_WHOLE) {
		text_add_clean(out, buf_str(&s->end_reason), MAX_MESSAGE_CHARS);
		buf_addc(out, '\n');
	}
	buf_adds(out, buf_str(&s->failures));
	for (size_t i = 0; i < in->rules->include.count; i++) {
		if (!samples_pattern_is_idle(in->samples, i))
			continue;
		report_add_pattern(in, i, out);
		buf_addc(out, '\n');
	}
	report_add_remarks(s, out);
}

static int report_as_json(const struct report_input *in, struct buf *out, struct err *e) {
	struct buf summary;
	struct buf errors;
	buf_init(&summary, REPORT_MAX_BYTES);
	buf_init(&errors, REPORT_MAX_BYTES);
	report_add_prefix(in->verdict->state, in->target->name, in->rules, &summary);
	int rc = report_add_headline(in, &summary, e);
	add_errors(in, &errors);
	if (rc == 0)
		rc = buf_check(&summary, "report", e) || buf_check(&errors, "report", e) ? -1 : 0;
	if (rc == 0)
		rc = report_json(in, buf_str(&summary), buf_str(&errors), out, e);
	buf_free(&summary);
	buf_free(&errors);
	return rc;
}

/* Charts at a terminal; if they do not stay within --max-output, the lines. */
static int report_on_screen(const struct report_input *in, struct buf *out, struct err *e) {
	struct report_parts parts;
	struct report_input other = *in;
	size_t before = out->len;
	size_t max_bytes = in->style->max_output.max;
	report_parts_init(&parts);
	other.diagnosis = ""; /* it stands above the charts, not among the parts */
	int rc = add_parts(&other, &parts, e);
	report_replace_brackets(&parts.headline, 0);
	report_replace_brackets(&parts.body, 0);
	if (rc == 0)
		rc = report_screen(in, &parts, out, e);
	report_parts_free(&parts);
	if (rc || max_bytes == 0 || out->len - before <= max_bytes)
		return rc;
	buf_truncate(out, before);
	other = *in;
	other.chart = false;
	return report(&other, out, e);
}

int report(const struct report_input *in, struct buf *out, struct err *e) {
	struct report_parts parts;
	if (in->style->format == FORMAT_JSON)
		return report_as_json(in, out, e);
	if (in->chart && in->columns > 0)
		return report_on_screen(in, out, e);
	report_parts_init(&parts);
	int rc = add_parts(in, &parts, e);
	if (rc == 0)
		rc = report_fit(&parts, &in->style->max_output, out, e);
	report_parts_free(&parts);
	return rc;
}

/* The message, shortened to the columns of a first line, and then whole in a line of its own. What
 * is wrong with options, environment or files stays one line. If the message quotes AWS, the action
 * comes first; a state other than UNKNOWN comes from what the message says before. */
static void add_message(const struct report_failure *f, struct report_parts *p) {
	const int max = report_max_columns(f->style, f->to_terminal);
	const size_t from = p->headline.len;
	text_add_clean(&p->headline, f->message, MAX_MESSAGE_CHARS);
	if (f->is_bad_input || f->style->format == FORMAT_JSON ||
		tty_width(buf_str(&p->headline), p->headline.len) <= max)
		return;
	buf_addf(&p->body, "[%s] %s\n", state_name(f->state), buf_str(&p->headline) + from);
	if (f->state == STATE_UNKNOWN && report_add_aws_words(NULL, f->message)) {
		buf_truncate(&p->headline, from);
		report_add_action(&p->headline, f->message);
	}
	const struct report_prefix prefix = {f->state, f->cluster, f->rules, false};
	(void)report_shorten_first_line(&prefix, max, from, &p->headline);
}

void report_failure(const struct report_failure *f, struct buf *out) {
	struct report_parts parts;
	struct err e;
	report_parts_init(&parts);
	report_add_prefix(f->state, f->cluster, f->rules, &parts.headline);
	add_message(f, &parts);
	if (f->style->format == FORMAT_JSON) {
		buf_fail_with(out, &parts.headline);
		report_json_failure(f, buf_str(&parts.headline), out);
	} else {
		buf_adds(&parts.body, f->diagnosis);
		report_parts_add_plain_lines(&parts);
		(void)report_fit(&parts, &f->style->max_output, out, &e);
	}
	report_parts_free(&parts);
}
