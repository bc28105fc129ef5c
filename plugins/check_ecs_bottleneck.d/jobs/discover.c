#include "config.h"

#include "jobs/discover.h"

#include "base/text.h"
#include "collect/collect.h"
#include "options/jobs.h"
#include "report/discovery.h"
#include "report/words/remarks.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WHY_BYTES = 64 * 1024 };

static void show_progress(void *ctx, const struct collect_counts *counts) {
	char line[PROGRESS_COLUMNS + 1];
	(void)snprintf(line, sizeof line, "%zu service%s so far", counts->services,
		text_plural(counts->services));
	run_show_progress(ctx, line);
}

/* Without metrics, and with names as patterns like any other: the list alone is asked for. */
static struct rules rules_of_list(const struct run *r) {
	struct rules rules = r->options.rules;
	memset(rules.metrics, 0, sizeof rules.metrics);
	rules.services_are_named = false;
	return rules;
}

/* Appends what keeps the list from being printed; nothing if it is whole. */
static void add_fault(const struct run *r, const struct rules *rules, struct buf *why) {
	const struct samples *s = &r->samples;
	const struct verdict nothing = {.state = STATE_UNKNOWN};
	const struct report_input in = {.rules = rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = s,
		.verdict = &nothing};
	if (s->end != SAMPLES_WHOLE)
		buf_adds(why, buf_str(&s->end_reason));
	else if (s->failures.len > 0)
		buf_add(why, buf_str(&s->failures), strcspn(buf_str(&s->failures), "\n"));
	else if (!s->list_complete || s->failures.failed)
		buf_adds(why, "the list of services is incomplete");
	else if (report_first_unmatched(&in) < rules->include.count)
		report_add_pattern(&in, report_first_unmatched(&in), why);
	else if (s->service_count == 0)
		report_add_no_service(&in, why);
}

static int print_list(struct run *r, const struct rules *rules, struct err *e) {
	struct buf why;
	buf_init(&why, MAX_WHY_BYTES);
	add_fault(r, rules, &why);
	int rc = buf_check(&why, "message", e);
	if (rc == 0 && why.len > 0)
		rc = err_set(e, ERR_SERVICE, "%s", buf_str(&why));
	buf_free(&why);
	if (rc)
		return -1;
	const struct discovery list = {.choice = &r->options.choice,
		.target = &r->target,
		.samples = &r->samples,
		.kind = job_kind(JOB_DISCOVER)};
	report_discovery(&list, &r->out);
	return buf_check(&r->out, "list", e);
}

enum state discover(struct run *r) {
	const struct rules rules = rules_of_list(r);
	struct err e = {0};
	enum state end;
	if (run_connect(r, &end) || run_find_cluster(r, &end))
		return end;
	const struct collect_scope scope = {.rules = &rules,
		.target = &r->target,
		.client = r->client,
		.samples = &r->samples,
		.watcher = {show_progress, run_learn_nothing, r},
		.timeout_s = r->options.choice.timeout_s};
	int rc = samples_init(&r->samples, rules.include.count, rules.thresholds.count, &e);
	if (rc == 0)
		rc = collect_services(&scope, &e);
	r->must_not_clean_up = r->samples.time_is_over;
	if (rc == 0)
		rc = print_list(r, &rules, &e);
	return rc ? run_fail(r, &e) : STATE_OK;
}
