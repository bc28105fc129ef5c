#include "config.h"

#include "report/words/cause.h"

#include "base/text.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "report/words/tasks.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CAUSE_CHARS = 900, NAMES_COLUMNS = 60, MIN_CODE_CHARS = 8 };

bool report_is_lost(const struct series_verdict *v) {
	return v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
}

const char *report_cause_of(const struct report_input *in, const struct series_verdict *v) {
	const char *text = in->samples->services[v->service].description.text;
	if (report_is_lost(v))
		return report_failure_of(in, v);
	if (v->reason != REASON_ASKING_FAILED || report_tasks_of(in, v))
		return NULL;
	return text ? text : "out of memory";
}

/* --- the parts of a cause --- */

/* What AWS said, with the parentheses around it. */
struct quote {
	const char *start, *end; /* NULL: none */
};

/* The end of the parentheses that open at s; nested ones belong to it. A text that was cut may lack
 * the end. */
static const char *closing_end(const char *s) {
	size_t depth = 0;
	for (; *s; s++) {
		depth += *s == '(';
		if (*s == ')' && --depth == 0)
			return s + 1;
	}
	return s;
}

/* Whether s begins with an error code of AWS and its message, "AccessDenied: ...", rather than with
 * one of libcurl's reasons, such as "SSL: ..." or "Could not resolve host: ...". */
static bool begins_with_code(const char *s) {
	size_t n = 0;
	size_t lower = 0;
	for (; text_is_alnum(s[n]) || s[n] == '.' || s[n] == '_'; n++)
		lower += s[n] >= 'a' && s[n] <= 'z';
	return s[0] >= 'A' && s[0] <= 'Z' && lower >= n / 2 && n >= MIN_CODE_CHARS &&
		text_starts_with(s + n, ": ");
}

static struct quote find_quote(const char *cause) {
	for (const char *s = strstr(cause, " ("); s; s = strstr(s + 1, " ("))
		if (begins_with_code(s + strlen(" (")))
			return (struct quote){s, closing_end(s)};
	return (struct quote){NULL, NULL};
}

void report_add_own_words(struct buf *out, const char *cause) {
	struct quote q = find_quote(cause);
	struct buf text;
	buf_init(&text, REPORT_MAX_BYTES);
	buf_add(&text, cause, q.start ? (size_t)(q.start - cause) : strlen(cause));
	buf_adds(&text, q.start ? q.end : "");
	text_add_clean(out, buf_str(&text), MAX_CAUSE_CHARS);
	buf_fail_with(out, &text);
	buf_free(&text);
}

void report_add_action(struct buf *out, const char *cause) {
	static const char verdict[] = "not permitted: ";
	const char *permission = strstr(cause, verdict);
	report_add_own_words(out, permission ? permission + strlen(verdict) : cause);
}

bool report_add_aws_words(struct buf *out, const char *cause) {
	struct quote q = find_quote(cause);
	struct buf text;
	if (!q.start || !out)
		return q.start != NULL;
	const char *from = q.start + strlen(" (");
	buf_init(&text, REPORT_MAX_BYTES);
	buf_add(&text, from, (size_t)(q.end - from) - (q.end[-1] == ')'));
	buf_adds(out, "AWS says: ");
	text_add_clean(out, buf_str(&text), MAX_CAUSE_CHARS);
	buf_addc(out, '\n');
	buf_fail_with(out, &text);
	buf_free(&text);
	return true;
}

/* --- causes of several series --- */

struct affected {
	const struct series_verdict *series;
	const char *cause;
	struct quote quote;
};

static int compare_parts(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
	int order = memcmp(a, b, a_bytes < b_bytes ? a_bytes : b_bytes);
	return order != 0 ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* By what there is to do. AWS's words name another resource in each call. */
static int compare_own_words(const char *a, const struct quote *qa, const char *b,
	const struct quote *qb) {
	int start = compare_parts(a, qa->start ? (size_t)(qa->start - a) : strlen(a), b,
		qb->start ? (size_t)(qb->start - b) : strlen(b));
	return start != 0 ? start : strcmp(qa->start ? qa->end : "", qb->start ? qb->end : "");
}

bool report_is_same_cause(const char *a, const char *b) {
	struct quote qa = find_quote(a);
	struct quote qb = find_quote(b);
	return compare_own_words(a, &qa, b, &qb) == 0;
}

static int compare_causes(const struct affected *a, const struct affected *b) {
	int lost = (int)report_is_lost(b->series) - (int)report_is_lost(a->series);
	return lost != 0 ? lost : compare_own_words(a->cause, &a->quote, b->cause, &b->quote);
}

static int compare_affected(const void *x, const void *y) {
	const struct affected *a = x;
	const struct affected *b = y;
	int cause = compare_causes(a, b);
	return cause != 0 ? cause : (a->series > b->series) - (a->series < b->series);
}

static size_t count_services(const struct affected *list, size_t n) {
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += i == 0 || list[i].series->service != list[i - 1].series->service;
	return count;
}

/* " (api, worker, +11 more)". */
static void add_names(const struct report_input *in, const struct affected *list, size_t n,
	size_t services, struct buf *out) {
	size_t start = out->len;
	buf_adds(out, " (");
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && list[i].series->service == list[i - 1].series->service)
			continue;
		if (out->len - start > NAMES_COLUMNS) {
			buf_addf(out, ", +%zu more", services);
			break;
		}
		buf_adds(out, i > 0 ? ", " : "");
		report_add_name(out, in->samples->services[list[i].series->service].name);
		services--;
	}
	buf_addc(out, ')');
}

bool report_has_action(const char *headline, const char *cause) {
	struct buf action;
	buf_init(&action, REPORT_MAX_BYTES);
	report_add_action(&action, cause);
	bool found = !action.failed && action.len > 0 && strstr(headline, buf_str(&action));
	buf_free(&action);
	return found;
}

static void add_cause(const struct report_input *in, const char *headline,
	const struct affected *list, size_t n, struct buf *out) {
	size_t services = count_services(list, n);
	bool lost = report_is_lost(list[0].series);
	bool all = services == in->verdict->services;
	if (!all || !report_has_action(headline, list[0].cause)) {
		buf_addf(out, "[%s] %zu of %s%zu service%s %s", state_name(list[0].series->state),
			services, in->samples->list_complete ? "" : "at least ",
			in->verdict->services, text_plural(in->verdict->services),
			lost ? "not known" : "without data");
		if (!all)
			add_names(in, list, n, services, out);
		buf_adds(out, lost ? ": " : ", and ECS could not be asked why: ");
		report_add_action(out, list[0].cause);
		buf_addc(out, '\n');
	}
	(void)report_add_aws_words(out, list[0].cause);
}

int report_add_causes(const struct report_input *in, const char *headline, struct buf *out,
	bool *is_told, struct err *e) {
	const struct verdict *v = in->verdict;
	struct affected *list = calloc(v->series_count + 1, sizeof *list);
	size_t count = 0;
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < v->series_count; i++) {
		const char *cause = report_cause_of(in, &v->series[i]);
		if (cause && !report_is_unclear(in, &v->series[i]))
			list[count++] = (struct affected){&v->series[i], cause, find_quote(cause)};
	}
	if (count > 1)
		qsort(list, count, sizeof *list, compare_affected);
	for (size_t i = 0, n = 0; i < count; i += n) {
		for (n = 1; i + n < count && compare_causes(&list[i], &list[i + n]) == 0; n++)
			;
		if (n < 2)
			continue;
		add_cause(in, headline, &list[i], n, out);
		for (size_t k = i; k < i + n; k++)
			is_told[list[k].series - v->series] = true;
	}
	free(list);
	return 0;
}
