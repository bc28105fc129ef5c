#include "config.h"

#include "aws/identity/metadata.h"

#include "aws/call/journal.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

int metadata_open(struct metadata_service *s, const struct aws_run *run, struct err *e) {
	s->run = run;
	s->http = http_new(run->ca_file, run->user_agent, e);
	return s->http ? 0 : -1;
}

void metadata_close(struct metadata_service *s) {
	if (s->http)
		http_close(s->http, &s->run->deadline);
	s->http = NULL;
}

/* --- one attempt --- */

static void explain_failure(const struct metadata_service *s, const struct http_response *r,
	struct err *e) {
	switch (r->failure) {
	case HTTP_FAILED_RESOLVE:
		(void)err_set(e, ERR_CREDENTIALS, "cannot resolve %s", s->host_header);
		break;
	case HTTP_FAILED_CONNECT:
		(void)err_set(e, ERR_CREDENTIALS, "cannot connect to %s", s->host_header);
		break;
	case HTTP_FAILED_TIMEOUT:
		(void)err_set(e, ERR_CREDENTIALS, "%s %s within %lld s",
			r->connected ? "no complete answer from" : "no connection to",
			s->host_header, (long long)(s->timeout_ms / 1000));
		break;
	case HTTP_FAILED_TOO_LARGE:
		(void)err_set(e, ERR_CREDENTIALS, "the %s from %s %s larger than %d KiB",
			r->headers.no_room ? "headers" : "answer", s->host_header,
			r->headers.no_room ? "are" : "is",
			(r->headers.no_room ? HTTP_MAX_HEADER_BYTES : METADATA_MAX_BODY_BYTES) /
				1024);
		break;
	case HTTP_FAILED_LOCAL:
		(void)err_no_memory(e);
		break;
	default:
		(void)err_set(e, ERR_CREDENTIALS, "the exchange with %s failed (%s)",
			s->host_header, r->reason);
		break;
	}
}

static enum metadata_verdict judge_response(struct metadata_service *s,
	const struct metadata_question *q, const struct http_response *r, struct err *e) {
	bool answered = r->failure == HTTP_NO_FAILURE;
	s->status = answered ? r->status : 0;
	s->reached = answered || r->connected;
	if (!answered) {
		explain_failure(s, r, e);
		return r->failure == HTTP_FAILED_TOO_LARGE || r->failure == HTTP_FAILED_LOCAL
			? METADATA_FINAL
			: METADATA_UNFIT;
	}
	if (r->status == 200) {
		enum metadata_verdict verdict = q->judge(q->ctx, &r->body, e);
		if (verdict != METADATA_TAKEN && e->code == ERR_CREDENTIALS)
			err_prefix(e, "%s", s->host_header);
		return verdict;
	}
	(void)err_set(e, ERR_CREDENTIALS, "%s answered with status %ld", s->host_header, r->status);
	bool refused = r->status >= 400 && r->status <= 499;
	return refused && q->refusals_are_final ? METADATA_FINAL : METADATA_UNFIT;
}

static enum metadata_verdict make_attempt(struct metadata_service *s,
	const struct metadata_question *q, int number, struct err *e) {
	const struct http_request request = {.method = q->method,
		.url = q->url,
		.headers = q->headers,
		.header_count = q->header_count,
		.max_body_bytes = METADATA_MAX_BODY_BYTES,
		.no_proxy = true,
		.timeout_ms = s->timeout_ms};
	struct http_response r;
	if (http_fetch(s->http, &request, &s->run->deadline, &r, e))
		return METADATA_FINAL;
	const struct journal_entry entry = {.name = s->name,
		.method = q->method,
		.where = s->host_header,
		.path = q->what,
		.attempt = number};
	journal_add(s->run->journal, &entry, &r);
	enum metadata_verdict verdict = judge_response(s, q, &r, e);
	http_response_free(&r);
	return verdict;
}

/* --- all attempts --- */

static int time_is_over(const struct metadata_service *s, const struct metadata_question *q,
	const struct err *last, struct err *e) {
	struct buf what;
	buf_init(&what, sizeof e->message);
	text_add_foreign(&what, q->what, 100);
	(void)err_set(e, ERR_DEADLINE, "waiting for %s (%s) from %s%s%s", s->name, buf_str(&what),
		s->host_header, *last->message ? "; last error: " : "", last->message);
	buf_free(&what);
	return -1;
}

int metadata_ask(struct metadata_service *s, const struct metadata_question *q, struct err *e) {
	struct err last = {0};
	for (int i = 1;; i++) {
		struct err now = {0};
		enum metadata_verdict verdict = make_attempt(s, q, i, &now);
		if (verdict == METADATA_TAKEN)
			return 0;
		if (now.code == ERR_DEADLINE)
			return time_is_over(s, q, &last, e);
		last = now;
		if (verdict == METADATA_FINAL || i >= s->attempts)
			break;
		if (http_pause(s->http, s->pause_ms, &s->run->deadline, &now)) {
			if (now.code == ERR_DEADLINE)
				return time_is_over(s, q, &last, e);
			last = now;
			break;
		}
	}
	*e = last;
	return -1;
}

/* --- keys --- */

static enum metadata_verdict reject(struct err *e, const char *what) {
	(void)err_set(e, ERR_CREDENTIALS, "%s", what);
	return METADATA_UNFIT;
}

static enum metadata_verdict error_document(const json *document, const char *code, struct err *e) {
	const char *message = json_string(json_member(document, "Message"));
	struct buf shown;
	buf_init(&shown, sizeof e->message);
	text_add_foreign(&shown, code, 80);
	size_t before = shown.len;
	buf_adds(&shown, ": ");
	size_t begin = shown.len;
	if (message)
		text_add_foreign(&shown, message, 200);
	if (shown.len == begin)
		buf_truncate(&shown, before);
	(void)err_set(e, ERR_CREDENTIALS, "answered with %s",
		shown.len > 0 ? buf_str(&shown) : "an error without a code");
	buf_free(&shown);
	return METADATA_FINAL;
}

static enum metadata_verdict take_keys(const json *document, struct keys *out, struct err *e) {
	const char *code = json_string(json_member(document, "Code"));
	const char *id = json_string(json_member(document, "AccessKeyId"));
	const char *secret = json_string(json_member(document, "SecretAccessKey"));
	const char *token = json_string(json_member(document, "Token"));
	const char *expiration = json_string(json_member(document, "Expiration"));
	if (code && strcmp(code, "Success") != 0)
		return error_document(document, code, e);
	if (!id || !*id || !secret || !*secret || !token || !*token)
		return reject(e, "the answer lacks AccessKeyId, SecretAccessKey or Token");
	if (!expiration || time_parse_iso(expiration, &out->expires_s))
		return reject(e, "the answer's Expiration is not a valid ISO 8601 time");
	return keys_set(out, id, secret, token, e) ? METADATA_FINAL : METADATA_TAKEN;
}

enum metadata_verdict metadata_judge_keys(void *ctx, const struct buf *body, struct err *e) {
	struct err reason = {0};
	json *document = json_parse(buf_str(body), body->len, &reason);
	if (!document && reason.code == ERR_MEMORY) {
		*e = reason;
		return METADATA_FINAL;
	}
	enum metadata_verdict verdict;
	if (document && json_is_object(document))
		verdict = take_keys(document, ctx, e);
	else
		verdict = reject(e, "the answer is not a JSON object");
	json_free_secret(document);
	return verdict;
}
