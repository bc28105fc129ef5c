#include "config.h"

#include "jobs/check.h"

#include "base/text.h"
#include "collect/collect.h"
#include "jobs/advising.h"
#include "jobs/forecasting.h"
#include "jobs/present.h"
#include "judge/closer_look.h"
#include "judge/silence.h"
#include "report/report.h"
#include "report/words/ranges.h"

#include <stdio.h>

enum {
	MAX_LOOK_MS = 3000,
	MIN_LOOK_MS = 50 /* less would only be spent on a request that is given up */
};

static void show_progress(void *ctx, const struct collect_counts *counts) {
	char line[PROGRESS_COLUMNS + 1];
	(void)snprintf(line, sizeof line, "%zu service%s%s, %zu of %zu series fetched",
		counts->services, text_plural(counts->services),
		counts->all_listed ? "" : " so far", counts->settled, counts->series);
	run_show_progress(ctx, line);
}

static void on_learned(void *ctx, size_t first, size_t count) {
	struct run *r = ctx;
	known_learn(&r->known, &r->samples, first, count);
}

static struct collect_scope scope_of(struct run *r) {
	return (struct collect_scope){.rules = &r->options.rules,
		.target = &r->target,
		.client = r->client,
		.samples = &r->samples,
		.watcher = {show_progress, on_learned, r},
		.timeout_s = r->options.choice.timeout_s};
}

/* Fetches the services and their series, then ECS's descriptions of those without current data. */
static int fetch_samples(struct run *r, struct err *e) {
	const struct collect_scope scope = scope_of(r);
	struct request_list silent = {0};
	int rc = collect_services(&scope, e);
	/* After the deadline nothing more is asked, and nothing allocated that may fail. */
	if (rc == 0 && !r->samples.time_is_over)
		rc = silence_find(scope.rules, scope.samples, &silent, e);
	if (rc == 0)
		rc = collect_requests(&scope, &silent, NULL, e);
	request_list_free(&silent);
	if (rc == 0)
		rc = forecasting_run(r, &scope, e);
	return rc;
}

/* How long the closer look, or a list for suggestions, may take: rounds after the verdict end at
 * three quarters of the run's time, and half of what is left is for the report and slow hosts. */
static int64_t time_for_look_ms(const struct run *r) {
	const int64_t whole_ms = (int64_t)r->options.choice.timeout_s * 1000;
	const int64_t now_ms = clock_monotonic_ms(&r->clock) - r->started_ms;
	int64_t for_ms = MAX_LOOK_MS;
	if ((whole_ms - now_ms) / 2 < for_ms)
		for_ms = (whole_ms - now_ms) / 2;
	return whole_ms * 3 / 4 - now_ms < for_ms ? whole_ms * 3 / 4 - now_ms : for_ms;
}

static int look_closer(struct run *r, struct err *e) {
	const struct collect_scope scope = scope_of(r);
	const struct collect_round round = {.for_ms = time_for_look_ms(r),
		.is_single_attempt = true,
		.into = &r->detail};
	if (closer_look_find(scope.rules, scope.samples, &r->verdict, &r->look, e))
		return -1;
	if (r->look.list.count == 0)
		return 0;
	if (round.for_ms < MIN_LOOK_MS)
		return err_set(e, ERR_DEADLINE, "no time was left for it");
	return collect_requests(&scope, &r->look.list, &round, e);
}

/* Whatever becomes of it, the verdict stands. */
static void look_closer_if_needed(struct run *r) {
	struct err e = {0};
	if (r->samples.time_is_over || r->verdict.problems == 0)
		return;
	int rc = look_closer(r, &e);
	if (r->options.style.verbosity < 2)
		return;
	if (rc) {
		buf_adds(&r->diagnosis, "closer look: not all of it could be had: ");
		text_add_clean(&r->diagnosis, e.message, sizeof e.message);
		buf_addc(&r->diagnosis, '\n');
	}
	if (r->look.left_out > 0)
		buf_addf(&r->diagnosis, "closer look: one call has no room for %zu more series\n",
			r->look.left_out);
}

static int make_report(struct run *r, struct err *e) {
	struct report_input input = {
		.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = &r->samples,
		.verdict = &r->verdict,
		.detail = &r->detail,
		.advisor = &r->advisor,
		.diagnosis = buf_str(&r->diagnosis),
	};
	run_present(r, &input);
	if (report(&input, &r->out, e) == 0)
		return 0;
	buf_free(&r->out);
	return -1;
}

enum state check(struct run *r) {
	const struct rules *rules = &r->options.rules;
	struct err e = {0};
	enum state end;
	if (run_connect(r, &end) || run_find_cluster(r, &end))
		return end;
	int rc = samples_init(&r->samples, rules->include.count, rules->thresholds.count, &e);
	if (rc == 0)
		rc = fetch_samples(r, &e);
	if (rc == 0)
		rc = judge(rules, &r->samples, &r->verdict, &e);
	if (rc == 0) {
		known_settle(&r->known, &r->verdict);
		look_closer_if_needed(r);
		const struct collect_scope scope = scope_of(r);
		if (rules->services_are_named && time_for_look_ms(r) >= MIN_LOOK_MS)
			collect_other_names(&scope, time_for_look_ms(r));
		advising_run(r, &scope);
	}
	r->must_not_clean_up = r->samples.time_is_over;
	run_describe_work(r, r->samples.metrics_billed);
	if (r->options.style.verbosity >= 2)
		report_describe_ranges(rules, &r->samples, &r->diagnosis);
	if (rc)
		return run_fail(r, &e);
	return make_report(r, &e) ? run_fail(r, &e) : r->verdict.state;
}
