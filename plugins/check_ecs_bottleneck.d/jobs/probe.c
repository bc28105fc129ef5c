#include "config.h"

#include "jobs/probe.h"

#include "aws/identity/sts.h"
#include "collect/probe.h"
#include "options/jobs.h"
#include "report/probe.h"
#include "term/tty.h"

#include <stdio.h>

enum { MAX_IDENTITY_MS = 3000 };

/* Whose keys these are decides nothing, so it is asked last, for half of the time that is left. */
static void ask_identity(struct run *r, struct probe *p) {
	struct sts_identity identity;
	int64_t now_ms = clock_monotonic_ms(&r->clock);
	int64_t half_ms = (r->session.run.deadline.at_ms - now_ms) / 2;
	int64_t until_ms = now_ms + (half_ms < MAX_IDENTITY_MS ? half_ms : MAX_IDENTITY_MS);
	if (r->options.style.verbosity < 1 || p->time_is_over)
		return;
	p->identity_asked = true;
	if (client_ask_identity(r->client, until_ms, &identity, &p->identity_error) == 0) {
		(void)snprintf(p->identity, sizeof p->identity, "%s", identity.arn);
		if (!p->account[0])
			(void)snprintf(p->account, sizeof p->account, "%s", identity.account);
	}
	p->time_is_over = p->identity_error.code == ERR_DEADLINE;
}

static int make_report(struct run *r, const struct probe *p, struct err *e) {
	struct buf proxy;
	buf_init(&proxy, REPORT_MAX_BYTES);
	session_describe_proxy(&r->session, &proxy);
	const struct probe_report input = {
		.probe = p,
		.rules = &r->options.rules,
		.style = &r->options.style,
		.target = &r->target,
		.kind = job_kind(r->options.choice.job),
		.region_source = r->session.region.source,
		.proxy = buf_str(&proxy),
		.diagnosis = buf_str(&r->diagnosis),
		.to_terminal = tty_is_terminal(r->output_fd),
	};
	int rc = report_probe(&input, &r->out, e);
	buf_free(&proxy);
	return rc;
}

/* Without -c the target has a region only: nobody is asked for a cluster. */
static int find_target(struct run *r, enum state *end) {
	if (r->options.choice.cluster)
		return run_find_cluster(r, end);
	r->target = (struct target){.region = r->session.region.name};
	return 0;
}

static enum state ask_and_report(struct run *r, struct probe *p) {
	const struct probe_scope scope = {.rules = &r->options.rules,
		.target = &r->target,
		.session = &r->session,
		.client = r->client,
		.timeout_s = r->options.choice.timeout_s};
	struct err e = {0};
	int rc = probe_ask(&scope, p, &e);
	if (rc == 0)
		ask_identity(r, p);
	r->must_not_clean_up = p->time_is_over;
	run_describe_work(r, p->metrics_billed);
	if (rc || make_report(r, p, &e))
		return run_fail(r, &e);
	return probe_state(p);
}

enum state probe(struct run *r) {
	enum state end;
	struct probe p;
	if (run_connect(r, &end) || find_target(r, &end))
		return end;
	probe_init(&p);
	end = ask_and_report(r, &p);
	probe_free(&p);
	return end;
}
