#include "config.h"

#include "jobs/backtest.h"

#include "base/text.h"
#include "collect/collect.h"
#include "judge/replay.h"
#include "jobs/present.h"
#include "model/selection.h"
#include "options/jobs.h"
#include "report/backtest.h"
#include "report/words/ranges.h"
#include "report/words/remarks.h"
#include "report/words/series.h"

#include <stdio.h>
#include <string.h>

enum { MAX_LINE_BYTES = 64 * 1024, MAX_REASON_CHARS = 400, MAX_NAMES_MS = 3000 };

static void show_progress(void *ctx, const struct collect_counts *counts) {
	char line[PROGRESS_COLUMNS + 1];
	if (counts->series > 0)
		(void)snprintf(line, sizeof line, "%zu service%s, %zu of %zu series fetched",
			counts->services, text_plural(counts->services), counts->settled,
			counts->series);
	else
		(void)snprintf(line, sizeof line, "%zu service%s so far", counts->services,
			text_plural(counts->services));
	run_show_progress(ctx, line);
}

/* What is fetched: all of the past that is judged, in one span. */
struct plan {
	struct rules rules; /* the user's; the window is that of the whole span */
	struct collect_scope scope;
};

static void make_plan(struct run *r, struct plan *plan) {
	plan->rules = r->options.rules;
	plan->rules.window = replay_window(&r->options.rules);
	plan->scope = (struct collect_scope){.rules = &plan->rules,
		.target = &r->target,
		.client = r->client,
		.samples = &r->samples,
		.watcher = {show_progress, run_learn_nothing, r},
		.timeout_s = r->options.choice.timeout_s};
}

/* --- the services --- */

/* The list alone, or the names of -s, which are taken as given: what the data will cost is known
 * before they are asked for. */
static int list_services(struct plan *plan, struct err *e) {
	bool metrics[METRICS];
	memcpy(metrics, plan->rules.metrics, sizeof metrics);
	memset(plan->rules.metrics, 0, sizeof plan->rules.metrics);
	int rc = collect_services(&plan->scope, e);
	memcpy(plan->rules.metrics, metrics, sizeof metrics);
	return rc;
}

/* Of named services without any point: the first one that does not exist, or is not known to. */
static void add_doubtful(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	for (size_t i = 0; in->rules->services_are_named && i < s->service_count; i++) {
		const struct service *x = &s->services[i];
		size_t pattern = 0;
		while (strcmp(in->rules->include.items[pattern], x->name) != 0)
			pattern++;
		if (service_is_missing(x)) {
			report_add_pattern(in, pattern, out);
			return;
		}
		if (x->description.status != DESCRIPTION_FAILED)
			continue;
		report_add_name(out, x->name);
		buf_adds(out, " has no data, and ECS could not be asked whether it exists: ");
		text_add_clean(out, x->description.text ? x->description.text : "out of memory",
			MAX_REASON_CHARS);
		return;
	}
}

/* Why nothing is judged, if so. Without all services the sum would be wrong. */
static void add_obstacle(const struct run *r, struct buf *out) {
	const struct samples *s = &r->samples;
	const struct report_input in = {.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = s};
	if (s->end != SAMPLES_WHOLE) {
		buf_adds(out, buf_str(&s->end_reason));
		if (s->end == SAMPLES_DEADLINE)
			buf_adds(out,
				"; a longer -t, fewer services (-s) or a longer --period may do");
		return;
	}
	size_t n = strcspn(buf_str(&s->failures), "\n");
	buf_add(out, buf_str(&s->failures), n);
	if (out->len > 0)
		return;
	if (!s->list_complete)
		buf_adds(out, "the list of services is incomplete");
	else if (report_first_unmatched(&in) < r->options.rules.include.count)
		report_add_pattern(&in, report_first_unmatched(&in), out);
	else if (s->service_count == 0)
		report_add_no_service(&in, out);
	else
		add_doubtful(&in, out);
}

/* Whether the run ends here; its result is written then. */
static bool ends_here(struct run *r) {
	struct buf why;
	buf_init(&why, MAX_LINE_BYTES);
	add_obstacle(r, &why);
	bool ends = why.len > 0;
	r->must_not_clean_up = r->samples.time_is_over;
	if (ends) {
		run_describe_work(r, r->samples.metrics_billed);
		(void)run_end_with(r, STATE_UNKNOWN, buf_str(&why));
	}
	buf_free(&why);
	return ends;
}

/* --- their series --- */

static size_t count_metrics(const struct rules *rules) {
	size_t count = 0;
	for (int m = 0; m < METRICS; m++)
		count += rules->metrics[m];
	return count;
}

static int check_size(const struct run *r, struct err *e) {
	const struct rules *rules = &r->options.rules;
	const struct backtest_size size = {.series = r->samples.service_count *
			count_metrics(rules),
		.span_s = rules->backtest_s,
		.window_s = rules->window.window_s,
		.recover_s = rules->window.recover_s,
		.period_s = rules->window.period_s,
		.interval_s = r->options.style.interval_s,
		.span_is_usual = rules->backtest_is_usual,
		.breaches = rules->breaches};
	return backtest_check(&size, e);
}

static void tell_cost(struct run *r) {
	struct buf line;
	buf_init(&line, MAX_LINE_BYTES);
	report_backtest_cost(r->samples.service_count * count_metrics(&r->options.rules),
		r->samples.window.points, &line);
	if (!line.failed)
		progress_note(&r->progress, buf_str(&line));
	buf_free(&line);
}

static int want_series(const struct plan *plan, struct request_list *list, struct err *e) {
	struct samples *s = plan->scope.samples;
	for (size_t i = 0; i < s->service_count; i++) {
		for (int m = 0; m < METRICS; m++) {
			const struct request request = {.kind = REQUEST_SERIES,
				.service = i,
				.metric = (enum metric)m,
				.statistic = statistics_of(&plan->rules.statistics, (enum metric)m),
				.span = &plan->rules.window};
			if (!plan->rules.metrics[m])
				continue;
			s->services[i].series[m].status = SERIES_PENDING;
			if (request_list_add(list, &request, e))
				return -1;
		}
	}
	return 0;
}

static int want_descriptions(const struct samples *s, struct request_list *list, struct err *e) {
	for (size_t i = 0; i < s->service_count; i++) {
		const struct request request = {.kind = REQUEST_DESCRIPTION, .service = i};
		const struct service *x = &s->services[i];
		bool is_silent = !managed_daemon_name(x->name);
		for (int m = 0; m < METRICS; m++)
			is_silent = is_silent && !x->series[m].values &&
				x->series[m].status != SERIES_FAILED;
		if (is_silent && request_list_add(list, &request, e))
			return -1;
	}
	return 0;
}

/* Nothing but data shows that a named service exists: ECS is asked about those without any. */
static int ask_whether_they_exist(const struct plan *plan, struct err *e) {
	struct request_list list = {0};
	int rc = want_descriptions(plan->scope.samples, &list, e);
	if (rc == 0)
		rc = collect_requests(&plan->scope, &list, NULL, e);
	request_list_free(&list);
	return rc;
}

/* As a check fetches them: without a list it is CloudWatch's answer that tells AWS's time, and the
 * window may have to be laid once more. */
static int fetch_named(const struct plan *plan, struct err *e) {
	struct samples *s = plan->scope.samples;
	const struct rules *rules = &plan->rules;
	samples_free(s);
	if (samples_init(s, rules->include.count, rules->thresholds.count, e) ||
		collect_services(&plan->scope, e))
		return -1;
	return s->time_is_over ? 0 : ask_whether_they_exist(plan, e);
}

static int fetch_series(const struct plan *plan, struct err *e) {
	if (plan->rules.services_are_named)
		return fetch_named(plan, e);
	struct request_list list = {0};
	int rc = want_series(plan, &list, e);
	if (rc == 0)
		rc = collect_requests(&plan->scope, &list, NULL, e);
	request_list_free(&list);
	return rc;
}

/* Names that may have been meant, for half of the time that is left at most. */
static void fetch_other_names(const struct run *r, const struct plan *plan) {
	int64_t left_ms = r->started_ms + (int64_t)r->options.choice.timeout_s * 1000 -
		clock_monotonic_ms(&r->clock);
	int64_t for_ms = left_ms / 2 < MAX_NAMES_MS ? left_ms / 2 : MAX_NAMES_MS;
	if (plan->rules.services_are_named && for_ms > 0)
		collect_other_names(&plan->scope, for_ms);
}

/* --- the result --- */

static enum state judge_and_report(struct run *r) {
	struct report_input input = {.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = &r->samples,
		.diagnosis = buf_str(&r->diagnosis)};
	struct replay past;
	struct err e = {0};
	const struct backtest_report result = {.in = &input,
		.replay = &past,
		.kind = job_kind(r->options.choice.job)};
	run_present(r, &input);
	int rc = replay(&r->options.rules, &r->samples, &past, &e);
	if (rc == 0)
		rc = report_backtest(&result, &r->out, &e);
	enum state state = rc == 0 ? replay_state(&past) : STATE_UNKNOWN;
	replay_free(&past);
	if (rc) {
		buf_free(&r->out);
		return run_fail(r, &e);
	}
	return state;
}

enum state backtest(struct run *r) {
	const struct rules *rules = &r->options.rules;
	struct err e = {0};
	struct plan plan;
	enum state end;
	if (run_connect(r, &end) || run_find_cluster(r, &end))
		return end;
	make_plan(r, &plan);
	if (samples_init(&r->samples, rules->include.count, rules->thresholds.count, &e) ||
		list_services(&plan, &e))
		return run_fail(r, &e);
	if (ends_here(r))
		return STATE_UNKNOWN;
	if (check_size(r, &e))
		return run_fail(r, &e);
	tell_cost(r);
	if (fetch_series(&plan, &e))
		return run_fail(r, &e);
	fetch_other_names(r, &plan);
	if (ends_here(r))
		return STATE_UNKNOWN;
	run_describe_work(r, r->samples.metrics_billed);
	if (r->options.style.verbosity >= 2)
		report_describe_ranges(rules, &r->samples, &r->diagnosis);
	return judge_and_report(r);
}
