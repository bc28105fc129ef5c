#include "config.h"

#include "aws/client.h"

#include "aws/aws_error.h"
#include "aws/credentials.h"
#include "aws/explain.h"
#include "aws/http.h"
#include "aws/request.h"
#include "aws/retry.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOST_IN_FLIGHT = 4,
	LONGEST_WAIT_MS = 250, /* a stop signal is noticed after so long even if it arrives just
				  before the wait */
	SKEW_THRESHOLD_S = 240,
	MOST_RENEWALS = 2,
	LAST_THROTTLED_PAUSE_MS = 200,
	MOST_JOURNAL_BYTES = 256 * 1024,
	REQUEST_SLACK_MS = 1000 /* the loop's deadline strikes before libcurl's own */
};

enum call_state { CALL_QUEUED, CALL_IN_FLIGHT, CALL_FINAL };

struct call {
	struct call *next;
	struct client_call what;
	enum call_state state;
	int attempts; /* those that count against the retry policy */
	int64_t not_before_ms;
	int generation; /* of credentials and clock, when the last attempt was signed */
	bool skew_corrected;
	int renewals; /* times the call was signed again for newer credentials */
	enum retry_kind last_retry;
	json *document;
	struct err error;
	bool throttled;
};

struct operation_work {
	int requests, retries;
	int64_t elapsed_ms;
};

struct client {
	struct client_options options;
	struct http *http;
	struct credentials credentials;
	int generation;
	int64_t clock_offset_s;
	int retry_quota;
	struct call *first, *last; /* in the order of submission */
	int in_flight;
	int64_t next_tick_ms;
	struct err last_error;
	struct operation_work work[OPERATIONS];
	struct buf journal;
};

static int64_t monotonic_ms(const struct client *c) {
	return clock_monotonic_ms(&c->options.clock);
}

int64_t client_now_s(const struct client *c) {
	return clock_wall_ms(&c->options.clock) / 1000 + c->clock_offset_s;
}

struct client *client_new(const struct client_options *options, struct buf *trace, struct err *e) {
	struct client *c = calloc(1, sizeof *c);
	if (!c) {
		(void)err_no_memory(e);
		return NULL;
	}
	c->options = *options;
	c->retry_quota = RETRY_QUOTA;
	c->next_tick_ms = monotonic_ms(c) + options->tick_ms;
	buf_init(&c->journal, MOST_JOURNAL_BYTES);
	struct credentials_context context = {.profiles = options->session->profiles,
		.now_s = client_now_s(c)};
	if (credentials_resolve(&context, &c->credentials, trace, e)) {
		client_free(c);
		return NULL;
	}
	c->http = http_new(options->session->ca_file, options->user_agent, e);
	if (!c->http) {
		client_free(c);
		return NULL;
	}
	return c;
}

static void call_free(struct call *k) {
	buf_free(&k->what.body);
	json_free(k->document);
	free(k);
}

void client_free(struct client *c) {
	if (!c)
		return;
	http_free(c->http);
	while (c->first) {
		struct call *k = c->first;
		c->first = k->next;
		call_free(k);
	}
	credentials_free(&c->credentials);
	buf_free(&c->journal);
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
	buf_init(&call->body, 0);
	if (c->last)
		c->last->next = k;
	else
		c->first = k;
	c->last = k;
	return 0;
}

/* When to try again, or the deadline if that is not before it. Throttling that is retried to the
 * end closes in on the deadline instead of giving up well before it. */
static int64_t next_attempt_ms(const struct client *c, enum retry_kind kind, int failed_attempt,
	const char *retry_after) {
	int64_t now_ms = monotonic_ms(c);
	int64_t left_ms = c->options.deadline_ms - now_ms;
	int64_t delay_ms = retry_delay_ms(failed_attempt,
		c->options.random_unit(c->options.random_ctx), retry_after);
	bool endless = kind == RETRY_THROTTLING && c->options.session->retry.throttling_endless;
	if (endless && delay_ms >= left_ms && left_ms > LAST_THROTTLED_PAUSE_MS)
		delay_ms = left_ms / 2;
	return delay_ms < left_ms ? now_ms + delay_ms : c->options.deadline_ms;
}

int client_submit_again(struct client *c, struct client_call *call, int failed_attempts,
	struct err *e) {
	int64_t at_ms = next_attempt_ms(c, RETRY_TRANSIENT, failed_attempts, NULL);
	if (at_ms >= c->options.deadline_ms ||
		!retry_allowed(&c->options.session->retry, RETRY_TRANSIENT, failed_attempts,
			&c->retry_quota)) {
		buf_free(&call->body);
		return 1;
	}
	if (client_submit(c, call, e))
		return -1;
	c->last->not_before_ms = at_ms;
	c->last->last_retry = RETRY_TRANSIENT;
	return 0;
}

/* --- one attempt --- */

static const struct endpoint *endpoint_of(const struct client *c, const struct call *k) {
	return &c->options.session->endpoints[operation_traits(k->what.operation)->service];
}

static int start_attempt(struct client *c, struct call *k, int64_t now_ms) {
	struct request_signing signing = {
		.operation = k->what.operation,
		.endpoint = endpoint_of(c, k),
		.region = c->options.session->region.name,
		.credentials = &c->credentials,
		.now_s = client_now_s(c),
	};
	struct request_headers headers;
	int rc = request_sign(&signing, buf_str(&k->what.body), k->what.body.len, &headers,
		&k->error);
	if (rc == 0) {
		struct http_request r = {
			.url = signing.endpoint->url,
			.headers = headers.lines,
			.header_count = headers.count,
			.body = buf_str(&k->what.body),
			.body_len = k->what.body.len,
			.timeout_ms = c->options.deadline_ms - now_ms + REQUEST_SLACK_MS,
			.tag = k,
		};
		rc = http_start(c->http, &r, &k->error);
	}
	request_headers_free(&headers);
	k->generation = c->generation;
	if (rc)
		return -1;
	k->state = CALL_IN_FLIGHT;
	k->attempts++;
	c->in_flight++;
	struct operation_work *w = &c->work[k->what.operation];
	w->requests++;
	w->retries += k->attempts > 1;
	return 0;
}

static void start_due_calls(struct client *c, int64_t now_ms) {
	for (struct call *k = c->first; k && c->in_flight < MOST_IN_FLIGHT; k = k->next)
		if (k->state == CALL_QUEUED && k->not_before_ms <= now_ms &&
			start_attempt(c, k, now_ms))
			k->state = CALL_FINAL;
}

/* --- what an attempt's outcome leads to --- */

/* Signs the call again at once; this does not count as an attempt. */
static void sign_again(struct call *k) {
	k->state = CALL_QUEUED;
	k->not_before_ms = 0;
	k->attempts--;
}

/* Tries to cure an error that a wrong clock explains. */
static bool cure_skew(struct client *c, struct call *k, const struct http_response *r,
	const struct aws_error *error) {
	char date[64];
	int64_t server_s;
	if (!aws_error_may_be_skew(error->code) || k->skew_corrected)
		return false;
	if (k->generation == c->generation) {
		if (!http_header(r, "date", date, sizeof date) || time_parse_http(date, &server_s))
			return false;
		int64_t off_s = server_s - client_now_s(c);
		if (off_s <= SKEW_THRESHOLD_S && off_s >= -SKEW_THRESHOLD_S)
			return false;
		c->clock_offset_s += off_s;
		c->generation++;
	}
	k->skew_corrected = true;
	sign_again(k);
	return true;
}

/* Fetches credentials anew when those that signed have expired, unless somebody did so since. */
static bool cure_expiry(struct client *c, struct call *k) {
	if (k->renewals >= MOST_RENEWALS)
		return false;
	k->renewals++;
	if (k->generation < c->generation) {
		sign_again(k);
		return true;
	}
	struct credentials_context context = {.profiles = c->options.session->profiles,
		.now_s = client_now_s(c)};
	struct credentials fresh;
	struct err ignored = {0};
	if (credentials_resolve(&context, &fresh, NULL, &ignored))
		return false;
	bool changed = strcmp(fresh.secret_access_key, c->credentials.secret_access_key) != 0;
	if (!changed) {
		credentials_free(&fresh);
		return false;
	}
	credentials_free(&c->credentials);
	c->credentials = fresh;
	c->generation++;
	sign_again(k);
	return true;
}

/* Queues another attempt if the rules and the deadline allow one; else the call is final with the
 * error it holds. */
static void retry_or_fail(struct client *c, struct call *k, enum retry_kind kind,
	const char *retry_after) {
	c->last_error = k->error;
	k->throttled = kind == RETRY_THROTTLING;
	k->state = CALL_FINAL;
	if (k->throttled && k->what.give_up_on_throttle)
		return;
	int64_t at_ms = next_attempt_ms(c, kind, k->attempts, retry_after);
	bool endless = k->throttled && c->options.session->retry.throttling_endless;
	if (at_ms >= c->options.deadline_ms && !endless)
		return;
	if (!retry_allowed(&c->options.session->retry, kind, k->attempts, &c->retry_quota))
		return;
	k->last_retry = kind;
	k->not_before_ms = at_ms;
	k->state = CALL_QUEUED;
}

static enum retry_kind retry_kind_of_failure(enum http_failure failure) {
	switch (failure) {
	case HTTP_FAILED_TIMEOUT:
		return RETRY_TIMEOUT;
	case HTTP_FAILED_CERTIFICATE:
	case HTTP_FAILED_TOO_LARGE:
	case HTTP_FAILED_LOCAL:
		return RETRY_NEVER;
	default:
		return RETRY_TRANSIENT;
	}
}

static void on_error_status(struct client *c, struct call *k, const struct http_response *r) {
	struct aws_error error;
	char retry_after[32];
	aws_error_read(r, &error);
	explain_error(k->what.operation, endpoint_of(c, k), c->options.session->region.name,
		&c->credentials, r->status, &error, &k->error);
	if (cure_skew(c, k, r, &error) ||
		(error.class == AWS_ERROR_EXPIRED_CREDENTIALS && cure_expiry(c, k))) {
		c->last_error = k->error;
		return;
	}
	enum retry_kind kind = error.class == AWS_ERROR_THROTTLING ? RETRY_THROTTLING
		: error.class == AWS_ERROR_TRANSIENT               ? RETRY_TRANSIENT
								   : RETRY_NEVER;
	(void)http_header(r, "x-amz-retry-after", retry_after, sizeof retry_after);
	retry_or_fail(c, k, kind, retry_after);
}

static void on_success(struct client *c, struct call *k, struct http_response *r) {
	struct err reason = {0};
	k->document = json_parse(buf_str(&r->body), r->body.len, &reason);
	if (!json_is_object(k->document)) {
		if (k->document)
			(void)err_set(&reason, ERR_SYNTAX, "not a JSON object");
		json_free(k->document);
		k->document = NULL;
		explain_foreign_body(k->what.operation, endpoint_of(c, k), &reason, &k->error);
		retry_or_fail(c, k, RETRY_NEVER, NULL);
		return;
	}
	k->error = (struct err){0};
	k->throttled = false;
	retry_refund(k->last_retry, &c->retry_quota);
	k->state = CALL_FINAL;
}

static void note(struct client *c, const struct call *k, const struct http_response *r) {
	const struct operation_traits *t = operation_traits(k->what.operation);
	char id[80];
	c->work[k->what.operation].elapsed_ms += r->elapsed_ms;
	if (!c->options.keep_journal)
		return;
	buf_addf(&c->journal, "http: %s POST ", t->name);
	text_add_clean(&c->journal, endpoint_of(c, k)->url, 200);
	buf_addf(&c->journal, " attempt %d: ", k->attempts);
	if (r->failure == HTTP_NO_FAILURE)
		buf_addf(&c->journal, "status %ld", r->status);
	else
		buf_addf(&c->journal, "failed (%s)", r->reason);
	buf_addf(&c->journal, ", %zu bytes sent, %zu received, %lld ms", k->what.body.len,
		r->body.len, (long long)r->elapsed_ms);
	if (http_header(r, "x-amzn-requestid", id, sizeof id)) {
		buf_adds(&c->journal, ", request id ");
		text_add_clean(&c->journal, id, sizeof id);
	}
	buf_addc(&c->journal, '\n');
}

static void on_response(struct client *c, struct http_response *r) {
	struct call *k = r->tag;
	c->in_flight--;
	note(c, k, r);
	if (r->failure != HTTP_NO_FAILURE) {
		explain_transport(k->what.operation, endpoint_of(c, k), r, &k->error);
		retry_or_fail(c, k, retry_kind_of_failure(r->failure), NULL);
	} else if (r->status == 200) {
		on_success(c, k, r);
	} else {
		on_error_status(c, k, r);
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
		.error = k->error,
		.throttled = k->throttled};
	if (!k->document)
		c->last_error = k->error;
	k->document = NULL;
	call_free(k);
	return true;
}

/* How long nothing needs to be done but wait for the network. */
static int wait_ms(const struct client *c, int64_t now_ms) {
	int64_t until_ms = c->options.deadline_ms;
	if (c->options.tick_ms > 0 && c->next_tick_ms < until_ms)
		until_ms = c->next_tick_ms;
	for (const struct call *k = c->first; k; k = k->next)
		if (k->state == CALL_QUEUED && c->in_flight < MOST_IN_FLIGHT &&
			k->not_before_ms < until_ms)
			until_ms = k->not_before_ms;
	int64_t left_ms = until_ms - now_ms;
	return left_ms < 0 ? 0 : left_ms > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : (int)left_ms;
}

/* The transport itself is broken: every call fails with that error. */
static void fail_all(struct client *c, const struct err *e) {
	for (struct call *k = c->first; k; k = k->next) {
		k->error = *e;
		k->state = CALL_FINAL;
	}
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
		int64_t now_ms = monotonic_ms(c);
		if (*c->options.stop)
			return CLIENT_STOPPED;
		if (now_ms >= c->options.deadline_ms)
			return CLIENT_DEADLINE;
		if (tick_is_due(c, now_ms))
			return CLIENT_TICK;
		start_due_calls(c, now_ms);
		if (http_wait(c->http, wait_ms(c, now_ms), &broken))
			fail_all(c, &broken);
		while (http_take(c->http, &response)) {
			on_response(c, &response);
			http_response_free(&response);
		}
	}
}

/* --- for the administrator --- */

const char *client_last_error(const struct client *c) {
	return c->last_error.message;
}

void client_describe_pending(const struct client *c, struct buf *out) {
	const struct call *k = c->first;
	while (k && k->state != CALL_IN_FLIGHT)
		k = k->next;
	if (!k)
		k = c->first;
	if (k)
		buf_addf(out, "%s from %s", operation_traits(k->what.operation)->name,
			endpoint_of(c, k)->parts.host_header);
}

void client_describe_work(const struct client *c, struct buf *out) {
	for (int i = 0; i < OPERATIONS; i++) {
		const struct operation_work *w = &c->work[i];
		if (w->requests > 0)
			buf_addf(out, "api: %s %d requests, %d retries, %lld ms\n",
				operation_traits((enum operation)i)->name, w->requests, w->retries,
				(long long)w->elapsed_ms);
	}
	if (c->clock_offset_s != 0)
		buf_addf(out, "clock: this host's clock is %lld s %s\n",
			(long long)(c->clock_offset_s < 0 ? -c->clock_offset_s : c->clock_offset_s),
			c->clock_offset_s < 0 ? "fast" : "slow");
}

void client_describe_journal(const struct client *c, struct buf *out) {
	buf_adds(out, buf_str(&c->journal));
}
