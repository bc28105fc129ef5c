/* Calls the AWS services that issue credentials and tokens (STS, IAM Identity Center). One blocking
 * call at a time; attempts are newly signed and retried by the SDKs' rules, within the run's
 * deadline. */
#ifndef AWS_TOKEN_SERVICE_H
#define AWS_TOKEN_SERVICE_H

#include "aws/call/error.h"
#include "aws/call/keys.h"
#include "aws/call/run.h"
#include "aws/config/endpoint.h"
#include "aws/http/http.h"

enum { TOKEN_SERVICE_MAX_BODY_BYTES = 64 * 1024 };

/* One call. All borrowed. */
struct token_service_call {
	const char *name;       /* the operation's, "AssumeRole" */
	const char *iam_action; /* the permission needed, "sts:AssumeRole" */
	const struct endpoint *endpoint;
	enum http_method method;
	const char *path_and_query; /* appended to the endpoint's URL, "/token"; "" for none. Never
				       shown. */
	const char *content_type;   /* NULL: none, for GET */
	const char *header;         /* one more line "Name: value", unsigned; NULL: none */
	const void *body;
	size_t body_len;
	const struct keys *signer; /* NULL: the call is not signed */
	/* NULL, or gets the signer if it was refused and its source may have other keys: always for
	 * expired keys; for others if keys_worth_another_try with spent (NULL: none). */
	struct spent_key *refused;
	const struct spent_key *spent;
	/* Reads the error of an answer whose status is not 200 (aws_error_read for JSON). */
	void (*read_error)(const struct http_response *r, struct aws_error *out);
	/* NULL, or a special explanation of an error answer: sets e and returns true, or returns
	 * false for the usual one. */
	bool (*explain)(void *ctx, long status, const struct aws_error *error, struct err *e);
	void *ctx;
};

/* Makes attempts until an answer has status 200 or no further attempt is allowed. Appends its body
 * to body (wipe it; at most TOKEN_SERVICE_MAX_BODY_BYTES, whatever its own limit). A wrong clock is
 * corrected once in run->skew. 0; -1 with one line that names operation, host and what to do:
 * ERR_DENIED, ERR_EXPIRED, ERR_CREDENTIALS, ERR_SERVICE, ERR_NETWORK, ERR_LIMIT, ERR_CONFIG,
 * ERR_MEMORY, ERR_INTERNAL; ERR_DEADLINE when the deadline has passed, with a message that follows
 * "timed out, ". Needs a clock, skew and retry figures
 * (config/retry_config.h) in the run. */
int token_service_ask(const struct aws_run *run, const struct token_service_call *call,
	struct buf *body, struct err *e);

/* For an answer with status 200 that is not the operation's; reason says why. Sets e and returns
 * -1. */
int token_service_malformed(const struct token_service_call *call, const struct err *reason,
	struct err *e);

#endif
