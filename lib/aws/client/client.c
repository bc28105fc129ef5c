#include "config.h"

#include "aws/client/client_state.h"

#include "aws/call/explain.h"
#include "aws/identity/chain.h"
#include "base/text.h"

#include <stdlib.h>

enum {
	MAX_IN_FLIGHT = PACE_MAX_IN_FLIGHT, /* for all services together */
	/* The longest delay until a stop signal is noticed that arrives just before the wait. */
	MAX_WAIT_MS = 250,
	MAX_JOURNAL_BYTES = 256 * 1024,
	MAX_RENEWALS_BYTES = 64 * 1024,
	MAX_CLOCK_BYTES = 200,
	WORTH_TELLING_S = 61 /* minimum clock offset to report */
};

int64_t client_monotonic_ms(const struct client *c) {
	return clock_monotonic_ms(&c->clock);
}

int64_t client_now_s(const struct client *c) {
	return skew_now_s(&c->skew, &c->clock);
}

struct provider_context client_provider_context(const struct client *c,
	const struct profile_set *profiles) {
	const struct session *s = c->options.session;
	return (struct provider_context){.profiles = profiles,
		.settings = profiles,
		.region = &s->region,
		.role_arn = s->role_arn,
		.external_id = s->external_id,
		.no_cache = s->no_cache,
		.run = c->run};
}

static void set_run(struct client *c, const struct aws_run *run) {
	c->run = *run;
	c->clock = clock_steady(run->deadline.clock, &c->clock_start);
	c->run.deadline.clock = &c->clock;
	c->run.skew = &c->skew;
	buf_init(&c->journal, MAX_JOURNAL_BYTES);
	c->run.journal = run->journal ? &c->journal : NULL;
}

static int find_keys(struct client *c, struct err *e) {
	struct buf *trace = c->run.trace;
	struct buf *remarks = c->options.remarks;
	const struct provider_context context = client_provider_context(c,
		c->options.session->profiles);
	if (chain_resolve(&context, &c->keys, e) == 0)
		return 0;
	if (trace)
		client_describe_journal(c, trace);
	if (remarks)
		client_describe_clock(c, trace != NULL, remarks);
	return -1;
}

struct client *client_new(const struct client_options *options, struct err *e) {
	struct client *c = calloc(1, sizeof *c);
	if (!c) {
		(void)err_no_memory(e);
		return NULL;
	}
	c->options = *options;
	set_run(c, &options->session->run);
	c->retry_quota = RETRY_QUOTA;
	for (int i = 0; i < ENDPOINT_DATA_SERVICES; i++)
		pace_init(&c->pace[i]);
	c->next_tick_ms = client_monotonic_ms(c) + options->tick_ms;
	buf_init(&c->renewals, MAX_RENEWALS_BYTES);
	if (find_keys(c, e) == 0)
		c->http = http_new(c->run.ca_file, c->run.user_agent, e);
	if (!c->http) {
		client_free(c);
		return NULL;
	}
	c->run.trace = &c->renewals;
	return c;
}

static void call_free(struct call *k) {
	buf_free(&k->what.body);
	json_free(k->document);
	free(k);
}

static void free_calls(struct client *c) {
	while (c->first) {
		struct call *k = c->first;
		c->first = k->next;
		call_free(k);
	}
	c->last = NULL;
}

void client_free(struct client *c) {
	if (!c)
		return;
	http_free(c->http);
	free_calls(c);
	keys_free(&c->keys);
	buf_free(&c->journal);
	buf_free(&c->renewals);
	free(c);
}

int client_submit(struct client *c, struct client_call *call, struct err *e) {
	struct call *k = buf_check(&call->body, "request", e) ? NULL : calloc(1, sizeof *k);
	if (!k) {
		if (!call->body.failed)
			(void)err_no_memory(e);
		buf_free(&call->body);
		return -1;
	}
	k->what = *call;
	k->clock_generation = c->clock_generation;
	buf_init(&call->body, 0);
	if (c->last)
		c->last->next = k;
	else
		c->first = k;
	c->last = k;
	return 0;
}

int client_submit_again(struct client *c, struct client_call *call, int failed_attempts,
	const struct err *reason, struct err *e) {
	c->last_error = *reason;
	struct retry_tally tally = {.attempts = failed_attempts};
	int64_t at_ms = client_retry_at_ms(c, RETRY_TRANSIENT, NULL, &tally);
	if (at_ms < 0) {
		buf_free(&call->body);
		return 1;
	}
	if (client_submit(c, call, e))
		return -1;
	c->last->not_before_ms = at_ms;
	c->last->tally = tally;
	return 0;
}

/* The last slot in flight is not given to a service that has all others while another one waits:
 * hanging calls must not delay the list of services. */
static bool must_leave_room(struct client *c, const struct call *k) {
	const struct pace *own = client_pace_of(c, k);
	if (c->in_flight < MAX_IN_FLIGHT - 1 || own->in_flight < c->in_flight)
		return false;
	for (const struct call *other = c->first; other; other = other->next)
		if (other->state == CALL_QUEUED && client_pace_of(c, other) != own)
			return true;
	return false;
}

static bool may_start(struct client *c, const struct call *k) {
	return k->state == CALL_QUEUED && c->in_flight < MAX_IN_FLIGHT &&
		pace_allows(client_pace_of(c, k)) && !must_leave_room(c, k);
}

/* When the call may start, on the monotonic clock. */
static int64_t due_ms(const struct client *c, const struct call *k) {
	bool waits = k->what.spacing_ms > 0 && c->spaced_from_ms > k->not_before_ms;
	return waits ? c->spaced_from_ms : k->not_before_ms;
}

static void start_due_calls(struct client *c, int64_t now_ms) {
	for (struct call *k = c->first; k; k = k->next) {
		if (!may_start(c, k) || due_ms(c, k) > now_ms)
			continue;
		if (k->what.spacing_ms > 0)
			c->spaced_from_ms = now_ms + k->what.spacing_ms;
		if (client_start_attempt(c, k, now_ms))
			k->state = CALL_FINAL;
	}
}

/* --- the loop --- */

static bool take_final(struct client *c, struct client_answer *answer) {
	struct call *before = NULL;
	struct call *k = c->first;
	for (; k && k->state != CALL_FINAL; k = k->next)
		before = k;
	if (!k)
		return false;
	if (before)
		before->next = k->next;
	else
		c->first = k->next;
	if (c->last == k)
		c->last = before;
	*answer = (struct client_answer){.tag = k->what.tag,
		.subject = k->what.subject,
		.operation = k->what.operation,
		.document = k->document,
		.error = k->error};
	if (!k->document)
		c->last_error = k->error;
	k->document = NULL;
	call_free(k);
	return true;
}

/* How long to wait for the network until something else is due. */
static int wait_ms(struct client *c, int64_t now_ms) {
	int64_t until_ms = c->run.deadline.at_ms;
	if (c->options.tick_ms > 0 && c->next_tick_ms < until_ms)
		until_ms = c->next_tick_ms;
	for (const struct call *k = c->first; k; k = k->next)
		if (may_start(c, k) && due_ms(c, k) < until_ms)
			until_ms = due_ms(c, k);
	int64_t left_ms = until_ms - now_ms;
	return left_ms < 0 ? 0 : left_ms > MAX_WAIT_MS ? MAX_WAIT_MS : (int)left_ms;
}

/* May block while a name is being resolved. */
static void abort_exchanges(struct client *c) {
	http_abort(c->http);
	c->in_flight = 0;
	for (int i = 0; i < ENDPOINT_DATA_SERVICES; i++)
		c->pace[i].in_flight = 0;
}

/* The transport itself is broken: every call, queued ones included, fails with that error. */
static void fail_all(struct client *c, const struct err *e) {
	abort_exchanges(c);
	for (struct call *k = c->first; k; k = k->next) {
		k->error = *e;
		k->state = CALL_FINAL;
	}
}

static bool has_final(const struct client *c) {
	const struct call *k = c->first;
	while (k && k->state != CALL_FINAL)
		k = k->next;
	return k != NULL;
}

static bool tick_is_due(struct client *c, int64_t now_ms) {
	if (c->options.tick_ms <= 0 || now_ms < c->next_tick_ms)
		return false;
	c->next_tick_ms = now_ms + c->options.tick_ms;
	return true;
}

enum client_event client_next(struct client *c, struct client_answer *answer) {
	for (;;) {
		struct http_response response;
		struct err broken = {0};
		if (take_final(c, answer))
			return CLIENT_CALL;
		if (!c->first)
			return CLIENT_IDLE;
		int64_t now_ms = client_monotonic_ms(c);
		if (*c->run.deadline.stop)
			return CLIENT_STOPPED;
		if (now_ms >= c->run.deadline.at_ms)
			return CLIENT_DEADLINE;
		if (tick_is_due(c, now_ms))
			return CLIENT_TICK;
		start_due_calls(c, now_ms);
		if (http_wait(c->http, wait_ms(c, now_ms), &broken))
			fail_all(c, &broken);
		/* Only one answer is decoded at a time: the others wait in the transport. */
		while (!has_final(c) && http_take(c->http, &response)) {
			client_on_response(c, &response);
			http_response_free(&response);
		}
	}
}

void client_postpone_deadline(struct client *c, int64_t by_ms) {
	c->run.deadline.at_ms += by_ms;
}

void client_begin_round(struct client *c, int64_t for_ms) {
	int64_t until_ms = client_monotonic_ms(c) + for_ms;
	c->run_deadline_ms = c->run.deadline.at_ms;
	if (until_ms < c->run.deadline.at_ms)
		c->run.deadline.at_ms = until_ms;
}

bool client_end_round(struct client *c) {
	c->run.deadline.at_ms = c->run_deadline_ms;
	if (deadline_is_over(&c->run.deadline) || (c->first && http_is_resolving(c->http)))
		return false;
	if (c->first)
		abort_exchanges(c);
	free_calls(c);
	return true;
}

/* --- for the administrator --- */

void client_explain_malformed(const struct client *c, enum operation operation,
	struct err *reason) {
	const struct operation_traits *t = operation_traits(operation);
	const struct err why = *reason;
	if (why.code == ERR_SYNTAX)
		explain_malformed_body(t->name, &c->options.session->endpoints[t->service], &why,
			reason);
}

const char *client_last_error(const struct client *c) {
	return c->last_error.message;
}

void client_describe_pending(const struct client *c, struct buf *out) {
	const struct call *k = c->first;
	if (c->renewal_error.code == ERR_DEADLINE) {
		buf_adds(out, c->renewal_error.message);
		return;
	}
	while (k && k->state != CALL_IN_FLIGHT)
		k = k->next;
	if (!k)
		k = c->first;
	if (k)
		buf_addf(out, "waiting for %s from %s", operation_traits(k->what.operation)->name,
			client_endpoint_of(c, k)->parts.host_header);
}

void client_describe_work(const struct client *c, struct buf *out) {
	buf_adds(out, buf_str(&c->renewals));
	for (int i = 0; i < OPERATIONS; i++) {
		const struct operation_work *w = &c->work[i];
		if (w->requests > 0)
			buf_addf(out, "api: %s %d request%s, %d retr%s, %lld ms\n",
				operation_traits((enum operation)i)->name, w->requests,
				text_plural((size_t)w->requests), w->retries,
				w->retries == 1 ? "y" : "ies", (long long)w->elapsed_ms);
	}
}

void client_describe_clock(const struct client *c, bool exactly, struct buf *out) {
	struct buf clock;
	buf_init(&clock, MAX_CLOCK_BYTES);
	if (skew_describe(&c->skew, exactly ? 0 : WORTH_TELLING_S, &clock))
		buf_addf(out, "clock: %s\n", buf_str(&clock));
	buf_free(&clock);
}

void client_describe_journal(const struct client *c, struct buf *out) {
	buf_adds(out, buf_str(&c->journal));
}
