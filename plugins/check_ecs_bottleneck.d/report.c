#include "config.h"

#include "report.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"
#include "headroom.h"
#include "report_chart.h"
#include "report_fit.h"
#include "report_json.h"
#include "report_order.h"
#include "report_perfdata.h"
#include "report_remarks.h"
#include "report_series.h"
#include "report_silence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_LINE_COLUMNS = 79, MOST_MESSAGE_CHARS = 900, MOST_PATTERN_CHARS = 120 };

/* --- the first line --- */

static bool is_problem(const struct series_verdict *v) {
	return v->state == STATE_WARNING || v->state == STATE_CRITICAL;
}

static bool is_not_ok(const struct series_verdict *v) {
	return v->state != STATE_OK;
}

/* A problem by its points, not by what --no-data makes of their absence. */
static bool is_bottleneck(const struct series_verdict *v) {
	return is_problem(v) && v->reason == REASON_POINTS;
}

static bool is_down(const struct series_verdict *v) {
	return report_is_down(v);
}

static bool is_lost(const struct series_verdict *v) {
	return v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
}

static bool is_silent(const struct series_verdict *v) {
	return v->state == STATE_UNKNOWN && !is_lost(v);
}

static bool is_silent_otherwise(const struct series_verdict *v) {
	return is_silent(v) && v->reason != REASON_PERCENTILE;
}

static size_t count_services(const struct verdict *v, report_filter filter) {
	size_t count = 0;
	size_t last = (size_t)-1;
	for (size_t i = 0; i < v->series_count; i++) {
		if (filter(&v->series[i]) && v->series[i].service != last) {
			count++;
			last = v->series[i].service;
		}
	}
	return count;
}

/* Appends item, unless it and the count of the rest would pass the line's length: then false. The
 * first item always fits, and so does the last one: naming it takes little more than counting it.
 */
static bool add_fitting(struct buf *out, const struct buf *item, bool first, size_t left_behind) {
	const size_t separator = strlen(", ");
	size_t columns = text_length(buf_str(out)) + text_length(buf_str(item)) + separator;
	for (size_t n = left_behind; n > 0; n /= 10)
		columns++;
	if (!first && left_behind > 0 && columns + strlen(", + more") > FIRST_LINE_COLUMNS)
		return false;
	buf_addf(out, "%s%s", first ? "" : ", ", buf_str(item));
	return true;
}

/* Lists one item for each service that has a series which passes the filter, its worst one, as many
 * as the line holds. */
static int add_items(const struct report_input *in, report_filter filter, bool names_only,
	struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, ORDER_WORST, filter, &count);
	bool *told = calloc(in->samples->service_count + 1, sizeof *told);
	size_t left = count_services(v, filter);
	bool first = true;
	for (size_t i = 0; list && told && i < count && left > 0; i++) {
		if (told[list[i]->service])
			continue;
		struct buf item;
		buf_init(&item, REPORT_MOST_BYTES);
		if (names_only)
			report_add_name(&item, in->samples->services[list[i]->service].name);
		else
			report_add_item(in, list[i], &item);
		bool fits = add_fitting(out, &item, first, left - 1);
		buf_free(&item);
		if (!fits)
			break;
		told[list[i]->service] = true;
		first = false;
		left--;
	}
	if (left > 0)
		buf_addf(out, ", +%zu more", left);
	int rc = list && told ? 0 : err_no_memory(e);
	free(list);
	free(told);
	return rc;
}

static const char *plural(size_t n) {
	return n == 1 ? "" : "s";
}

static void add_pattern(const struct config *o, size_t i, struct buf *out) {
	buf_adds(out, "no service matches -s '");
	text_add_clean(out, o->include.items[i], MOST_PATTERN_CHARS);
	buf_adds(out, "'");
}

static size_t first_unmatched(const struct report_input *in) {
	size_t i = 0;
	while (i < in->config->include.count && !samples_pattern_is_idle(in->samples, i))
		i++;
	return i;
}

static void add_no_service(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	size_t pattern = first_unmatched(in);
	if (s->listed_count == 0)
		buf_addf(out, "no services in this cluster in %s: are cluster and region right?",
			in->target->region);
	else if (s->service_count > 0)
		buf_addf(out, "none of %zu services is active", s->service_count);
	else if (pattern < in->config->include.count)
		add_pattern(in->config, pattern, out);
	else
		buf_addf(out, "-s and -x leave none of %zu services", s->listed_count);
}

static void add_highest(const struct report_input *in, struct buf *out) {
	const struct verdict *v = in->verdict;
	const struct series_verdict *highest = NULL;
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].points > 0 && (!highest || v->series[i].peak > highest->peak))
			highest = &v->series[i];
	buf_addf(out, "%zu service%s, ", v->services, plural(v->services));
	if (!highest) {
		buf_adds(out, "none with data");
		return;
	}
	struct series_verdict at_peak = *highest;
	at_peak.shown = highest->peak;
	at_peak.reason = REASON_POINTS;
	buf_adds(out, "highest ");
	report_add_item(in, &at_peak, out);
}

static const struct series_verdict *first_of(const struct verdict *v, report_filter filter) {
	for (size_t i = 0; i < v->series_count; i++)
		if (filter(&v->series[i]))
			return &v->series[i];
	return NULL;
}

/* The first run-wide failure, without its line end. */
static void add_first_failure(const struct samples *s, struct buf *out) {
	buf_add(out, buf_str(&s->failures), strcspn(buf_str(&s->failures), "\n"));
}

/* "3 of 14 services"; while the list is not whole there may be more. */
static void add_share(const struct report_input *in, size_t count, struct buf *out) {
	buf_addf(out, "%zu of %s%zu services", count, in->samples->list_complete ? "" : "at least ",
		in->verdict->services);
}

static void add_lost(const struct report_input *in, struct buf *out) {
	add_share(in, count_services(in->verdict, is_lost), out);
	buf_adds(out, " not known: ");
	text_add_clean(out, report_failure_of(in, first_of(in->verdict, is_lost)),
		MOST_MESSAGE_CHARS);
}

static int add_headline(const struct report_input *in, struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	const struct samples *s = in->samples;
	if (v->problems > 0) {
		bool bottleneck = first_of(v, is_bottleneck) != NULL;
		bool down = first_of(v, is_down) != NULL;
		add_share(in, v->problems, out);
		buf_adds(out,
			down                 ? " with problems: "
				: bottleneck ? " bottlenecked: "
					     : " without data: ");
		return add_items(in, is_problem, !bottleneck && !down, out, e);
	}
	if (s->end != SAMPLES_WHOLE) {
		text_add_clean(out, buf_str(&s->end_reason), MOST_MESSAGE_CHARS);
		return 0;
	}
	if (s->failures.len > 0) {
		add_first_failure(s, out);
		return 0;
	}
	if (v->services == 0) {
		add_no_service(in, out);
		return 0;
	}
	if (first_unmatched(in) < in->config->include.count) {
		add_pattern(in->config, first_unmatched(in), out);
		return 0;
	}
	const struct series_verdict *silent = first_of(v, is_silent);
	if (first_of(v, is_lost)) {
		add_lost(in, out);
		return 0;
	}
	if (silent && !first_of(v, is_silent_otherwise)) {
		report_add_no_percentile(in, out);
		return 0;
	}
	if (silent) {
		add_share(in, count_services(v, is_silent), out);
		buf_adds(out, " without data: ");
		return add_items(in, is_silent, true, out, e);
	}
	add_highest(in, out);
	return 0;
}

/* --- the long output --- */

/* Whether the first line has said all there is to say of the series: each was lost, for one and the
 * same reason. */
static bool all_lost_alike(const struct report_input *in) {
	const struct verdict *v = in->verdict;
	for (size_t i = 0; i < v->series_count; i++)
		if (!is_lost(&v->series[i]) ||
			strcmp(report_failure_of(in, &v->series[i]),
				report_failure_of(in, &v->series[0])) != 0)
			return false;
	return v->series_count > 0;
}

static void add_unknown_line(struct buf *out, const char *text, size_t n) {
	buf_adds(out, "[UNKNOWN] ");
	buf_add(out, text, n);
	buf_addc(out, '\n');
}

static void add_end_reason(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	enum state state = s->end == SAMPLES_STOPPED ? STATE_UNKNOWN : in->config->timeout_state;
	buf_addf(out, "[%s] ", state_name(state));
	text_add_clean(out, buf_str(&s->end_reason), MOST_MESSAGE_CHARS);
	buf_addc(out, '\n');
}

/* What could not be had, unless the first line is about it already. */
static void add_failures(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	bool in_headline = in->verdict->problems == 0;
	if (s->end != SAMPLES_WHOLE && !in_headline)
		add_end_reason(in, out);
	bool skip = in_headline && s->end == SAMPLES_WHOLE;
	for (const char *line = buf_str(&s->failures); *line;) {
		size_t n = strcspn(line, "\n");
		if (!skip)
			add_unknown_line(out, line, n);
		skip = false;
		line += n + (line[n] == '\n');
	}
	for (size_t i = 0; i < in->config->include.count; i++) {
		if (!samples_pattern_is_idle(in->samples, i))
			continue;
		buf_adds(out, "[UNKNOWN] ");
		add_pattern(in->config, i, out);
		buf_addc(out, '\n');
	}
	report_add_remarks(in->samples, out);
}

static int add_series_lines(const struct report_input *in, struct report_parts *p, struct err *e) {
	const struct verdict *v = in->verdict;
	if (all_lost_alike(in) && v->problems == 0)
		return 0;
	if (in->chart)
		return report_add_chart(in, p, e);
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, ORDER_LINES,
		in->config->verbosity == 0 ? is_not_ok : NULL, &count);
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < count; i++) {
		struct report_line line;
		if (report_is_told_elsewhere(in, list[i]))
			continue;
		report_add_series(in, list[i], &p->body, &line);
		report_parts_add_line(p, &line);
	}
	free(list);
	return 0;
}

static bool is_left_out(const struct description *d) {
	return d->status == DESCRIPTION_GONE && d->fault < FAULT_ANSWER;
}

static void add_dropped(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	for (size_t i = 0; in->config->verbosity > 0 && i < s->service_count; i++) {
		if (!is_left_out(&s->services[i].description))
			continue;
		buf_adds(out, "left out: ");
		report_add_name(out, s->services[i].name);
		buf_adds(out, " (");
		text_add_clean(out,
			s->services[i].description.text ? s->services[i].description.text : "gone",
			MOST_PATTERN_CHARS);
		buf_adds(out, ")\n");
	}
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
	buf_addf(out, "%s, %s per %s, %s to %s", in->target->region, in->config->statistic,
		num_format_duration(w->period_s, period), time_format_minute(w->start_s, start),
		time_format_minute(w->end_s, end));
}

static void add_prefix(enum state state, const char *cluster, struct buf *out) {
	buf_addf(out, "ECS %s - ", state_name(state));
	if (!cluster)
		return;
	report_add_name(out, cluster);
	buf_adds(out, ": ");
}

/* What a person wants to know of a run without problems. */
static int add_headroom(const struct report_input *in, struct buf *out, struct err *e) {
	struct headroom h;
	if (in->verdict->state != STATE_OK)
		return 0;
	int found = headroom_find(in->config, in->samples, in->verdict, &h, e);
	if (found <= 0)
		return found;
	buf_adds(out, "headroom: ");
	report_add_headroom(in, &h, out);
	buf_addc(out, '\n');
	return 0;
}

static int add_parts(const struct report_input *in, struct report_parts *p, struct err *e) {
	add_prefix(in->verdict->state, in->target->name, &p->headline);
	if (add_headline(in, &p->headline, e))
		return -1;
	report_add_summary_perfdata(in, &p->summary);
	add_failures(in, &p->body);
	if (add_headroom(in, &p->body, e))
		return -1;
	report_parts_add_plain_lines(p);
	if (add_series_lines(in, p, e))
		return -1;
	add_dropped(in, &p->body);
	buf_adds(&p->body, in->diagnosis);
	report_parts_add_plain_lines(p);
	add_context(in, &p->context);
	report_add_series_perfdata(in, p);
	return 0;
}

/* One line for each thing that concerns the whole run. */
static void add_errors(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	if (s->end != SAMPLES_WHOLE) {
		text_add_clean(out, buf_str(&s->end_reason), MOST_MESSAGE_CHARS);
		buf_addc(out, '\n');
	}
	buf_adds(out, buf_str(&s->failures));
	for (size_t i = 0; i < in->config->include.count; i++) {
		if (!samples_pattern_is_idle(in->samples, i))
			continue;
		add_pattern(in->config, i, out);
		buf_addc(out, '\n');
	}
	report_add_remarks(s, out);
}

static int report_as_json(const struct report_input *in, struct buf *out, struct err *e) {
	struct buf summary;
	struct buf errors;
	buf_init(&summary, REPORT_MOST_BYTES);
	buf_init(&errors, REPORT_MOST_BYTES);
	add_prefix(in->verdict->state, in->target->name, &summary);
	int rc = add_headline(in, &summary, e);
	add_errors(in, &errors);
	if (rc == 0)
		rc = buf_check(&summary, "report", e) || buf_check(&errors, "report", e) ? -1 : 0;
	if (rc == 0)
		rc = report_json(in, buf_str(&summary), buf_str(&errors), out, e);
	buf_free(&summary);
	buf_free(&errors);
	return rc;
}

int report(const struct report_input *in, struct buf *out, struct err *e) {
	struct report_parts parts;
	if (in->config->format == FORMAT_JSON)
		return report_as_json(in, out, e);
	report_parts_init(&parts);
	int rc = add_parts(in, &parts, e);
	if (rc == 0)
		rc = report_fit(&parts, in->config->max_output_bytes, out, e);
	report_parts_free(&parts);
	return rc;
}

void report_failure(const struct report_failure *f, struct buf *out) {
	struct report_parts parts;
	struct err e;
	report_parts_init(&parts);
	add_prefix(f->state, f->cluster, &parts.headline);
	text_add_clean(&parts.headline, f->message, MOST_MESSAGE_CHARS);
	if (f->format == FORMAT_JSON) {
		buf_fail_with(out, &parts.headline);
		report_json_failure(f, buf_str(&parts.headline), out);
	} else {
		buf_adds(&parts.body, f->diagnosis);
		report_parts_add_plain_lines(&parts);
		(void)report_fit(&parts, f->max_output_bytes, out, &e);
	}
	report_parts_free(&parts);
}

void report_last_words(enum report_format format, enum state state, const char *message,
	struct process_end *out) {
	char whole[REPORT_LAST_MESSAGE_BYTES];
	(void)snprintf(whole, sizeof whole, "%.*s", (int)text_fitting(message, sizeof whole - 1),
		message);
	out->state = state;
	if (format == FORMAT_JSON)
		report_json_last_words(state, whole, out->line);
	else
		(void)snprintf(out->line, sizeof out->line, "ECS %s - %s\n", state_name(state),
			whole);
}
