/* check_ecs_bottleneck: sets up the process, parses the options and runs the job. */
#include "config.h"

#include "base/secrets.h"
#include "harness/process.h"
#include "jobs/backtest.h"
#include "jobs/check.h"
#include "jobs/discover.h"
#include "jobs/probe.h"
#include "jobs/run.h"
#include "options/help.h"
#include "options/options.h"

#include <locale.h>
#include <unistd.h>

static enum state do_job(struct run *r) {
	switch (r->options.choice.job) {
	case JOB_DISCOVER:
		return discover(r);
	case JOB_BACKTEST:
		return backtest(r);
	case JOB_PROBE:
		return probe(r);
	default:
		return check(r);
	}
}

static enum state run_job(struct run *r, int argc, char **argv) {
	struct err e = {0};
	/* Parsing can block (--extra-opts=@-). Until it is complete, the command line alone decides
	 * how a run ends at its deadline. */
	options_foresee(argc, argv, &r->options);
	/* If reading ends before the option, or at its value, its reader gets the error all the
	 * same. */
	bool is_discovery = r->options.choice.job == JOB_DISCOVER;
	process_fail_on_stderr(is_discovery);
	known_begin(&r->known, &r->options);
	if (process_begin(&e))
		return run_fail(r, &e);
	run_arm_backstop(r);
	(void)setlocale(LC_CTYPE, "");
	enum options_outcome outcome = options_parse(argc, argv, &r->options, &e);
	bool is_asked_for_help = outcome != OPTIONS_RUN && outcome != OPTIONS_BAD;
	is_discovery = is_discovery || r->options.choice.job == JOB_DISCOVER;
	process_fail_on_stderr(is_discovery && !is_asked_for_help);
	switch (outcome) {
	case OPTIONS_BAD:
		r->code = "usage";
		return run_fail(r, &e);
	case OPTIONS_HELP:
		options_help(&r->out);
		return STATE_UNKNOWN;
	case OPTIONS_HELP_ALL:
		options_help_all(&r->out);
		return STATE_UNKNOWN;
	case OPTIONS_VERSION:
		options_version(&r->out);
		return STATE_UNKNOWN;
	default:
		r->understood = true;
		known_options_are_read(&r->known);
		run_arm_backstop(r);
		return do_job(r);
	}
}

/* Whatever went wrong, the result is no milder than the worst known state. */
static int finish_run(struct run *r, enum state state) {
	progress_clear(&r->progress);
	if (state_worse(state, r->known.state) != state) {
		buf_free(&r->out);
		state = run_end_with(r, state, "later answers contradict that");
	}
	if (r->out.len > 0 && !r->out.failed)
		return process_finish(buf_str(&r->out), r->out.len, state);
	return process_finish_kept();
}

int main(int argc, char **argv) {
	struct run r;
	run_init(&r, STDOUT_FILENO);
	int status = finish_run(&r, run_job(&r, argc, argv));
	secrets_wipe();
	if (r.must_not_clean_up)
		_exit(status);
	run_free(&r);
	return status;
}
