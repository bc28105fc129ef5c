/* The answer to one API request before it is sent. */
#ifndef STANDIN_ANSWER_H
#define STANDIN_ANSWER_H

#include <stdbool.h>

#include "operation.h"
#include "text.h"

/* The strings other than `body` are borrowed; `query_error` (x-amzn-query-error) and `location`
 * are NULL when the answer has no such header. */
struct answer {
	unsigned status;
	const char *content_type, *query_error, *location;
	struct text body;
};

/* Replace the answer by an error: `__type` and the message made by printf from `format`. */
void answer_error(struct answer *answer, unsigned status, const char *type, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Replace the answer by a body as it stands. */
void answer_plain(struct answer *answer, unsigned status, const char *content_type,
	const char *body);

/* Replace the answer by AccessDeniedException in AWS's words. */
void answer_denied(struct answer *answer, const struct operation *operation, const char *partition,
	const char *account_id, const char *user, const char *resource);

#endif
