#include "config.h"

#include "report/backtest_json.h"

#include "base/time.h"
#include "report/backtest_lost.h"
#include "report/json.h"
#include "report/json_rules.h"
#include "report/words/series.h"

static void write_time(struct json_writer *w, const char *name, int64_t epoch_s) {
	char text[TIME_ISO_BYTES];
	json_write_string(w, name, time_format_iso(epoch_s, text));
}

static void write_share(struct json_writer *w, const char *name, const struct replay *p,
	const struct backtest_share *share) {
	json_begin_object(w, name);
	json_write_whole(w, "times", (int64_t)share->times);
	json_write_whole(w, "total_s", share->total_s);
	json_write_whole(w, "longest_s", share->longest_s);
	if (share->times > 0) {
		write_time(w, "last_from", p->first_s + (int64_t)share->last_from * p->interval_s);
		write_time(w, "last_to", p->first_s + (int64_t)share->last_to * p->interval_s);
	} else {
		json_write_null(w, "last_from");
		json_write_null(w, "last_to");
	}
	json_end_object(w);
}

/* Null unless all that they are made of is known. */
static void write_states(struct json_writer *w, const char *name, const struct replay *p,
	const struct backtest_counts *counts, bool is_whole) {
	if (!is_whole) {
		json_write_null(w, name);
		return;
	}
	json_begin_object(w, name);
	write_share(w, "ok", p, &counts->by[STATE_OK]);
	write_share(w, "warning", p, &counts->by[STATE_WARNING]);
	write_share(w, "critical", p, &counts->by[STATE_CRITICAL]);
	write_share(w, "no_data", p, &counts->by[STATE_UNKNOWN]);
	json_end_object(w);
}

static void write_metric(struct json_writer *w, const struct backtest_report *r,
	const struct replay_service *x, enum metric m) {
	const struct series_ranges ranges = service_ranges(&r->in->samples->services[x->service],
		m);
	json_begin_object(w, metric_name(m));
	json_write_string(w, "statistic", statistics_of(&r->in->rules->statistics, m)->name);
	report_json_range(w, "warning", ranges.warning);
	report_json_range(w, "critical", ranges.critical);
	write_states(w, "states", r->replay, &x->series[m].counts, x->series[m].is_known);
	json_end_object(w);
}

static void write_service(struct json_writer *w, const struct backtest_report *r,
	const struct replay_service *x) {
	struct buf name;
	buf_init(&name, REPORT_MAX_BYTES);
	report_add_name(&name, r->in->samples->services[x->service].name);
	json_begin_object(w, NULL);
	json_write_string(w, "name", buf_str(&name));
	buf_fail_with(w->out, &name);
	buf_free(&name);
	write_states(w, "states", r->replay, &x->counts, x->lost == 0);
	json_begin_object(w, "metrics");
	for (int m = 0; m < METRICS; m++)
		if (r->in->rules->metrics[m])
			write_metric(w, r, x, (enum metric)m);
	json_end_object(w);
	json_end_object(w);
}

/* Over all services: an alarm of each is one. */
static void write_sum(struct json_writer *w, const struct replay *p, const char *name,
	enum state state) {
	int64_t times = 0;
	int64_t total_s = 0;
	for (size_t i = 0; i < p->count; i++) {
		times += (int64_t)p->services[i].counts.by[state].times;
		total_s += p->services[i].counts.by[state].total_s;
	}
	json_begin_object(w, name);
	json_write_whole(w, "times", times);
	json_write_whole(w, "total_s", total_s);
	json_end_object(w);
}

static void write_first_lost(struct json_writer *w, const struct backtest_report *r) {
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	report_backtest_add_first_lost(r, &line);
	json_write_string(w, NULL, buf_str(&line));
	buf_fail_with(w->out, &line);
	buf_free(&line);
}

static void write_plan(struct json_writer *w, const struct backtest_report *r) {
	const struct replay *p = r->replay;
	json_write_whole(w, "window", r->in->rules->window.window_s);
	json_write_whole(w, "breaches", (int64_t)r->in->rules->breaches);
	json_write_whole(w, "interval", p->interval_s);
	json_write_whole(w, "instants", (int64_t)p->instants);
	write_time(w, "first", p->first_s);
}

int report_backtest_json(const struct backtest_report *r, const char *summary, struct buf *out,
	struct err *e) {
	const struct replay *p = r->replay;
	const struct window judged = {.start_s = p->first_s - p->interval_s,
		.end_s = p->first_s - p->interval_s + replay_span_s(p),
		.period_s = r->in->rules->window.period_s,
		.points = p->instants};
	const struct report_json_head head = {.state = replay_state(p),
		.kind = r->kind,
		.summary = summary,
		.cluster = r->in->target->name,
		.region = r->in->target->region,
		.account = r->in->samples->account,
		.window = &judged,
		.samples = r->in->samples,
		.rules = r->in->rules};
	struct json_writer w = {.out = out, .is_indented = r->in->to_terminal};
	report_json_begin(&w, &head);
	json_write_null(&w, "services");
	json_begin_array(&w, "errors");
	if (p->lost > 0)
		write_first_lost(&w, r);
	json_end_array(&w);
	json_begin_object(&w, "backtest");
	write_plan(&w, r);
	json_begin_array(&w, "services");
	for (size_t i = 0; i < p->count && !out->failed; i++)
		write_service(&w, r, &p->services[i]);
	json_end_array(&w);
	write_states(&w, "together", p, &p->together, p->lost == 0);
	json_begin_object(&w, "sum");
	write_sum(&w, p, "warning", STATE_WARNING);
	write_sum(&w, p, "critical", STATE_CRITICAL);
	write_sum(&w, p, "no_data", STATE_UNKNOWN);
	json_end_object(&w);
	json_end_object(&w);
	report_json_end(&w, r->in->diagnosis, NULL);
	return buf_check(out, "report", e);
}
