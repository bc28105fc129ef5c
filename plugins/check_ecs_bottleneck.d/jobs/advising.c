#include "config.h"

#include "jobs/advising.h"

#include "base/text.h"
#include "collect/collect.h"

#include <stdio.h>

static void show_progress(void *ctx, const struct collect_counts *counts) {
	struct run *r = ctx;
	char line[PROGRESS_COLUMNS + 1];
	size_t settled = 0;
	for (size_t i = 0; i < r->week.count; i++)
		settled += r->week.items[i].points.status != SERIES_PENDING ? 1 : 0;
	if (r->week.count > 0)
		(void)snprintf(line, sizeof line, "advice: a week of %zu of %zu series fetched",
			settled, r->week.count);
	else
		(void)snprintf(line, sizeof line, "advice: sizes of %zu service%s",
			counts->services, text_plural(counts->services));
	run_show_progress(r, line);
}

static int64_t time_left_ms(const struct run *r) {
	const int64_t whole_ms = (int64_t)r->options.choice.timeout_s * 1000;
	return whole_ms * 3 / 4 - (clock_monotonic_ms(&r->clock) - r->started_ms);
}

/* Of what fails each series, description and task definition tells by itself. */
static void ask(struct run *r, const struct collect_scope *scope, const struct request_list *list) {
	struct err ignored = {0};
	const struct collect_round round = {.for_ms = time_left_ms(r), .into = &r->week};
	if (round.for_ms > 0)
		(void)collect_requests(scope, list, &round, &ignored);
}

static int advise_all(struct run *r, const struct collect_scope *scope, struct err *e) {
	struct request_list descriptions = {0};
	struct request_list tasks = {0};
	struct request_list series = {0};
	struct advisor *a = &r->advisor;
	struct samples *s = &r->samples;
	int rc = advisor_begin(scope->rules, s, &r->verdict, a, e);
	if (rc == 0)
		rc = advisor_want_descriptions(a, s, &descriptions, e);
	if (rc == 0) {
		ask(r, scope, &descriptions);
		rc = advisor_want_tasks(a, s, &tasks, e);
	}
	if (rc == 0) {
		ask(r, scope, &tasks);
		rc = advisor_want_series(a, s, &series, e);
	}
	if (rc == 0) {
		ask(r, scope, &series);
		advisor_judge(a, s, &r->week);
	}
	if (r->options.style.verbosity >= 2)
		buf_addf(&r->diagnosis, "advice: %zu metric%s of a week asked for\n", series.count,
			text_plural(series.count));
	request_list_free(&descriptions);
	request_list_free(&tasks);
	request_list_free(&series);
	return rc;
}

void advising_run(struct run *r, const struct collect_scope *scope) {
	struct collect_scope own = *scope;
	struct err e = {0};
	own.watcher.progress = show_progress;
	own.watcher.learned = run_learn_nothing;
	own.watcher.ctx = r;
	if (scope->rules->advise == ADVISE_NONE)
		return;
	if (advise_all(r, &own, &e))
		buf_addf(&r->diagnosis, "advice: %s\n", e.message);
}
