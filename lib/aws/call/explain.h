/* A failed attempt in one line for the administrator: what failed and what to do. */
#ifndef AWS_EXPLAIN_H
#define AWS_EXPLAIN_H

#include "aws/call/error.h"
#include "aws/call/keys.h"
#include "aws/config/endpoint.h"

/* In all of them: name is the operation's ("ListServices"), ep where it went. */

/* No whole answer came: sets e from the response's failure. */
void explain_transport(const char *name, const struct endpoint *ep,
	const struct http_response *response, struct err *e);

/* Whether an error answer came from a proxy that plain HTTP went by way of, rather than from AWS:
 * it holds no error code of AWS's. Then sets e. */
bool explain_proxy_answer(const char *name, const struct endpoint *ep,
	const struct http_response *response, const struct aws_error *error, struct err *e);

/* AWS (or something in front of it) answered with an error status. region is the one that signed,
 * iam_action what the caller needs to be permitted, who the signer (without a key: the call was not
 * signed). */
void explain_error(const char *name, const char *iam_action, const struct endpoint *ep,
	const char *region, const struct keys *who, long status, const struct aws_error *error,
	struct err *e);

/* The status was 200, but the body is not what the operation answers; reason holds why. */
void explain_malformed_body(const char *name, const struct endpoint *ep, const struct err *reason,
	struct err *e);

#endif
