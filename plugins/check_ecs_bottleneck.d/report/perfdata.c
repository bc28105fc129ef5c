#include "config.h"

#include "report/perfdata.h"

#include "harness/perfdata.h"
#include "report/words/growth.h"
#include "report/words/first_line.h"
#include "report/words/series.h"
#include "report/words/tasks.h"

#include <stdio.h>

enum { MAX_LABEL_BYTES = 2048, MAX_METRIC_LABEL_BYTES = 40, VALUE_DECIMALS = 2 };

static enum perfdata_choice choice(const struct report_input *in) {
	if (in->style->perfdata != PERFDATA_AUTO)
		return in->style->perfdata;
	return in->to_terminal ? PERFDATA_NONE : PERFDATA_ALL;
}

/* The text of a pair of ranges, built once for the items in a row that share it. */
struct range_texts {
	struct series_ranges ranges; /* NULL: not built yet */
	struct buf text;
};

static const char *text_of(const struct series_ranges *ranges, struct range_texts *t) {
	if (t->ranges.warning != ranges->warning || t->ranges.critical != ranges->critical) {
		buf_truncate(&t->text, 0);
		t->ranges = *ranges;
		perfdata_add_thresholds(&t->text, ranges->warning, ranges->critical);
	}
	return buf_str(&t->text);
}

static void add_item(const struct report_input *in, const char *label,
	const struct series_verdict *v, struct range_texts *t, struct buf *out) {
	char text[NUM_TEXT_BYTES];
	const struct series_ranges ranges = report_ranges_of(in, v);
	const double value = report_has_share(v) ? v->running_pct : v->peak;
	(void)report_format_value(value, VALUE_DECIMALS, true, &ranges, text);
	perfdata_add_percent(out, label, text, text_of(&ranges, t));
	buf_fail_with(out, &t->text);
}

/* The highest peak of a metric, or the lowest share of running tasks. */
static void add_peak(const struct report_input *in, enum metric m, struct buf *out) {
	const struct verdict *v = in->verdict;
	const struct series_verdict *highest = NULL;
	struct range_texts t = {.ranges = {NULL, NULL}};
	char label[MAX_METRIC_LABEL_BYTES];
	bool of_tasks = m == METRIC_TASKS;
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].metric == m && v->series[i].points > 0 &&
			(!highest || v->series[i].peak > highest->peak))
			highest = &v->series[i];
	const struct series_verdict *shown = of_tasks ? report_lowest_tasks(v) : highest;
	if (!shown)
		return;
	buf_init(&t.text, MAX_LABEL_BYTES);
	(void)snprintf(label, sizeof label, "%s_%s", metric_name(m), of_tasks ? "lowest" : "peak");
	add_item(in, label, shown, &t, out);
	buf_addc(out, ' ');
	buf_free(&t.text);
}

void report_add_summary_perfdata(const struct report_input *in, struct buf *out) {
	const struct verdict *v = in->verdict;
	if (choice(in) == PERFDATA_NONE || report_is_about_one(in->rules) ||
		(!in->samples->list_complete && v->services == 0))
		return;
	buf_adds(out, " | ");
	for (int m = 0; m < ALL_METRICS; m++)
		add_peak(in, (enum metric)m, out);
	/* An incomplete list must not appear as a dip of the counts in a graph. */
	if (in->samples->list_complete) {
		perfdata_add_count(out, "services", v->services);
		buf_addc(out, ' ');
	}
	perfdata_add_count(out, "problems", v->problems);
	buf_addc(out, ' ');
	perfdata_add_count(out, "no_data", v->no_data);
}

/* The name is cleaned before the metric follows: an escape sequence at its end would include the
 * metric. */
static void add_series_item(const struct report_input *in, const struct series_verdict *x,
	struct buf *label, struct range_texts *t, struct report_parts *p) {
	size_t start = p->items_text.len;
	buf_truncate(label, 0);
	report_add_name(label, in->samples->services[x->service].name);
	buf_addc(label, '_');
	buf_adds(label, metric_name(x->metric));
	add_item(in, buf_str(label), x, t, &p->items_text);
	buf_fail_with(&p->items_text, label);
	report_parts_add_item(p, x, start);
	const struct forecast *f = report_forecast_of(in, x);
	/* Graphs that exist do not get a further series by themselves. */
	if (!f->grows || in->style->perfdata != PERFDATA_ALL)
		return;
	start = p->items_text.len;
	buf_adds(label, "_full");
	perfdata_add_seconds(&p->items_text, buf_str(label), f->left_s);
	report_parts_add_item(p, x, start);
}

void report_add_series_perfdata(const struct report_input *in, struct report_parts *p) {
	const struct verdict *v = in->verdict;
	enum perfdata_choice wanted = choice(in);
	struct range_texts texts[ALL_METRICS] = {{.ranges = {NULL, NULL}}};
	struct buf label;
	if (wanted != PERFDATA_ALL && wanted != PERFDATA_PROBLEMS)
		return;
	buf_init(&label, MAX_LABEL_BYTES);
	for (int m = 0; m < ALL_METRICS; m++)
		buf_init(&texts[m].text, MAX_LABEL_BYTES);
	for (size_t i = 0; i < v->series_count; i++) {
		const struct series_verdict *x = &v->series[i];
		bool has_value = x->points > 0 || report_has_share(x);
		if (has_value && (wanted == PERFDATA_ALL || x->state != STATE_OK))
			add_series_item(in, x, &label, &texts[x->metric], p);
	}
	for (int m = 0; m < ALL_METRICS; m++)
		buf_free(&texts[m].text);
	buf_free(&label);
}
