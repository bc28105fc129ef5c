#include "config.h"

#include "jobs/check.h"

#include "base/text.h"
#include "collect/collect.h"
#include "judge/silence.h"
#include "report/report.h"
#include "report/words/ranges.h"
#include "term/tty.h"

#include <stdio.h>

enum { USUAL_COLUMNS = 80 /* if the terminal does not report its width */ };

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

/* Fetches the services and their series, then ECS's descriptions of those without current data. */
static int fetch_samples(struct run *r, struct err *e) {
	const struct collect_scope scope = {.rules = &r->options.rules,
		.target = &r->target,
		.client = r->client,
		.samples = &r->samples,
		.watcher = {show_progress, on_learned, r},
		.timeout_s = r->options.choice.timeout_s};
	struct request_list silent = {0};
	int rc = collect_services(&scope, e);
	/* After the deadline nothing more is asked, and nothing allocated that may fail. */
	if (rc == 0 && !r->samples.time_is_over)
		rc = silence_find(scope.rules, scope.samples, &silent, e);
	if (rc == 0)
		rc = collect_requests(&scope, &silent, e);
	request_list_free(&silent);
	return rc;
}

static void set_presentation(const struct run *r, struct report_input *input) {
	enum terminal_choice chart = r->options.style.chart;
	enum terminal_choice colour = r->options.style.colour;
	enum terminal_choice links = r->options.style.links;
	int columns = tty_columns(r->output_fd);
	input->to_terminal = tty_is_terminal(r->output_fd);
	input->utf8 = !input->to_terminal || tty_is_utf8();
	input->chart = chart == TERMINAL_AUTO ? input->to_terminal : chart == TERMINAL_ALWAYS;
	input->colour = colour == TERMINAL_AUTO ? tty_wants_colour(r->output_fd)
						: colour == TERMINAL_ALWAYS;
	input->links = links == TERMINAL_AUTO ? tty_takes_links(r->output_fd)
					      : links == TERMINAL_ALWAYS;
	input->rows = tty_rows(r->output_fd);
	input->columns = !input->to_terminal ? 0 : columns > 0 ? columns : USUAL_COLUMNS;
}

static int make_report(struct run *r, struct err *e) {
	struct report_input input = {
		.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = &r->samples,
		.verdict = &r->verdict,
		.diagnosis = buf_str(&r->diagnosis),
	};
	set_presentation(r, &input);
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
	r->must_not_clean_up = r->samples.time_is_over;
	run_describe_work(r, r->samples.metrics_billed);
	if (r->options.style.verbosity >= 2)
		report_describe_ranges(rules, &r->samples, &r->diagnosis);
	if (rc)
		return run_fail(r, &e);
	if (judge(rules, &r->samples, &r->verdict, &e))
		return run_fail(r, &e);
	known_settle(&r->known, &r->verdict);
	return make_report(r, &e) ? run_fail(r, &e) : r->verdict.state;
}
