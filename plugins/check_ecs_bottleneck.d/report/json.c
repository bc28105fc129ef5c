#include "config.h"

#include "report/json.h"

#include "base/json_write.h"
#include "base/text.h"
#include "base/time.h"
#include "judge/silence.h"
#include "report/json_advice.h"
#include "report/json_breaches.h"
#include "report/json_rules.h"
#include "report/words/cause.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "report/words/tasks.h"

#include <math.h>
#include <string.h>

enum { MAX_TEXT_CHARS = 4096, MAX_NAME_CHARS = 255, MAX_LOST_WRITTEN = 20, MAX_VALUES = 500000 };

/* --- elements --- */

void report_json_text(struct json_writer *w, const char *name, const char *text, size_t max_chars) {
	struct buf clean;
	buf_init(&clean, REPORT_MAX_BYTES);
	text_add_clean(&clean, text ? text : "", max_chars);
	json_write_string(w, name, clean.len > 0 ? buf_str(&clean) : NULL);
	buf_fail_with(w->out, &clean);
	buf_free(&clean);
}

static void write_time(struct json_writer *w, const char *name, int64_t epoch_s) {
	char text[TIME_ISO_BYTES];
	json_write_string(w, name, time_format_iso(epoch_s, text));
}

/* One element per line. */
static void write_lines(struct json_writer *w, const char *lines) {
	while (*lines) {
		size_t n = strcspn(lines, "\n");
		struct buf line;
		buf_init(&line, REPORT_MAX_BYTES);
		buf_add(&line, lines, n);
		if (n > 0)
			report_json_text(w, NULL, buf_str(&line), MAX_TEXT_CHARS);
		buf_fail_with(w->out, &line);
		buf_free(&line);
		lines += n + (lines[n] == '\n');
	}
}

static void write_window(struct json_writer *w, const struct window *window) {
	if (!window || window->points == 0) {
		json_write_null(w, "window");
		return;
	}
	json_begin_object(w, "window");
	write_time(w, "start", window->start_s);
	write_time(w, "end", window->end_s);
	json_write_whole(w, "period", window->period_s);
	json_end_object(w);
}

void report_json_begin(struct json_writer *w, const struct report_json_head *h) {
	json_begin_object(w, NULL);
	if (h->kind)
		json_write_string(w, "kind", h->kind);
	json_write_string(w, "version", PACKAGE_VERSION);
	json_write_string(w, "state", state_name(h->state));
	json_write_whole(w, "exit_code", h->state);
	report_json_text(w, "summary", h->summary, MAX_TEXT_CHARS);
	report_json_text(w, "cluster", h->cluster, MAX_NAME_CHARS);
	report_json_text(w, "region", h->region, MAX_NAME_CHARS);
	report_json_text(w, "account", h->account, MAX_NAME_CHARS);
	bool has_window = h->rules && rules_have_series(h->rules);
	write_window(w, has_window ? h->window : NULL);
	const struct statistic *common = h->rules
		? statistics_common(&h->rules->statistics, h->rules->metrics)
		: NULL;
	json_write_string(w, "statistic", common ? common->name : NULL);
	if (h->rules)
		json_write_whole(w, "recover", h->rules->window.recover_s);
	else
		json_write_null(w, "recover");
	if (h->rules)
		report_json_thresholds(w, h->rules);
	else
		json_write_null(w, "thresholds");
	report_json_idle_ranges(w, h->rules, h->samples);
}

void report_json_end(struct json_writer *w, const char *diagnosis, const struct report_failure *f) {
	json_begin_array(w, "diagnosis");
	write_lines(w, diagnosis);
	json_end_array(w);
	json_write_string(w, "code", f ? f->code : NULL);
	if (f && f->cluster_count > 0) {
		json_begin_array(w, "clusters");
		for (size_t i = 0; i < f->cluster_count; i++)
			report_json_text(w, NULL, f->clusters[i], MAX_NAME_CHARS);
		json_end_array(w);
	} else {
		json_write_null(w, "clusters");
	}
	json_end_object(w);
	buf_addc(w->out, '\n');
}

/* --- series --- */

static const struct series *series_of(const struct report_input *in,
	const struct series_verdict *v) {
	return samples_series(in->samples, v->service, v->metric);
}

/* Whether nothing was learned about the points of a series. */
static bool is_not_known(const struct report_input *in, const struct series_verdict *v) {
	return series_of(in, v)->status != SERIES_COMPLETE && v->points == 0;
}

static void write_values(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	const struct series *x = series_of(in, v);
	json_begin_array(w, "values");
	for (size_t i = 0; i < in->samples->window.points && !w->out->failed; i++)
		json_write_number(w, NULL, x->values ? x->values[i] : NAN);
	json_end_array(w);
}

static void write_link(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	struct buf link;
	buf_init(&link, REPORT_MAX_BYTES);
	report_add_url(in, v, &link);
	json_write_string(w, "link", link.len > 0 ? buf_str(&link) : NULL);
	buf_fail_with(w->out, &link);
	buf_free(&link);
}

static void write_reason(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	struct buf reason;
	buf_init(&reason, REPORT_MAX_BYTES);
	report_add_reason(in, v, &reason);
	json_write_string(w, "reason", reason.len > 0 ? buf_str(&reason) : NULL);
	buf_fail_with(w->out, &reason);
	buf_free(&reason);
}

static void write_metric(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v, bool with_values) {
	bool not_known = is_not_known(in, v);
	json_begin_object(w, metric_name(v->metric));
	json_write_number(w, "peak", v->points > 0 ? v->peak : NAN);
	if (v->points > 0)
		write_time(w, "at", v->peak_s);
	else
		json_write_null(w, "at");
	json_write_number(w, "points", not_known ? NAN : (double)v->points);
	json_write_number(w, "breaches", not_known ? NAN : (double)v->breaches.count);
	report_json_breaches(w, in, v);
	json_write_string(w, "state", state_name(v->state));
	report_json_held(w, v);
	write_reason(w, in, v);
	if (not_known || !with_values)
		json_write_null(w, "values");
	else
		write_values(w, in, v);
	write_link(w, in, v);
	report_json_rule(w, in, v);
	report_json_forecast(w, in, v);
	json_end_object(w);
}

/* One point, now: the share as the peak. What only a series has is null. */
static void write_tasks(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	static const char *const of_series[] = {"pattern", "longest_run", "last_breach", "lasting"};
	const struct description *d = &in->samples->services[v->service].description;
	bool has_counts = v->reason != REASON_FAILED && v->reason != REASON_UNANSWERED;
	bool has_share = report_has_share(v);
	bool breaches = has_share && v->direction != DIRECTION_NONE;
	json_begin_object(w, metric_name(v->metric));
	json_write_number(w, "running", has_counts ? (double)d->running_count : NAN);
	json_write_number(w, "desired", has_counts ? (double)d->desired_count : NAN);
	json_write_number(w, "peak", v->running_pct);
	if (has_share)
		write_time(w, "at", silence_time(in->samples, d));
	else
		json_write_null(w, "at");
	json_write_number(w, "points", has_counts ? (double)has_share : NAN);
	json_write_number(w, "breaches", has_counts ? (double)breaches : NAN);
	for (size_t i = 0; i < sizeof of_series / sizeof of_series[0]; i++)
		json_write_null(w, of_series[i]);
	json_write_string(w, "state", state_name(v->state));
	write_reason(w, in, v);
	json_write_null(w, "values");
	json_write_null(w, "link");
	report_json_rule(w, in, v);
	json_end_object(w);
}

/* Writes the service whose series begin at index. Returns the index after them. */
static size_t write_service(struct json_writer *w, const struct report_input *in, size_t index,
	bool with_values) {
	const struct verdict *v = in->verdict;
	size_t service = v->series[index].service;
	size_t end = index;
	enum state worst = STATE_OK;
	struct buf name;
	for (; end < v->series_count && v->series[end].service == service; end++)
		worst = state_worse(worst, v->series[end].state);
	buf_init(&name, REPORT_MAX_BYTES);
	report_add_name(&name, in->samples->services[service].name);
	json_begin_object(w, NULL);
	json_write_string(w, "name", buf_str(&name));
	buf_fail_with(w->out, &name);
	buf_free(&name);
	json_write_string(w, "state", state_name(worst));
	json_begin_object(w, "metrics");
	for (size_t i = index; i < end; i++) {
		if (report_is_of_tasks(&v->series[i]))
			write_tasks(w, in, &v->series[i]);
		else
			write_metric(w, in, &v->series[i], with_values);
	}
	json_end_object(w);
	report_json_advice(w, in, service);
	json_end_object(w);
	return end;
}

static void write_services(struct json_writer *w, const struct report_input *in, bool with_values) {
	const struct verdict *v = in->verdict;
	if (!in->samples->list_complete && v->series_count == 0) {
		json_write_null(w, "services");
		return;
	}
	json_begin_array(w, "services");
	for (size_t i = 0; i < v->series_count && !w->out->failed;)
		i = write_service(w, in, i, with_values);
	json_end_array(w);
}

/* --- errors --- */

/* Why a series is not known completely; NULL if it is. */
static const char *why_lost(const struct report_input *in, const struct series_verdict *v) {
	const struct description *d = &in->samples->services[v->service].description;
	if (report_is_unclear(in, v))
		return report_fault_of(in, v);
	if (report_is_of_tasks(v))
		return report_is_lost(v) ? report_failure_of(in, v) : NULL;
	if (series_of(in, v)->status != SERIES_COMPLETE)
		return report_failure_of(in, v);
	enum reason r = v->is_silent ? v->silence : v->reason;
	if (r == REASON_ASKING_FAILED)
		return d->text ? d->text : "out of memory";
	if (r == REASON_NOT_CLEAR)
		return report_fault_of(in, v);
	return NULL;
}

/* Each reason once: a missing permission can affect thousands of series. */
static void write_lost(struct json_writer *w, const struct report_input *in) {
	const char *written[MAX_LOST_WRITTEN];
	size_t count = 0;
	for (size_t i = 0; i < in->verdict->series_count; i++) {
		const char *why = why_lost(in, &in->verdict->series[i]);
		size_t same = 0;
		while (why && same < count && strcmp(written[same], why) != 0)
			same++;
		if (!why || same < count)
			continue;
		if (count == MAX_LOST_WRITTEN) {
			json_write_string(w, NULL,
				"more series were lost, for other reasons: see each one's");
			return;
		}
		written[count++] = why;
		report_json_text(w, NULL, why, MAX_TEXT_CHARS);
	}
}

/* --- the object --- */

static const char values_left_out[] =
	"the values are left out because there are more than 500000: shorten --window, lengthen --period or choose with -s";

static void write_report(const struct report_input *in, const char *summary, const char *errors,
	bool with_values, struct buf *out) {
	const struct samples *s = in->samples;
	const struct report_json_head head = {.state = in->verdict->state,
		.summary = summary,
		.cluster = in->target->name,
		.region = in->target->region,
		.account = s->account,
		.window = &s->window,
		.samples = s,
		.rules = in->rules};
	struct json_writer w = {.out = out, .is_indented = in->to_terminal};
	report_json_begin(&w, &head);
	write_services(&w, in, with_values);
	json_begin_array(&w, "errors");
	write_lines(&w, errors);
	write_lost(&w, in);
	if (!with_values)
		json_write_string(&w, NULL, values_left_out);
	json_end_array(&w);
	report_json_end(&w, in->diagnosis, NULL);
}

/* Decided before anything is written: at the deadline there is no time to write twice. */
static bool values_fit(const struct report_input *in) {
	size_t series = in->verdict->series_count;
	size_t points = in->samples->window.points;
	return points == 0 || series <= MAX_VALUES / points;
}

int report_json(const struct report_input *in, const char *summary, const char *errors,
	struct buf *out, struct err *e) {
	write_report(in, summary, errors, values_fit(in), out);
	return buf_check(out, "report", e);
}

void report_json_failure(const struct report_failure *f, const char *summary, struct buf *out) {
	const struct report_json_head head = {.state = f->state,
		.kind = f->kind,
		.summary = summary,
		.cluster = f->cluster,
		.region = f->region,
		.account = f->account,
		.rules = f->rules};
	struct json_writer w = {.out = out, .is_indented = f->to_terminal};
	report_json_begin(&w, &head);
	json_write_null(&w, "services");
	json_begin_array(&w, "errors");
	report_json_text(&w, NULL, f->message, MAX_TEXT_CHARS);
	json_end_array(&w);
	report_json_end(&w, f->diagnosis, f);
	if (out->failed)
		buf_free(out);
}
