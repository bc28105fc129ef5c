#include "config.h"

#include "report/headline.h"

#include "base/nearest.h"
#include "base/text.h"
#include "report/series.h"
#include "report/silence.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_LINE_COLUMNS = 79, MAX_MESSAGE_CHARS = 900, MAX_PATTERN_CHARS = 120 };

static bool is_problem(const struct series_verdict *v) {
	return state_is_problem(v->state);
}

static bool is_down(const struct series_verdict *v) {
	return report_is_down(v);
}

bool report_is_lost(const struct series_verdict *v) {
	return v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
}

static bool is_silent(const struct series_verdict *v) {
	return v->state == STATE_UNKNOWN && !report_is_lost(v);
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

/* Appends item, unless it and the count of the rest exceed the length of the line: false then. The
 * first item always fits, and so does the last: naming it takes little more space than counting
 * it. */
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

/* Lists one item for each service with a series that passes the filter, its worst one; as many as
 * fit into the line. */
static int add_items(const struct report_input *in, report_filter filter, bool names_only,
	struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, ORDER_WORST, filter, &count);
	bool *listed = calloc(in->samples->service_count + 1, sizeof *listed);
	size_t left = count_services(v, filter);
	bool first = true;
	for (size_t i = 0; list && listed && i < count && left > 0; i++) {
		if (listed[list[i]->service])
			continue;
		struct buf item;
		buf_init(&item, REPORT_MAX_BYTES);
		if (names_only)
			report_add_name(&item, in->samples->services[list[i]->service].name);
		else
			report_add_item(in, list[i], &item);
		buf_fail_with(out, &item);
		bool fits = add_fitting(out, &item, first, left - 1);
		buf_free(&item);
		if (!fits)
			break;
		listed[list[i]->service] = true;
		first = false;
		left--;
	}
	if (left > 0)
		buf_addf(out, ", +%zu more", left);
	int rc = list && listed ? 0 : err_no_memory(e);
	free(list);
	free(listed);
	return rc;
}

static const char *plural(size_t n) {
	return n == 1 ? "" : "s";
}

void report_add_pattern(const struct report_input *in, size_t i, struct buf *out) {
	const struct samples *s = in->samples;
	const char *pattern = in->rules->include.items[i];
	struct nearest near;
	struct err suggestion = {.message = ""};
	buf_adds(out, "no service matches -s '");
	text_add_clean(out, pattern, MAX_PATTERN_CHARS);
	buf_adds(out, "'");
	nearest_begin(&near, pattern, strlen(pattern));
	for (size_t k = 0; k < s->passed_over_count; k++)
		nearest_consider(&near, s->passed_over[k], strlen(s->passed_over[k]));
	for (size_t k = 0; k < s->service_count; k++)
		nearest_consider(&near, s->services[k].name, strlen(s->services[k].name));
	(void)nearest_explain(&near, "", &suggestion);
	buf_adds(out, suggestion.message);
}

void report_add_passed_over(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	if (in->style->verbosity == 0 || s->service_count > 0 || s->passed_over_count == 0)
		return;
	buf_adds(out, "the services of ");
	report_add_name(out, in->target->name);
	for (size_t k = 0; k < s->passed_over_count; k++) {
		buf_adds(out, k == 0 ? ": " : ", ");
		report_add_name(out, s->passed_over[k]);
	}
	buf_addc(out, '\n');
}

static size_t first_unmatched(const struct report_input *in) {
	size_t i = 0;
	while (i < in->rules->include.count && !samples_pattern_is_idle(in->samples, i))
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
	else if (pattern < in->rules->include.count)
		report_add_pattern(in, pattern, out);
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

/* "3 of 14 services"; "3 of at least 14 services" while the list is incomplete. */
static void add_share(const struct report_input *in, size_t count, struct buf *out) {
	buf_addf(out, "%zu of %s%zu services", count, in->samples->list_complete ? "" : "at least ",
		in->verdict->services);
}

static void add_lost(const struct report_input *in, struct buf *out) {
	add_share(in, count_services(in->verdict, report_is_lost), out);
	buf_adds(out, " not known: ");
	text_add_clean(out, report_failure_of(in, first_of(in->verdict, report_is_lost)),
		MAX_MESSAGE_CHARS);
}

int report_add_headline(const struct report_input *in, struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	const struct samples *s = in->samples;
	if (v->problems > 0) {
		bool bottleneck = first_of(v, series_alerts) != NULL;
		bool down = first_of(v, is_down) != NULL;
		add_share(in, v->problems, out);
		buf_adds(out,
			down                 ? " with problems: "
				: bottleneck ? " bottlenecked: "
					     : " without data: ");
		return add_items(in, is_problem, !bottleneck && !down, out, e);
	}
	if (s->end != SAMPLES_WHOLE) {
		text_add_clean(out, buf_str(&s->end_reason), MAX_MESSAGE_CHARS);
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
	if (first_unmatched(in) < in->rules->include.count) {
		report_add_pattern(in, first_unmatched(in), out);
		return 0;
	}
	const struct series_verdict *silent = first_of(v, is_silent);
	if (first_of(v, report_is_lost)) {
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
