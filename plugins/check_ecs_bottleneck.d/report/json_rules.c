#include "config.h"

#include "report/json_rules.h"

#include "report/words/ranges.h"
#include "report/words/tasks.h"

void report_json_range(struct json_writer *w, const char *name, const struct range *r) {
	struct buf text;
	buf_init(&text, REPORT_MAX_BYTES);
	range_format(r, &text);
	json_write_string(w, name, text.len > 0 ? buf_str(&text) : "~:");
	buf_fail_with(w->out, &text);
	buf_free(&text);
}

void report_json_thresholds(struct json_writer *w, const struct rules *rules) {
	const struct service_thresholds general = thresholds_general(&rules->thresholds);
	json_begin_object(w, "thresholds");
	for (int m = 0; m < ALL_METRICS; m++) {
		if (!rules->metrics[m])
			continue;
		json_begin_object(w, metric_name((enum metric)m));
		report_json_range(w, "warning", &general.by[m][THRESHOLD_WARNING]->range);
		report_json_range(w, "critical", &general.by[m][THRESHOLD_CRITICAL]->range);
		json_end_object(w);
	}
	json_end_object(w);
}

static void write_origin(struct json_writer *w, const char *name, const struct threshold *x) {
	struct buf text;
	buf_init(&text, REPORT_MAX_BYTES);
	report_add_origin(x, &text);
	json_write_string(w, name, buf_str(&text));
	buf_fail_with(w->out, &text);
	buf_free(&text);
}

void report_json_idle_ranges(struct json_writer *w, const struct rules *rules,
	const struct samples *s) {
	if (!s || !rules || !s->list_complete || s->services_are_named) {
		json_write_null(w, "idle_ranges");
		return;
	}
	json_begin_array(w, "idle_ranges");
	for (size_t i = 0; i < rules->thresholds.count; i++)
		if (samples_threshold_is_idle(s, &rules->thresholds, i))
			write_origin(w, NULL, &rules->thresholds.items[i]);
	json_end_array(w);
}

void report_json_rule(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	const struct service *service = &in->samples->services[v->service];
	const struct threshold *const *by = service->thresholds.by[v->metric];
	json_write_string(w, "statistic",
		report_is_of_tasks(v) ? NULL
				      : statistics_of(&in->rules->statistics, v->metric)->name);
	report_json_range(w, "warning", &by[THRESHOLD_WARNING]->range);
	report_json_range(w, "critical", &by[THRESHOLD_CRITICAL]->range);
	json_begin_object(w, "from");
	write_origin(w, "warning", by[THRESHOLD_WARNING]);
	write_origin(w, "critical", by[THRESHOLD_CRITICAL]);
	json_end_object(w);
}
