/* Describes a failed attempt in one line for the administrator: what failed and what to do. */
#ifndef AWS_EXPLAIN_H
#define AWS_EXPLAIN_H

#include "aws/call/denial.h"
#include "aws/call/error.h"
#include "aws/call/keys.h"
#include "aws/config/endpoint.h"

/* In all functions, name is the operation's ("ListServices") and ep the endpoint it was sent to. */

/* No complete answer arrived: sets e from the response's failure. */
void explain_transport(const char *name, const struct endpoint *ep,
	const struct http_response *response, struct err *e);

/* Whether an error answer to plain HTTP came from a proxy rather than from AWS: it has no AWS error
 * code. If so, sets e. */
bool explain_proxy_answer(const char *name, const struct endpoint *ep,
	const struct http_response *response, const struct aws_error *error, struct err *e);

/* AWS (or something in front of it) answered with an error status. region is the signing region,
 * iam_action the permission the caller needs, who the signer (without a key: an unsigned call). */
void explain_error(const char *name, const char *iam_action, const struct endpoint *ep,
	const char *region, const struct keys *who, long status, const struct aws_error *error,
	struct err *e);

/* AWS does not permit the call: sets e with what to do (denial_advise) and AWS's words, said. */
void explain_denied(const char *iam_action, const char *who, const struct denial *denial,
	const char *said, struct err *e);

/* Appends AWS's words (clean text) in brackets to the message in e, shortened in their middle to
 * the room that there is. */
void explain_add_said(const char *said, struct err *e);

/* Whether an answer with status 200 is one of the query protocol, where JSON was asked for. If so,
 * sets e. */
bool explain_query_answer(const char *name, const struct endpoint *ep, const struct buf *body,
	struct err *e);

/* The status was 200, but the body is not an answer of the operation; reason holds why. */
void explain_malformed_body(const char *name, const struct endpoint *ep, const struct err *reason,
	struct err *e);

#endif
