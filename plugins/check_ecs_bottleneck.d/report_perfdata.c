#include "config.h"

#include "report_perfdata.h"

#include "harness/perfdata.h"
#include "report_series.h"

enum { MOST_LABEL_BYTES = 2048, VALUE_DECIMALS = 2 };

static enum perfdata_choice choice(const struct report_input *in) {
	if (in->config->perfdata != PERFDATA_AUTO)
		return in->config->perfdata;
	return in->to_terminal ? PERFDATA_NONE : PERFDATA_ALL;
}

static void add_item(const struct report_input *in, const char *label, enum metric m, double value,
	struct buf *out) {
	const struct range *warning = &in->config->warning[m];
	const struct range *critical = &in->config->critical[m];
	struct buf text;
	buf_init(&text, MOST_LABEL_BYTES);
	report_add_value(&text, value, VALUE_DECIMALS, true, warning, critical);
	perfdata_add_percent(out, label, buf_str(&text), warning, critical);
	buf_fail_with(out, &text);
	buf_free(&text);
}

static void add_peak(const struct report_input *in, enum metric m, struct buf *out) {
	const struct verdict *v = in->verdict;
	const struct series_verdict *highest = NULL;
	struct buf label;
	for (size_t i = 0; i < v->series_count; i++)
		if (v->series[i].metric == m && v->series[i].points > 0 &&
			(!highest || v->series[i].peak > highest->peak))
			highest = &v->series[i];
	if (!highest)
		return;
	buf_init(&label, MOST_LABEL_BYTES);
	buf_addf(&label, "%s_peak", metric_name(m));
	add_item(in, buf_str(&label), m, highest->peak, out);
	buf_addc(out, ' ');
	buf_fail_with(out, &label);
	buf_free(&label);
}

void report_add_summary_perfdata(const struct report_input *in, struct buf *out) {
	const struct verdict *v = in->verdict;
	if (choice(in) == PERFDATA_NONE || (!in->samples->list_complete && v->services == 0))
		return;
	buf_adds(out, " | ");
	for (int m = 0; m < METRICS; m++)
		add_peak(in, (enum metric)m, out);
	/* A graph must not show a dip of the counts because a part of the list could not be had. */
	if (in->samples->list_complete) {
		perfdata_add_count(out, "services", v->services);
		buf_addc(out, ' ');
	}
	perfdata_add_count(out, "problems", v->problems);
	buf_addc(out, ' ');
	perfdata_add_count(out, "no_data", v->no_data);
}

void report_add_series_perfdata(const struct report_input *in, struct report_parts *p) {
	const struct verdict *v = in->verdict;
	enum perfdata_choice wanted = choice(in);
	for (size_t i = 0;
		i < v->series_count && (wanted == PERFDATA_ALL || wanted == PERFDATA_PROBLEMS);
		i++) {
		const struct series_verdict *x = &v->series[i];
		if (x->points == 0 || (wanted == PERFDATA_PROBLEMS && x->state == STATE_OK))
			continue;
		struct buf label;
		size_t start = p->items_text.len;
		buf_init(&label, MOST_LABEL_BYTES);
		/* Cleaned before the metric follows: an escape sequence at its end would take that
		 * in. */
		report_add_name(&label, in->samples->services[x->service].name);
		buf_addf(&label, "_%s", metric_name(x->metric));
		add_item(in, buf_str(&label), x->metric, x->peak, &p->items_text);
		buf_fail_with(&p->items_text, &label);
		buf_free(&label);
		report_parts_add_item(p, x, start);
	}
}
