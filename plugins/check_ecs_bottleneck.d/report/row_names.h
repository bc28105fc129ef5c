/* The names of services as the rows of charts show them: cleaned, without their common prefix. */
#ifndef REPORT_ROW_NAMES_H
#define REPORT_ROW_NAMES_H

#include "report/input.h"

/* Free with row_names_free. */
struct row_names {
	struct buf *names; /* one for each service of the samples; empty if the verdict lacks it */
	size_t count;
	size_t prefix; /* bytes */
	size_t first;  /* a service that the verdict has */
};

/* Makes the names of the services in the verdict. Their common prefix ends at a "-" or "_" and is
 * not the whole of a name; a service alone has none. 0, or -1 with ERR_MEMORY. */
int row_names_make(struct row_names *n, const struct report_input *in, struct err *e);
void row_names_free(struct row_names *n);

/* The name without the prefix. Borrowed. */
const char *row_names_get(const struct row_names *n, size_t service);

/* Appends ", of PREFIX..." or nothing. */
void row_names_add_prefix(const struct row_names *n, struct buf *out);

#endif
