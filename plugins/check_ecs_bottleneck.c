/* check_ecs_bottleneck: options -> target -> collect -> judge -> report. */
#include "config.h"

#include "aws/client/client.h"
#include "aws/http/http.h"
#include "base/crypto.h"
#include "base/secrets.h"
#include "report/billing.h"
#include "collect/collect.h"
#include "collect/ending.h"
#include "harness/process.h"
#include "judge/judge.h"
#include "jobs/known.h"
#include "options/options.h"
#include "report/report.h"
#include "collect/find_cluster.h"
#include "term/picker.h"
#include "term/progress.h"
#include "term/tty.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	BACKSTOP_GRACE_MS = 500,
	PROGRESS_AFTER_MS = 1000,
	PROGRESS_EACH_MS = 200,
	USUAL_COLUMNS = 80, /* of a terminal that does not tell */
	MOST_DIAGNOSIS_BYTES = 1024 * 1024
};

/* What a run holds, from the first option to the last byte of output. */
struct run {
	struct clock clock;
	int64_t started_ms;
	struct options options;
	struct session session;
	struct client *client;
	struct target target;
	struct samples samples;
	struct verdict verdict;
	struct progress progress;
	struct buf diagnosis;
	struct buf out;
	struct known known;
	bool understood;        /* the options are */
	bool must_not_clean_up; /* the time is over: libcurl may block */
};

/* Before the cluster is known for sure, what the user called it. */
static const char *cluster_shown(const struct run *r) {
	const char *given = r->understood ? r->options.choice.cluster_name : NULL;
	return r->target.name ? r->target.name : given;
}

static const char *account_shown(const struct run *r) {
	const char *given = r->understood ? r->options.choice.cluster_account : NULL;
	return r->target.account[0] ? r->target.account : given;
}

static void report_end(struct run *r, enum state state, const char *message) {
	struct report_failure failure = {
		.state = state,
		.cluster = cluster_shown(r),
		.region = r->session.region.name,
		.account = account_shown(r),
		.style = &r->options.style,
		.rules = r->understood ? &r->options.rules : NULL,
		.message = message,
		.diagnosis = buf_str(&r->diagnosis),
	};
	report_failure(&failure, &r->out);
}

/* Ends with a message where the report would be; what is known stands before it. */
static enum state end_with(struct run *r, enum state state, const char *message) {
	struct buf text;
	buf_init(&text, MOST_DIAGNOSIS_BYTES);
	known_describe(&r->known, &text);
	buf_adds(&text, message);
	report_end(r, state_worse(state, r->known.state), buf_str(&text));
	buf_free(&text);
	return state_worse(state, r->known.state);
}

static enum state fail(struct run *r, const struct err *e) {
	return end_with(r, STATE_UNKNOWN, e->message);
}

static int64_t deadline_ms(const struct run *r) {
	return r->started_ms + (int64_t)r->options.choice.timeout_s * 1000;
}

/* Nothing else looks at the deadline while the options are read. */
static void arm_backstop(const struct run *r) {
	int64_t grace_ms = r->understood ? BACKSTOP_GRACE_MS : 0;
	process_arm_backstop(deadline_ms(r) + grace_ms - clock_monotonic_ms(&r->clock));
}

static int connect(struct run *r, struct err *e) {
	static const char user_agent[] = PACKAGE_NAME "/" PACKAGE_VERSION;
	bool keep_journal = r->options.style.verbosity >= 3;
	const struct choice *choice = &r->options.choice;
	const struct session_options session = {
		.profile = choice->profile,
		.profile_is_private = choice->profile_is_private,
		.region = choice->region,
		.region_is_private = choice->region_is_private,
		.arn_region = choice->cluster_region[0] ? choice->cluster_region : NULL,
		.endpoint_url = choice->endpoint_url,
		.ca_bundle = choice->ca_bundle,
		.ca_bundle_is_private = choice->ca_bundle_is_private,
		.role_arn = choice->role_arn,
		.external_id = choice->external_id,
		.no_cache = choice->no_cache,
		.clock = &r->clock,
		.deadline_ms = deadline_ms(r),
		.stop = process_stop_flag(),
		.user_agent = user_agent,
		.journal = keep_journal ? &r->diagnosis : NULL,
	};
	if (session_open(&session, &r->session, e))
		return -1;
	struct client_options options = {
		.session = &r->session,
		.user_agent = user_agent,
		.clock = r->clock,
		.random_unit = crypto_random_unit,
		.deadline_ms = deadline_ms(r),
		.stop = process_stop_flag(),
		.tick_ms = progress_possible() ? PROGRESS_EACH_MS : 0,
		.keep_journal = keep_journal,
		.remarks = &r->diagnosis,
		.child_started = process_child_group,
	};
	bool explain = r->options.style.verbosity >= 2;
	if (explain)
		session_describe(&r->session, &r->diagnosis);
	r->client = client_new(&options, explain ? &r->diagnosis : NULL, e);
	return r->client ? 0 : -1;
}

/* A person thinks as long as they like: the deadline moves on by what that took. */
static enum picker_end let_choose(void *ctx, const char *title, const char *const *names,
	size_t count, size_t *index, struct err *e) {
	struct run *r = ctx;
	const struct picker picker = {.title = title,
		.names = names,
		.count = count,
		.stop = process_stop_flag(),
		.guard = process_guard_terminal};
	int64_t began_ms = clock_monotonic_ms(&r->clock);
	process_pause_backstop();
	enum picker_end end = picker_choose(&picker, index, e);
	int64_t taken_ms = clock_monotonic_ms(&r->clock) - began_ms;
	r->started_ms += taken_ms;
	client_postpone_deadline(r->client, taken_ms);
	arm_backstop(r);
	return end;
}

static void show_progress(void *ctx, const struct collect_counts *counts) {
	struct run *r = ctx;
	char line[PROGRESS_COLUMNS + 1];
	if (clock_monotonic_ms(&r->clock) - r->started_ms < PROGRESS_AFTER_MS)
		return;
	(void)snprintf(line, sizeof line, "%zu services%s, %zu of %zu series fetched",
		counts->services, counts->all_listed ? "" : " so far", counts->settled,
		counts->series);
	progress_show(&r->progress, line);
}

static void learn(void *ctx, size_t first, size_t count) {
	struct run *r = ctx;
	known_learn(&r->known, &r->samples, first, count);
}

static void add_diagnosis(struct run *r) {
	client_describe_clock(r->client, r->options.style.verbosity >= 2, &r->diagnosis);
	if (r->options.style.verbosity >= 2) {
		client_describe_work(r->client, &r->diagnosis);
		billing_describe(r->samples.metrics_billed, r->options.style.interval_s,
			&r->diagnosis);
	}
	if (r->options.style.verbosity >= 3)
		client_describe_journal(r->client, &r->diagnosis);
}

/* The run was over before it knew its cluster; without a client e says what it was doing. */
static enum state end_early(struct run *r, enum client_event event, const struct err *e) {
	struct buf why;
	enum state state = event == CLIENT_STOPPED ? STATE_UNKNOWN
						   : r->options.rules.timeout_state;
	buf_init(&why, MOST_DIAGNOSIS_BYTES);
	if (r->client) {
		ending_describe(r->client, event, r->options.choice.timeout_s, &why);
		add_diagnosis(r);
	} else {
		ending_describe_connecting(e, event, r->options.choice.timeout_s, &why);
	}
	state = end_with(r, state, buf_str(&why));
	buf_free(&why);
	r->must_not_clean_up = true;
	return state;
}

static void show_for_people(const struct run *r, struct report_input *input) {
	enum terminal_choice chart = r->options.style.chart;
	enum terminal_choice colour = r->options.style.colour;
	int columns = tty_columns(STDOUT_FILENO);
	input->utf8 = !input->to_terminal || tty_is_utf8();
	input->chart = chart == TERMINAL_AUTO ? input->to_terminal : chart == TERMINAL_ALWAYS;
	input->colour = colour == TERMINAL_AUTO ? tty_wants_colour(STDOUT_FILENO)
						: colour == TERMINAL_ALWAYS;
	input->columns = !input->to_terminal ? 0 : columns > 0 ? columns : USUAL_COLUMNS;
}

static enum state check(struct run *r, struct err *e) {
	int rc;
	http_tell_of_calls(process_in_call);
	if (connect(r, e)) {
		if (e->code != ERR_DEADLINE)
			return fail(r, e);
		return end_early(r, *process_stop_flag() ? CLIENT_STOPPED : CLIENT_DEADLINE, e);
	}
	const struct target_chooser chooser = {picker_possible() ? let_choose : NULL, r};
	enum client_event event = target_resolve(&r->options.choice, r->session.region.name,
		r->client, &chooser, &r->target, &rc, e);
	if (event != CLIENT_IDLE)
		return end_early(r, event, e);
	r->known.cluster = r->target.name;
	const struct collect_watcher watcher = {show_progress, learn, r};
	if (rc || samples_init(&r->samples, r->options.rules.include.count, e) ||
		collect(&r->options.rules, &r->options.choice, &r->target, r->client, &watcher,
			&r->samples, e)) {
		add_diagnosis(r);
		return fail(r, e);
	}
	r->must_not_clean_up = r->samples.time_is_over;
	add_diagnosis(r);
	struct report_input input = {
		.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.samples = &r->samples,
		.verdict = &r->verdict,
		.diagnosis = buf_str(&r->diagnosis),
		.to_terminal = tty_is_terminal(STDOUT_FILENO),
	};
	show_for_people(r, &input);
	if (judge(&r->options.rules, &r->samples, &r->verdict, e))
		return fail(r, e);
	known_settle(&r->known, &r->verdict);
	if (report(&input, &r->out, e)) {
		buf_free(&r->out);
		return fail(r, e);
	}
	return r->verdict.state;
}

static enum state run(struct run *r, int argc, char **argv, struct err *e) {
	/* Reading the options can block as well (--extra-opts=@-): until they are all read, those
	 * of the command line count that say how such a run has to end. */
	options_foresee(argc, argv, &r->options);
	known_begin(&r->known, &r->options);
	if (process_begin(e))
		return fail(r, e);
	arm_backstop(r);
	(void)setlocale(LC_CTYPE, "");
	switch (options_parse(argc, argv, &r->options, e)) {
	case OPTIONS_BAD:
		return fail(r, e);
	case OPTIONS_HELP:
		options_help(&r->out);
		return STATE_UNKNOWN;
	case OPTIONS_VERSION:
		options_version(&r->out);
		return STATE_UNKNOWN;
	default:
		r->understood = true;
		known_options_are_read(&r->known);
		arm_backstop(r);
		return check(r, e);
	}
}

/* Whatever went wrong on the way: nothing milder than what is known goes out. */
static int finish(struct run *r, enum state state) {
	progress_clear(&r->progress);
	if (state_worse(state, r->known.state) != state) {
		buf_free(&r->out);
		state = end_with(r, state, "later answers contradict that");
	}
	if (r->out.len > 0 && !r->out.failed)
		return process_finish(buf_str(&r->out), r->out.len, state);
	return process_finish_kept();
}

static void clean_up(struct run *r) {
	known_free(&r->known);
	verdict_free(&r->verdict);
	samples_free(&r->samples);
	target_free(&r->target);
	client_free(r->client);
	session_free(&r->session);
	options_free(&r->options);
	buf_free(&r->diagnosis);
	buf_free(&r->out);
}

int main(int argc, char **argv) {
	struct run r = {.clock = clock_system(), .progress = {.guard = process_guard_terminal}};
	struct err e = {0};
	r.started_ms = clock_monotonic_ms(&r.clock);
	buf_init(&r.out, REPORT_MOST_BYTES);
	buf_init(&r.diagnosis, MOST_DIAGNOSIS_BYTES);
	int status = finish(&r, run(&r, argc, argv, &e));
	secrets_wipe();
	if (r.must_not_clean_up)
		_exit(status);
	clean_up(&r);
	return status;
}
