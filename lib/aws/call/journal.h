/* The journal: one line for each HTTP exchange, for the administrator (-vvv). */
#ifndef AWS_JOURNAL_H
#define AWS_JOURNAL_H

#include "aws/http/http.h"
#include "base/buf.h"

/* One exchange. All borrowed. */
struct journal_entry {
	const char *name; /* of the operation or service that is asked, "ListServices" */
	enum http_method method;
	const char *where; /* the endpoint's URL, or the host where there is a path */
	const char *path;  /* NULL, or what may be shown of a path on the host's own network: then
			      nothing is said of a body that was sent, nor of a request id */
	int attempt;       /* from 1 */
	size_t bytes_sent; /* of the body */
};

/* Appends "http: NAME METHOD WHERE attempt N: status ..." and its line end to the journal; nothing
 * where that is NULL. What the answer and the path hold is cleaned, and secrets are taken out. */
void journal_add(struct buf *journal, const struct journal_entry *entry,
	const struct http_response *r);

#endif
