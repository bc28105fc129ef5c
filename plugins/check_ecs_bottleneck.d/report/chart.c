#include "config.h"

#include "report/chart.h"

#include "base/num.h"
#include "report/words/cause.h"
#include "report/words/headline.h"
#include "report/row_parts.h"
#include "report/words/series.h"
#include "report/words/tasks.h"
#include "term/chart.h"
#include "term/tty.h"

#include <string.h>

enum { VALUE_COLUMNS = 5, VALUE_DECIMALS = 1 };

static const char red[] = "\033[31m";
static const char yellow[] = "\033[33m";
static const char plain[] = "\033[0m";

struct chart {
	const struct report_input *in;
	struct row_names names;
	int label_columns;
};

static void lay_out(struct chart *c) {
	const struct verdict *v = c->in->verdict;
	for (size_t i = 0; i < v->series_count; i++) {
		const char *label = row_names_get(&c->names, v->series[i].service);
		int width = tty_width(label, strlen(label));
		c->label_columns = width > c->label_columns ? width : c->label_columns;
	}
}

static void add_bar(const struct chart *c, const struct series_verdict *v, double pct,
	struct buf *out) {
	char value[NUM_TEXT_BYTES];
	bool coloured = c->in->colour && state_is_problem(v->state);
	if (coloured)
		buf_adds(out, v->state == STATE_CRITICAL ? red : yellow);
	buf_addf(out, "%*s%% ", VALUE_COLUMNS, num_format_fixed(pct, VALUE_DECIMALS, value));
	chart_add_bar(out,
		&(struct chart_bar){.pct = pct, .cells = CHART_CELLS, .utf8 = c->in->utf8});
	if (coloured)
		buf_adds(out, plain);
}

/* What stands in place of a bar. */
static void add_words(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	if (report_is_lost(v))
		buf_adds(out, "not known");
	else if (!report_is_of_tasks(v))
		buf_adds(out, "no data");
	else if (v->reason == REASON_GONE)
		report_add_tasks(c->in, v, out);
	else
		buf_adds(out, "none wanted");
}

static void add_row(const struct chart *c, const struct series_verdict *v, struct buf *out) {
	const char *line = chart_line(c->in->utf8);
	struct buf url;
	buf_init(&url, REPORT_MAX_BYTES);
	if (c->in->links)
		report_add_url(c->in, v, &url);
	chart_add_label(out, row_names_get(&c->names, v->service),
		url.len > 0 ? buf_str(&url) : NULL, c->label_columns, c->in->utf8);
	buf_fail_with(out, &url);
	buf_free(&url);
	buf_addf(out, " %s ", line);
	if (report_has_share(v))
		add_bar(c, v, v->running_pct, out);
	else if (v->points > 0 && (v->reason == REASON_POINTS || v->reason == REASON_GROWTH))
		add_bar(c, v, v->peak, out);
	else {
		add_words(c, v, out);
		buf_addf(out, " %s", line);
	}
	buf_addc(out, '\n');
}

static void add_section(const struct chart *c, enum metric m, struct buf *out) {
	const struct verdict *v = c->in->verdict;
	buf_adds(out, metric_name(m));
	row_names_add_prefix(&c->names, out);
	buf_adds(out, ":\n");
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].metric == m)
			add_row(c, &v->series[i], out);
}

int report_add_chart(const struct report_input *in, struct report_parts *p, struct err *e) {
	struct chart c = {.in = in};
	if (in->columns > 0)
		return 0;
	int rc = row_names_make(&c.names, in, e);
	if (rc == 0) {
		lay_out(&c);
		for (int m = 0; m < ALL_METRICS && in->verdict->series_count > 0; m++)
			if (in->rules->metrics[m])
				add_section(&c, (enum metric)m, &p->body);
		report_parts_add_plain_lines(p);
	}
	row_names_free(&c.names);
	return rc;
}
