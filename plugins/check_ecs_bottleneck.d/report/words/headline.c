#include "config.h"

#include "report/words/headline.h"

#include "base/text.h"
#include "report/words/cause.h"
#include "report/words/first_line.h"
#include "report/words/parts.h"
#include "report/words/remarks.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "report/words/tasks.h"
#include "term/tty.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_NAME_COLUMNS = 24, MAX_MESSAGE_CHARS = 900 };

/* --- counts --- */

static bool is_problem(const struct series_verdict *v) {
	return state_is_problem(v->state);
}

static bool has_points(const struct series_verdict *v) {
	return v->reason == REASON_POINTS && series_has_shown(v);
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

static const struct series_verdict *first_of(const struct verdict *v, report_filter filter) {
	for (size_t i = 0; i < v->series_count; i++)
		if (filter(&v->series[i]))
			return &v->series[i];
	return NULL;
}

/* "3 of 14 services"; "3 of at least 14 services" while the list is incomplete. */
static void add_share(const struct report_input *in, size_t count, struct buf *out) {
	buf_addf(out, "%zu of %s%zu service%s", count,
		in->samples->list_complete ? "" : "at least ", in->verdict->services,
		text_plural(in->verdict->services));
}

/* " in 24 h"; nothing if there is no series. */
static void add_window(const struct report_input *in, struct buf *out) {
	const int64_t minute = 60;
	const int64_t hour = 60 * minute;
	const int64_t day = 24 * hour;
	const int64_t window_s = in->rules->window.window_s;
	if (!rules_have_series(in->rules))
		return;
	if (window_s >= 2 * day && window_s % day == 0)
		buf_addf(out, " in %lld d", (long long)(window_s / day));
	else if (window_s % hour == 0)
		buf_addf(out, " in %lld h", (long long)(window_s / hour));
	else
		buf_addf(out, " in %lld min", (long long)(window_s / minute));
}

/* --- lists of services --- */

static int columns_of(const struct buf *text) {
	return tty_width(buf_str(text), text->len);
}

static int max_columns(const struct report_input *in) {
	return report_max_columns(in->style, in->to_terminal);
}

static void add_count_of_rest(size_t rest, struct buf *out) {
	if (rest > 0)
		buf_addf(out, ", +%zu more", rest);
}

/* What the list says of a service; max_name_columns of its name. */
static void add_entry(const struct report_input *in, const struct series_verdict *v,
	bool names_only, int max_name_columns, struct buf *out) {
	report_add_fitting_name(in->samples->services[v->service].name, max_name_columns, out);
	if (names_only)
		return;
	buf_addc(out, ' ');
	report_add_finding(in, v, out);
}

/* Appends the entry of a service, unless it and the count of the rest exceed the line: false then.
 * The first one always fits: its name is shortened if need be. */
static bool add_fitting(const struct report_input *in, const struct series_verdict *v,
	bool names_only, bool first, size_t rest, struct buf *out) {
	const int max = max_columns(in);
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	buf_adds(&line, buf_str(out));
	buf_adds(&line, first ? "" : ", ");
	add_entry(in, v, names_only, max, &line);
	add_count_of_rest(rest, &line);
	int excess = columns_of(&line) - max;
	buf_fail_with(out, &line);
	buf_free(&line);
	if (excess > 0 && !first)
		return false;
	const char *name = in->samples->services[v->service].name;
	int name_columns = tty_width(name, strlen(name));
	if (name_columns > max)
		name_columns = max;
	if (excess > 0)
		name_columns -= excess;
	if (name_columns < MIN_NAME_COLUMNS)
		name_columns = MIN_NAME_COLUMNS;
	buf_adds(out, first ? "" : ", ");
	add_entry(in, v, names_only, name_columns, out);
	return true;
}

/* Lists one entry for each service with a series that passes the filter, its worst one; as many as
 * fit into the line. */
static int add_services(const struct report_input *in, report_filter filter, bool names_only,
	struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = 0;
	const struct series_verdict **list = report_sorted(v, filter, &count);
	bool *listed = calloc(in->samples->service_count + 1, sizeof *listed);
	size_t left = count_services(v, filter);
	bool first = true;
	for (size_t i = 0; list && listed && i < count && left > 0; i++) {
		if (listed[list[i]->service])
			continue;
		if (!add_fitting(in, list[i], names_only, first, left - 1, out))
			break;
		listed[list[i]->service] = true;
		first = false;
		left--;
	}
	add_count_of_rest(left, out);
	int rc = list && listed ? 0 : err_no_memory(e);
	free(list);
	free(listed);
	return rc;
}

/* --- one service --- */

/* The findings of the series that pass the filter, the worst first, and the window. */
static int add_findings(const struct report_input *in, report_filter filter, struct buf *out,
	struct err *e) {
	size_t count = 0;
	const struct series_verdict **list = report_sorted(in->verdict, filter, &count);
	bool down_told = false;
	bool by_points = false;
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < count; i++) {
		if (report_is_down(list[i]) && down_told)
			continue;
		buf_adds(out, i > 0 ? ", " : "");
		report_add_finding(in, list[i], out);
		down_told = down_told || report_is_down(list[i]);
		by_points = by_points || report_is_of_window(list[i]);
	}
	if (by_points)
		add_window(in, out);
	free(list);
	return 0;
}

/* The silent series whose line covers the whole service; NULL: each has its own. */
static const struct series_verdict *first_of_service_line(const struct report_input *in) {
	const struct verdict *v = in->verdict;
	for (size_t i = 0; i < v->series_count; i++)
		if (is_silent(&v->series[i]) && report_is_for_service(in, &v->series[i]))
			return &v->series[i];
	return NULL;
}

static void add_silence_of_one(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	bool for_service = report_is_for_service(in, v);
	if (!for_service)
		buf_addf(out, "%s ", metric_name(v->metric));
	report_add_silence(in, v, for_service, out);
}

/* --- the forms of the line --- */

/* The service, its name shortened as far as the line demands it, and the window. */
static void add_highest_item(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	buf_adds(&line, buf_str(out));
	report_add_item(in, v, &line);
	add_window(in, &line);
	int excess = columns_of(&line) - max_columns(in);
	const char *name = in->samples->services[v->service].name;
	int columns = tty_width(name, strlen(name));
	if (excess > 0 && in->style->format != FORMAT_JSON)
		columns = columns - excess > MIN_NAME_COLUMNS ? columns - excess : MIN_NAME_COLUMNS;
	add_entry(in, v, false, columns, out);
	add_window(in, out);
	buf_fail_with(out, &line);
	buf_free(&line);
}

static int add_highest(const struct report_input *in, struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	const struct series_verdict *highest = NULL;
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].points > 0 && (!highest || v->series[i].peak > highest->peak))
			highest = &v->series[i];
	if (report_is_about_one(in->rules) && first_of(v, has_points))
		return add_findings(in, has_points, out, e);
	if (report_is_about_one(in->rules)) {
		add_silence_of_one(in, &v->series[0], out);
		return 0;
	}
	buf_addf(out, "%zu service%s, ", v->services, text_plural(v->services));
	if (!highest) {
		report_add_without_peaks(in, out);
		return 0;
	}
	struct series_verdict at_peak = *highest;
	at_peak.shown = highest->peak;
	at_peak.reason = REASON_POINTS;
	at_peak.is_silent = false;
	at_peak.breaches.count = 0;
	buf_adds(out, "highest ");
	add_highest_item(in, &at_peak, out);
	return 0;
}

/* The action, shortened to the line: a line of its own has all of it. Then how many services are
 * concerned, if that fits (what NULL: that is not known). */
static void add_cause(const struct report_input *in, const char *cause, size_t services,
	const char *what, struct buf *out) {
	const int max = max_columns(in);
	struct buf action;
	struct buf share;
	buf_init(&action, REPORT_MAX_BYTES);
	buf_init(&share, REPORT_MAX_BYTES);
	report_add_action(&action, cause);
	if (what) {
		add_share(in, services, &share);
		buf_addf(&share, " %s", what);
	}
	size_t start = out->len;
	buf_adds(out, buf_str(&action));
	(void)report_shorten_line(out, start, max);
	if (what && !report_is_about_one(in->rules) &&
		columns_of(out) + columns_of(&share) + (int)strlen(" ()") <= max)
		buf_addf(out, " (%s)", buf_str(&share));
	buf_fail_with(out, &action);
	buf_fail_with(out, &share);
	buf_free(&action);
	buf_free(&share);
}

/* The first run-wide failure; of one that quotes AWS the action: the lines have the rest. */
static void add_first_failure(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	buf_add(&line, buf_str(&s->failures), strcspn(buf_str(&s->failures), "\n"));
	if (report_add_aws_words(NULL, buf_str(&line)))
		add_cause(in, buf_str(&line), 0, NULL, out);
	else
		buf_adds(out, buf_str(&line));
	buf_fail_with(out, &line);
	buf_free(&line);
}

/* The cause that the silent series share, if there are several; NULL otherwise. */
static const char *shared_cause(const struct report_input *in) {
	const struct verdict *v = in->verdict;
	const char *shared = NULL;
	for (size_t i = 0; i < v->series_count; i++) {
		const char *cause = is_silent(&v->series[i]) ? report_cause_of(in, &v->series[i])
							     : shared;
		if (is_silent(&v->series[i]) && !cause)
			return NULL;
		if (shared && shared != cause && !report_is_same_cause(shared, cause))
			return NULL;
		shared = cause;
	}
	return count_services(v, is_silent) > 1 ? shared : NULL;
}

static int add_silent(const struct report_input *in, struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	size_t count = count_services(v, is_silent);
	const char *cause = shared_cause(in);
	if (!first_of(v, is_silent_otherwise)) {
		report_add_no_percentile(in, NULL, out);
		return 0;
	}
	if (report_is_about_one(in->rules)) {
		const struct series_verdict *whole = first_of_service_line(in);
		add_silence_of_one(in, whole ? whole : first_of(v, is_silent), out);
		return 0;
	}
	if (cause) {
		add_cause(in, cause, count, "without data", out);
		return 0;
	}
	add_share(in, count, out);
	buf_adds(out, " without data: ");
	return add_services(in, is_silent, true, out, e);
}

static int add_problems(const struct report_input *in, struct buf *out, struct err *e) {
	if (report_is_about_one(in->rules))
		return add_findings(in, is_problem, out, e);
	add_share(in, in->verdict->problems, out);
	buf_adds(out, " with problems");
	add_window(in, out);
	buf_adds(out, ": ");
	return add_services(in, is_problem, false, out, e);
}

int report_add_headline(const struct report_input *in, struct buf *out, struct err *e) {
	const struct verdict *v = in->verdict;
	const struct samples *s = in->samples;
	const size_t lost = count_services(v, report_is_lost);
	if (v->problems > 0)
		return add_problems(in, out, e);
	if (s->end != SAMPLES_WHOLE)
		text_add_clean(out, buf_str(&s->end_reason), MAX_MESSAGE_CHARS);
	else if (s->failures.len > 0)
		add_first_failure(in, out);
	else if (v->services == 0)
		report_add_no_service(in, out);
	else if (report_first_unmatched(in) < in->rules->include.count)
		report_add_pattern(in, report_first_unmatched(in), out);
	else if (lost > 0)
		add_cause(in, report_cause_of(in, first_of(v, report_is_lost)), lost, "not known",
			out);
	else if (count_services(v, is_silent) > 0)
		return add_silent(in, out, e);
	else
		return add_highest(in, out, e);
	return 0;
}

bool report_is_message(const struct report_input *in) {
	const struct samples *s = in->samples;
	return in->verdict->problems == 0 &&
		(s->end != SAMPLES_WHOLE || s->failures.len > 0 ||
			report_first_unmatched(in) < in->rules->include.count);
}

bool report_shorten_headline(const struct report_input *in, size_t from, struct buf *line) {
	const struct verdict *v = in->verdict;
	bool is_of_services = v->problems > 0 || (v->services > 0 && !report_is_message(in));
	bool is_list = is_of_services && !report_is_about_one(in->rules);
	const struct report_prefix prefix = {.state = v->state,
		.cluster = in->target->name,
		.rules = in->rules,
		.text_is_kept = is_list};
	return report_shorten_first_line(&prefix, max_columns(in), from, line);
}
