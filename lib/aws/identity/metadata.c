#include "config.h"

#include "aws/identity/metadata.h"

#include "aws/call/journal.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum { TOO_MANY_REQUESTS = 429, BUSY_PAUSE_MS = 100, MAX_CODE_CHARS = 80, MAX_MESSAGE_CHARS = 200 };

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

/* --- what an answer says --- */

/* Appends "CODE: MESSAGE" of an error document, or the part of it that there is. */
static void add_code_and_message(const json *document, struct buf *out) {
	static const char *const codes[] = {"Code", "code"};
	static const char *const messages[] = {"Message", "message"};
	const char *code = NULL;
	const char *message = NULL;
	for (size_t i = 0; i < 2; i++) {
		code = code ? code : json_string(json_member(document, codes[i]));
		message = message ? message : json_string(json_member(document, messages[i]));
	}
	if (code)
		text_add_foreign(out, code, MAX_CODE_CHARS);
	size_t before = out->len;
	if (before > 0)
		buf_adds(out, ": ");
	size_t begin = out->len;
	if (message)
		text_add_foreign(out, message, MAX_MESSAGE_CHARS);
	if (out->len == begin)
		buf_truncate(out, before);
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

/* Appends what an error answer says: code and message of a JSON object (the ECS agent's), or the
 * first line of a text (the EKS Pod Identity agent's). A page says nothing. */
static void add_said(const struct http_response *r, struct err *e) {
	json *document = json_parse(buf_str(&r->body), r->body.len, NULL);
	const char *body = buf_str(&r->body);
	struct buf said;
	body += strspn(body, " \t\r\n");
	buf_init(&said, sizeof e->message);
	if (document && json_is_object(document)) {
		add_code_and_message(document, &said);
	} else if (*body && *body != '<' && text_is_utf8(body, strlen(body))) {
		char *line = text_dup(body, strcspn(body, "\r\n"));
		if (line)
			text_add_foreign(&said, line, MAX_MESSAGE_CHARS);
		crypto_free_secret(line);
	}
	if (said.len > 0)
		err_suffix(e, " (%s)", buf_str(&said));
	buf_free(&said);
	json_free(document);
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
	add_said(r, e);
	bool refused = r->status >= 400 && r->status <= 499 && r->status != TOO_MANY_REQUESTS;
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
		bool busy = s->status == TOO_MANY_REQUESTS || s->status >= 500;
		int attempts = busy && s->attempts_when_busy > s->attempts ? s->attempts_when_busy
									   : s->attempts;
		if (verdict == METADATA_FINAL || i >= attempts)
			break;
		int64_t pause_ms = busy && s->pause_ms < BUSY_PAUSE_MS ? BUSY_PAUSE_MS
								       : s->pause_ms;
		if (http_pause(s->http, pause_ms, &s->run->deadline, &now)) {
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

static enum metadata_verdict error_document(const json *document, struct err *e) {
	struct buf shown;
	buf_init(&shown, sizeof e->message);
	add_code_and_message(document, &shown);
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
		return error_document(document, e);
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
