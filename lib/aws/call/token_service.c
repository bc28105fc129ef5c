#include "config.h"

#include "aws/call/token_service.h"

#include "aws/call/explain.h"
#include "aws/call/journal.h"
#include "aws/call/signed_request.h"
#include "aws/call/retry.h"

enum { REQUEST_SLACK_MS = 1000, MAX_URL_BYTES = 8192, MAX_HEADERS = REQUEST_MAX_HEADERS + 1 };

/* One call in progress. */
struct asking {
	const struct aws_run *run;
	const struct token_service_call *call;
	struct http *http;
	struct buf url;
	int quota;
	struct retry_tally tally;
	bool skew_corrected;
	struct err last; /* why the last attempt failed */
};

/* --- one attempt --- */

static int plain_headers(const struct token_service_call *c, struct request_headers *out,
	struct err *e) {
	*out = (struct request_headers){0};
	buf_init(&out->text, HTTP_MAX_HEADER_BYTES);
	buf_addf(&out->text, "Host: %s", c->endpoint->parts.host_header);
	buf_addc(&out->text, '\0');
	size_t second = out->text.len;
	if (c->content_type)
		buf_addf(&out->text, "Content-Type: %s", c->content_type);
	out->count = c->content_type ? 2 : 1;
	if (buf_check(&out->text, "header", e))
		return -1;
	out->lines[0] = buf_str(&out->text);
	out->lines[1] = buf_str(&out->text) + second;
	return 0;
}

static int build_headers(const struct asking *a, struct request_headers *out, struct err *e) {
	const struct token_service_call *c = a->call;
	const struct request_signing signing = {
		.endpoint = c->endpoint,
		.content_type = c->content_type,
		.region = c->endpoint->signing_region,
		.keys = c->signer,
		.now_s = skew_signing_s(a->run->skew, a->run->deadline.clock),
	};
	return c->signer ? request_sign(&signing, c->body, c->body_len, out, e)
			 : plain_headers(c, out, e);
}

static int exchange(const struct asking *a, struct http_response *r, struct err *e) {
	struct request_headers headers;
	const char *lines[MAX_HEADERS];
	int rc = build_headers(a, &headers, e);
	size_t n = 0;
	for (; rc == 0 && n < headers.count; n++)
		lines[n] = headers.lines[n];
	if (a->call->header)
		lines[n++] = a->call->header;
	const struct http_request request = {
		.method = a->call->method,
		.url = buf_str(&a->url),
		.headers = lines,
		.header_count = n,
		.body = a->call->body,
		.body_len = a->call->body_len,
		.max_body_bytes = TOKEN_SERVICE_MAX_BODY_BYTES,
		.timeout_ms = a->run->deadline.at_ms - clock_monotonic_ms(a->run->deadline.clock) +
			REQUEST_SLACK_MS,
	};
	if (rc == 0)
		rc = http_fetch(a->http, &request, &a->run->deadline, r, e);
	request_headers_free(&headers);
	return rc;
}

static void record_exchange(const struct asking *a, const struct http_response *r) {
	const struct journal_entry entry = {.name = a->call->name,
		.method = a->call->method,
		.where = a->call->endpoint->url,
		.attempt = a->tally.attempts,
		.bytes_sent = a->call->body_len};
	journal_add(a->run->journal, &entry, r);
}

/* --- the outcome of an attempt --- */

enum step { STEP_DONE, STEP_AGAIN, STEP_FAILED };

static int time_is_over(const struct asking *a, struct err *e) {
	return err_set(e, ERR_DEADLINE, "waiting for %s from %s%s%s", a->call->name,
		a->call->endpoint->parts.host_header, *a->last.message ? "; last error: " : "",
		a->last.message);
}

/* Pauses before another attempt if the rules and the deadline allow one. */
static enum step pause_or_fail(struct asking *a, enum retry_kind kind, const char *retry_after,
	struct err *e) {
	const struct deadline *d = &a->run->deadline;
	const struct retry_failure failure = {.kind = kind,
		.retry_after = retry_after,
		.random_unit = aws_run_random(a->run),
		.left_ms = d->at_ms - clock_monotonic_ms(d->clock)};
	int64_t pause_ms = retry_decide(&a->run->retry, &failure, &a->tally, &a->quota);
	struct err broken = {0};
	if (pause_ms < 0) {
		*e = a->last;
		return STEP_FAILED;
	}
	if (http_pause(a->http, pause_ms, d, &broken) == 0)
		return STEP_AGAIN;
	if (broken.code == ERR_DEADLINE)
		(void)time_is_over(a, e);
	else
		*e = broken;
	return STEP_FAILED;
}

/* Records refused keys whose source may have others. */
static void record_refusal(const struct token_service_call *c, enum aws_error_class class) {
	if (!c->refused || !c->signer || !aws_error_refuses_keys(class))
		return;
	if (class == AWS_ERROR_EXPIRED_CREDENTIALS || keys_worth_another_try(c->spent, c->signer))
		keys_spend(c->refused, c->signer);
}

static enum step on_error_status(struct asking *a, const struct http_response *r, struct err *e) {
	const struct token_service_call *c = a->call;
	static const struct keys nobody = {.provider = "nobody"};
	struct aws_error error;
	char retry_after[32];
	c->read_error(r, &error);
	a->last = (struct err){0};
	if (!explain_proxy_answer(c->name, c->endpoint, r, &error, &a->last) &&
		(!c->explain || !c->explain(c->ctx, r->status, &error, &a->last)))
		explain_error(c->name, c->iam_action, c->endpoint, c->endpoint->signing_region,
			c->signer ? c->signer : &nobody, r->status, &error, &a->last);
	if (c->signer && !a->skew_corrected &&
		skew_correct(a->run->skew, a->run->deadline.clock, r, error.code)) {
		a->skew_corrected = true;
		a->tally.attempts--;
		return STEP_AGAIN;
	}
	record_refusal(c, error.class);
	(void)http_header(r, "x-amz-retry-after", retry_after, sizeof retry_after);
	return pause_or_fail(a, retry_kind_of_error(error.class), retry_after, e);
}

static enum step make_attempt(struct asking *a, struct buf *body, struct err *e) {
	struct http_response r;
	enum step step = STEP_FAILED;
	struct err failed = {0};
	a->tally.attempts++;
	if (exchange(a, &r, &failed)) {
		if (failed.code == ERR_DEADLINE)
			(void)time_is_over(a, e);
		else
			*e = failed;
		return STEP_FAILED;
	}
	record_exchange(a, &r);
	if (r.failure != HTTP_NO_FAILURE) {
		explain_transport(a->call->name, a->call->endpoint, &r, &a->last);
		step = pause_or_fail(a, retry_kind_of_failure(r.failure), NULL, e);
	} else if (r.status == 200) {
		if (a->call->signer)
			skew_note_accepted(a->run->skew, a->run->deadline.clock, &r);
		else
			skew_note(a->run->skew, a->run->deadline.clock, &r);
		buf_add(body, buf_str(&r.body), r.body.len);
		step = buf_check(body, a->call->name, e) ? STEP_FAILED : STEP_DONE;
	} else {
		step = on_error_status(a, &r, e);
	}
	buf_wipe(&r.body);
	http_response_free(&r);
	return step;
}

/* Adds the endpoint and its source to the trace. */
static void trace_endpoint(const struct aws_run *run, const struct token_service_call *call) {
	struct buf what;
	buf_init(&what, MAX_URL_BYTES);
	buf_addf(&what, "%s (%s)", call->endpoint->url, call->endpoint->source);
	aws_run_trace(run, call->name, buf_str(&what));
	buf_free(&what);
}

int token_service_ask(const struct aws_run *run, const struct token_service_call *call,
	struct buf *body, struct err *e) {
	struct asking a = {.run = run, .call = call, .quota = RETRY_QUOTA};
	enum step step = STEP_FAILED;
	trace_endpoint(run, call);
	buf_init(&a.url, MAX_URL_BYTES);
	buf_adds(&a.url, call->endpoint->url);
	if (*call->path_and_query == '/' && a.url.len > 0 && a.url.data[a.url.len - 1] == '/')
		buf_truncate(&a.url, a.url.len - 1);
	buf_adds(&a.url, call->path_and_query);
	if (buf_check(&a.url, "URL", e) == 0)
		a.http = http_new(run->ca_file, run->user_agent, e);
	if (a.http) {
		do
			step = make_attempt(&a, body, e);
		while (step == STEP_AGAIN);
		http_close(a.http, &run->deadline);
	}
	buf_wipe(&a.url);
	return step == STEP_DONE ? 0 : -1;
}

int token_service_malformed(const struct token_service_call *call, const struct err *reason,
	struct err *e) {
	explain_malformed_body(call->name, call->endpoint, reason, e);
	return -1;
}
