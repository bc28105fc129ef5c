/* The journal: one line for each HTTP exchange, for the administrator (-vvv). */
#ifndef AWS_JOURNAL_H
#define AWS_JOURNAL_H

#include "aws/http/http.h"
#include "base/buf.h"

/* One exchange. All borrowed. */
struct journal_entry {
	const char *name; /* the operation or service called, "ListServices" */
	enum http_method method;
	const char *where; /* the endpoint's URL, or only its host if path is given */
	/* NULL, or the part that may be shown of a path on the host's own network. The line then
	 * omits the size of a sent body and the request id. */
	const char *path;
	int attempt;       /* from 1 */
	size_t bytes_sent; /* of the body */
};

/* Appends "http: NAME METHOD WHERE attempt N: status ..." and a line end to the journal; does
 * nothing if it is NULL. Text from the answer and the path is cleaned, and secrets are removed. */
void journal_add(struct buf *journal, const struct journal_entry *entry,
	const struct http_response *r);

#endif
