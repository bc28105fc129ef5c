/* The answer to one API request before it is sent. */
#ifndef STANDIN_ANSWER_H
#define STANDIN_ANSWER_H

#include <stdbool.h>

#include "dice.h"
#include "identity.h"
#include "operation.h"
#include "text.h"

/* `protocol` decides the form of errors. The strings other than `body` are borrowed; `query_error`
 * (x-amzn-query-error), `error_type` (x-amzn-errortype), `location` and `encoding`
 * (Content-Encoding) are NULL when the answer has no such header. */
struct answer {
	enum protocol protocol;
	char request_id[UUID_SIZE];
	unsigned status;
	const char *content_type, *query_error, *error_type, *location, *encoding;
	struct text body;
};

/* Replace the answer by an error in the form of its protocol: the type, a constant spelled as in
 * awsJson, and the message made by printf from `format`. The query protocol spells the types that
 * all services share in its own way and gives them other statuses. */
void answer_error(struct answer *answer, unsigned status, const char *type, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for an error of STS itself, whose code goes out as it stands. */
void answer_query_error(struct answer *answer, unsigned status, const char *code,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for an error of SSO-OIDC: `type` is the name of the exception, `code` the one of OAuth.
 */
void answer_oauth_error(struct answer *answer, unsigned status, const char *type, const char *code,
	const char *description);

/* Replace the answer by a body as it stands. */
void answer_plain(struct answer *answer, unsigned status, const char *content_type,
	const char *body);

/* Replace the answer by AccessDeniedException in AWS's words, about the ARNs of the key's owner and
 * of what it is wanted for. */
void answer_denied(struct answer *answer, const struct operation *operation, const struct key *key,
	const char *resource);

#endif
