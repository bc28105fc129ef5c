#include "config.h"

#include "report/chart.h"

#include "base/time.h"
#include "report/series.h"
#include "term/chart.h"
#include "term/sparkline.h"
#include "term/tty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	VALUE_COLUMNS = 4,           /* "34.4", without the percent sign */
	VALUE_COLUMNS_ON_SCREEN = 5, /* "100.2": aligns the bars */
	MIN_CELLS = 10,
	MAX_CELLS = 75,
	MIN_LABEL_COLUMNS = 10,
	MAX_BYTES = 64 * 1024,
	TIME_OFFSET = sizeof "YYYY-" - 1 /* the year is omitted */
};

static const char red[] = "\033[31m";
static const char yellow[] = "\033[33m";
static const char plain[] = "\033[0m";

/* What follows the bar of a row, most important last: extras that do not fit are omitted from the
 * left. */
enum extra { EXTRA_SPARKLINE, EXTRA_WORDS, EXTRA_TIME, EXTRAS };

struct chart {
	const struct report_input *in;
	struct buf *labels; /* one per service of the samples, cleaned; empty if not shown */
	size_t prefix;      /* bytes of the common prefix, which rows omit */
	int label_columns;
	int cells;
	bool has[EXTRAS];
};

static const struct series *series_of(const struct chart *c, const struct series_verdict *v) {
	return &c->in->samples->services[v->service].series[v->metric];
}

/* --- labels --- */

static int make_labels(struct chart *c, struct err *e) {
	const struct verdict *v = c->in->verdict;
	c->labels = calloc(c->in->samples->service_count + 1, sizeof *c->labels);
	for (size_t i = 0; c->labels && i < v->series_count; i++) {
		size_t service = v->series[i].service;
		struct buf *label = &c->labels[service];
		if (label->len > 0)
			continue;
		buf_init(label, MAX_BYTES);
		report_add_name(label, c->in->samples->services[service].name);
		if (label->failed)
			return err_no_memory(e);
	}
	return c->labels ? 0 : err_no_memory(e);
}

static void free_labels(struct chart *c) {
	for (size_t i = 0; c->labels && i < c->in->samples->service_count; i++)
		buf_free(&c->labels[i]);
	free(c->labels);
}

/* Shortens a common prefix of n bytes so that it ends at a "-" or "_" and is no whole label. */
static size_t whole_words(const char *label, size_t n) {
	while (n > 0 && (label[n] == '\0' || (label[n - 1] != '-' && label[n - 1] != '_')))
		n--;
	return n;
}

static void find_prefix(struct chart *c) {
	const char *first = NULL;
	size_t shown = 0;
	for (size_t i = 0; i < c->in->samples->service_count; i++) {
		const char *label = buf_str(&c->labels[i]);
		if (!*label)
			continue;
		if (shown++ == 0) {
			first = label;
			c->prefix = strlen(label);
		}
		size_t n = 0;
		while (n < c->prefix && label[n] == first[n])
			n++;
		c->prefix = whole_words(label, n);
	}
	if (shown < 2)
		c->prefix = 0;
}

static const char *label_of(const struct chart *c, const struct series_verdict *v) {
	return buf_str(&c->labels[v->service]) + c->prefix;
}

/* --- layout --- */

static void add_words(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	if (v->breaches.count == 0)
		return;
	buf_addf(out, "%zu of %zu, ", v->breaches.count, v->points);
	report_add_breaches(c->in, v, out);
}

static int words_columns(const struct chart *c) {
	const struct verdict *v = c->in->verdict;
	int most = 0;
	for (size_t i = 0; i < v->series_count; i++) {
		struct buf words;
		buf_init(&words, MAX_BYTES);
		add_words(c, &v->series[i], &words);
		most = (int)words.len > most ? (int)words.len : most;
		buf_free(&words);
	}
	return most;
}

/* Omits the extras that do not fit beside a bar of minimum length. */
static void lay_out_screen(struct chart *c) {
	int columns = c->in->columns;
	int extras[EXTRAS] = {[EXTRA_SPARKLINE] = SPARKLINE_MAX_CELLS + (c->in->utf8 ? 0 : 2),
		[EXTRA_WORDS] = words_columns(c),
		[EXTRA_TIME] = TIME_MINUTE_BYTES - 1 - TIME_OFFSET};
	int max_label = columns / 3 > MIN_LABEL_COLUMNS ? columns / 3 : MIN_LABEL_COLUMNS;
	if (c->label_columns > max_label)
		c->label_columns = max_label;
	c->cells = columns - 1 - c->label_columns - VALUE_COLUMNS_ON_SCREEN - (int)strlen(" : % ");
	for (int i = 0; i < EXTRAS; i++) {
		c->has[i] = true;
		c->cells -= extras[i] + 1;
	}
	for (int i = 0; i < EXTRAS && c->cells < MIN_CELLS; i++) {
		c->has[i] = false;
		c->cells += extras[i] + 1;
	}
	c->cells = c->cells < MIN_CELLS ? MIN_CELLS : c->cells;
	c->cells = c->cells > MAX_CELLS ? MAX_CELLS : c->cells;
}

static void lay_out(struct chart *c) {
	const struct verdict *v = c->in->verdict;
	c->cells = CHART_CELLS;
	for (size_t i = 0; i < v->series_count; i++) {
		const char *label = label_of(c, &v->series[i]);
		int width = tty_width(label, strlen(label));
		c->label_columns = width > c->label_columns ? width : c->label_columns;
	}
	if (c->in->columns > 0)
		lay_out_screen(c);
}

/* --- rows --- */

static size_t marks_of(const struct chart *c, enum metric m, struct chart_mark out[4]) {
	const struct range *ranges[] = {&c->in->rules->warning[m], &c->in->rules->critical[m]};
	size_t n = 0;
	for (int i = 0; i < 2; i++) {
		const double ends[] = {ranges[i]->start, ranges[i]->end};
		for (int end = 0; end < 2; end++)
			if (isfinite(ends[end]) && ends[end] > 0)
				out[n++] = (struct chart_mark){ends[end], i == 1};
	}
	return n;
}

static void add_value(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	struct buf text;
	int columns = c->in->columns > 0 ? VALUE_COLUMNS_ON_SCREEN : VALUE_COLUMNS;
	buf_init(&text, MAX_BYTES);
	report_add_value(&text, v->shown, 1, false, &c->in->rules->warning[v->metric],
		&c->in->rules->critical[v->metric]);
	buf_addf(out, "%*s%% ", columns, buf_str(&text));
	buf_fail_with(out, &text);
	buf_free(&text);
}

static void add_coloured_bar(const struct chart *c, const struct series_verdict *v,
	struct buf *out) {
	struct chart_mark marks[4];
	struct chart_bar bar = {.pct = v->shown, .cells = c->cells, .utf8 = c->in->utf8};
	bool problem = state_is_problem(v->state);
	if (c->in->columns > 0) {
		bar.marks = marks;
		bar.mark_count = marks_of(c, v->metric, marks);
	}
	if (c->in->colour && problem)
		buf_adds(out, v->state == STATE_CRITICAL ? red : yellow);
	add_value(c, v, out);
	chart_add_bar(out, &bar);
	if (c->in->colour && problem)
		buf_adds(out, plain);
}

static void add_extras(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	char when[TIME_MINUTE_BYTES];
	if (c->has[EXTRA_TIME])
		buf_addf(out, " %s", time_format_minute(v->shown_s, when) + TIME_OFFSET);
	if (c->has[EXTRA_SPARKLINE]) {
		buf_addc(out, ' ');
		sparkline_add(out, series_of(c, v)->values, c->in->samples->window.points,
			c->in->utf8);
	}
	if (c->has[EXTRA_WORDS] && v->breaches.count > 0) {
		buf_addc(out, ' ');
		add_words(c, v, out);
	}
}

static void add_row(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	const char *line = chart_line(c->in->utf8);
	bool lost = v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
	bool on_screen = c->in->columns > 0;
	chart_add_label(out, label_of(c, v), c->label_columns, c->in->utf8);
	buf_addf(out, " %s ", line);
	if (v->points == 0 || v->reason != REASON_POINTS) {
		buf_addf(out, "%s %s", lost ? "not known" : "no data", line);
		if (on_screen) {
			buf_addc(out, ' ');
			report_add_reason(c->in, v, out);
		}
	} else {
		add_coloured_bar(c, v, out);
		add_extras(c, v, out);
		if (on_screen && (v->is_silent || series_of(c, v)->status != SERIES_COMPLETE)) {
			buf_adds(out, ", ");
			report_add_reason(c->in, v, out);
		}
	}
	buf_addc(out, '\n');
}

/* --- sections --- */

static void add_links(const struct chart *c, enum metric m, struct buf *out) {
	const struct verdict *v = c->in->verdict;
	for (size_t i = 0; i < v->series_count; i++) {
		const struct series_verdict *x = &v->series[i];
		if (x->metric == m && x->state != STATE_OK)
			report_add_link(c->in, x, label_of(c, x), out);
	}
}

static void add_section(const struct chart *c, enum metric m, struct buf *out) {
	const struct verdict *v = c->in->verdict;
	buf_adds(out, metric_name(m));
	if (c->prefix > 0) {
		buf_adds(out, ", of ");
		buf_add(out, buf_str(&c->labels[v->series[0].service]), c->prefix);
		buf_adds(out, "...");
	}
	buf_adds(out, ":\n");
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].metric == m)
			add_row(c, &v->series[i], out);
	if (c->in->columns > 0)
		add_links(c, m, out);
}

int report_add_chart(const struct report_input *in, struct report_parts *p, struct err *e) {
	struct chart c = {.in = in};
	int rc = make_labels(&c, e);
	if (rc == 0) {
		find_prefix(&c);
		lay_out(&c);
		for (int m = 0; m < METRICS && in->verdict->series_count > 0; m++)
			if (in->rules->metrics[m])
				add_section(&c, (enum metric)m, &p->body);
		report_parts_add_plain_lines(p);
	}
	free_labels(&c);
	return rc;
}
