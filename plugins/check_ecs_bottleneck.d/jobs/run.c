#include "config.h"

#include "jobs/run.h"

#include "aws/http/http.h"
#include "base/crypto.h"
#include "collect/find_cluster.h"
#include "harness/process.h"
#include "options/jobs.h"
#include "report/words/billing.h"
#include "report/report.h"
#include "term/picker.h"
#include "term/tty.h"

enum {
	BACKSTOP_GRACE_MS = 500,
	PROGRESS_AFTER_MS = 1000,
	PROGRESS_EACH_MS = 200,
	MAX_DIAGNOSIS_BYTES = 1024 * 1024
};

void run_init(struct run *r, int output_fd) {
	*r = (struct run){.clock = clock_system(),
		.output_fd = output_fd,
		.progress = {.guard = process_guard_terminal}};
	r->started_ms = clock_monotonic_ms(&r->clock);
	buf_init(&r->out, REPORT_MAX_BYTES);
	buf_init(&r->diagnosis, MAX_DIAGNOSIS_BYTES);
}

void run_free(struct run *r) {
	known_free(&r->known);
	verdict_free(&r->verdict);
	detail_free(&r->hours);
	detail_free(&r->week);
	advisor_free(&r->advisor);
	detail_free(&r->detail);
	closer_look_free(&r->look);
	samples_free(&r->samples);
	target_free(&r->target);
	client_free(r->client);
	session_free(&r->session);
	options_free(&r->options);
	buf_free(&r->diagnosis);
	buf_free(&r->out);
}

/* --- the deadline --- */

static int64_t deadline_ms(const struct run *r) {
	return r->started_ms + (int64_t)r->options.choice.timeout_s * 1000;
}

/* Nothing else watches the deadline while the options are read. */
void run_arm_backstop(const struct run *r) {
	int64_t grace_ms = r->understood ? BACKSTOP_GRACE_MS : 0;
	process_arm_backstop(deadline_ms(r) + grace_ms - clock_monotonic_ms(&r->clock));
}

/* --- results of runs that end early --- */

/* Until the cluster is resolved, its name is the one the user gave. */
static void add_result(struct run *r, enum state state, const char *message) {
	const struct options *o = r->understood ? &r->options : NULL;
	const struct target *t = &r->target;
	const bool is_one_line = r->options.choice.job == JOB_DISCOVER;
	const struct report_failure failure = {
		.state = state,
		.cluster = t->name ? t->name
			: o        ? o->choice.cluster_name
				   : NULL,
		.region = r->session.region.name,
		.account = t->account[0] ? t->account
			: o              ? o->choice.cluster_account
					 : NULL,
		.style = &r->options.style,
		.kind = job_kind(r->options.choice.job),
		.rules = o ? &o->rules : NULL,
		.message = message,
		.code = r->code,
		.diagnosis = is_one_line ? "" : buf_str(&r->diagnosis),
		.clusters = (const char *const *)t->choices,
		.cluster_count = t->choice_count,
		.to_terminal = tty_is_terminal(r->output_fd),
		.is_bad_input = r->is_bad_input || is_one_line,
	};
	report_failure(&failure, &r->out);
}

enum state run_end_with(struct run *r, enum state state, const char *message) {
	struct buf text;
	buf_init(&text, MAX_DIAGNOSIS_BYTES);
	known_describe(&r->known, &text);
	buf_adds(&text, message);
	state = state_worse(state, r->known.state);
	add_result(r, state, buf_str(&text));
	buf_free(&text);
	return state;
}

enum state run_fail(struct run *r, const struct err *e) {
	bool lacks_cluster = e->code == ERR_USAGE && r->target.choice_count > 0;
	if (e->code == ERR_USAGE)
		r->code = lacks_cluster ? "cluster_not_named" : "usage";
	r->is_bad_input = (e->code == ERR_USAGE || e->code == ERR_CONFIG) && !lacks_cluster;
	return run_end_with(r, STATE_UNKNOWN, e->message);
}

/* The run ended before its cluster was known. Without a client, e says what was in progress. */
static enum state end_early(struct run *r, enum outcome how, const struct err *e) {
	struct buf why;
	enum state state = judge_unreached(&r->options.rules, how == OUTCOME_STOPPED);
	buf_init(&why, MAX_DIAGNOSIS_BYTES);
	if (r->client) {
		ending_describe(r->client, how, r->options.choice.timeout_s, &why);
		run_describe_work(r, 0);
	} else {
		ending_describe_connecting(e, how, r->options.choice.timeout_s, &why);
	}
	state = run_end_with(r, state, buf_str(&why));
	buf_free(&why);
	r->must_not_clean_up = true;
	return state;
}

/* --- connecting to AWS and finding the cluster --- */

/* Whether the output says how the run was configured and where keys were looked for. */
static bool explains_itself(const struct run *r) {
	return r->options.style.verbosity >= 2 || r->options.choice.job == JOB_PROBE;
}

static int open_session(struct run *r, struct err *e) {
	const struct choice *c = &r->options.choice;
	const int verbosity = r->options.style.verbosity;
	const struct aws_run aws = {
		.deadline = {.clock = &r->clock,
			.at_ms = deadline_ms(r),
			.stop = process_stop_flag()},
		.random_unit = crypto_random_unit,
		.user_agent = PACKAGE_NAME "/" PACKAGE_VERSION,
		.journal = verbosity >= 3 ? &r->diagnosis : NULL,
		.trace = explains_itself(r) ? &r->diagnosis : NULL,
		.child_started = process_child_group,
	};
	const struct session_options options = {
		.profile = c->profile,
		.profile_is_private = c->profile_is_private,
		.region = c->region,
		.region_is_private = c->region_is_private,
		.arn_region = c->cluster_region[0] ? c->cluster_region : NULL,
		.endpoint_url = c->endpoint_url,
		.ca_bundle = c->ca_bundle,
		.ca_bundle_is_private = c->ca_bundle_is_private,
		.role_arn = c->role_arn,
		.external_id = c->external_id,
		.no_cache = c->no_cache,
		.run = &aws,
	};
	return session_open(&options, &r->session, e);
}

static int open_client(struct run *r, struct err *e) {
	const struct client_options options = {
		.session = &r->session,
		.tick_ms = progress_possible() ? PROGRESS_EACH_MS : 0,
		.remarks = &r->diagnosis,
	};
	if (explains_itself(r))
		session_describe(&r->session, &r->diagnosis);
	r->client = client_new(&options, e);
	return r->client ? 0 : -1;
}

int run_connect(struct run *r, enum state *end) {
	struct err e = {0};
	http_tell_of_calls(process_in_call);
	if (open_session(r, &e) == 0 && open_client(r, &e) == 0)
		return 0;
	if (e.code == ERR_DEADLINE)
		*end = end_early(r, *process_stop_flag() ? OUTCOME_STOPPED : OUTCOME_DEADLINE, &e);
	else
		*end = run_fail(r, &e);
	return -1;
}

/* The user may take any amount of time: the deadline moves by the time taken. */
static enum chooser_end choose_cluster(void *ctx, const char *title, const char *const *names,
	size_t count, size_t *index, struct err *e) {
	static const enum chooser_end ends[] = {[PICKER_CHOSEN] = CHOOSER_CHOSEN,
		[PICKER_LEFT] = CHOOSER_LEFT,
		[PICKER_STOPPED] = CHOOSER_STOPPED,
		[PICKER_FAILED] = CHOOSER_FAILED};
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
	run_arm_backstop(r);
	return ends[end];
}

int run_find_cluster(struct run *r, enum state *end) {
	struct err e = {0};
	const struct target_chooser chooser = {picker_possible() ? choose_cluster : NULL, r};
	enum outcome how = target_resolve(&r->options.choice, r->session.region.name, r->client,
		&chooser, &r->target, &e);
	r->known.cluster = r->target.name;
	if (how == OUTCOME_DONE)
		return 0;
	if (how == OUTCOME_FAILED) {
		run_describe_work(r, 0);
		*end = run_fail(r, &e);
	} else {
		*end = end_early(r, how, &e);
	}
	return -1;
}

/* --- progress and diagnosis --- */

void run_show_progress(struct run *r, const char *line) {
	if (clock_monotonic_ms(&r->clock) - r->started_ms >= PROGRESS_AFTER_MS)
		progress_show(&r->progress, line);
}

void run_learn_nothing(void *ctx, size_t first, size_t count) {
	(void)ctx;
	(void)first;
	(void)count;
}

void run_describe_work(struct run *r, size_t metrics_billed) {
	const struct style *style = &r->options.style;
	client_describe_clock(r->client, style->verbosity >= 2, &r->diagnosis);
	if (style->verbosity >= 2) {
		client_describe_work(r->client, &r->diagnosis);
		billing_describe(metrics_billed, style->interval_s, &r->diagnosis);
	}
	if (style->verbosity >= 3)
		client_describe_journal(r->client, &r->diagnosis);
}
