/* What the rows of charts are made of: the names of services, and what stands at the end of a bar's
 * row. */
#ifndef REPORT_ROW_PARTS_H
#define REPORT_ROW_PARTS_H

#include "report/words/input.h"

/* Names cleaned, without their common prefix. Free with row_names_free. */
struct row_names {
	struct buf *names; /* one for each service of the samples; empty if the verdict lacks it */
	size_t count;
	size_t prefix; /* bytes */
	size_t first;  /* a service that the verdict has */
};

/* Makes the names of the services in the verdict, on a screen with round brackets for angle ones.
 * Their common prefix ends at a "-" or "_" and is
 * not the whole of a name; a service alone has none. 0, or -1 with ERR_MEMORY. */
int row_names_make(struct row_names *n, const struct report_input *in, struct err *e);
void row_names_free(struct row_names *n);

/* The name without the prefix. Borrowed. */
const char *row_names_get(const struct row_names *n, size_t service);

/* Appends ", of PREFIX..." or nothing. */
void row_names_add_prefix(const struct row_names *n, struct buf *out);

/* Appends for how long the range was breached, in some 40 columns at most: "20 min now, 9 h in
 * all", "90 min, until 12:40Z", "5 min, at 23:00Z", or "20 min in all, until 23:05Z" after several
 * runs; from points too coarse to tell, "7 of 25, last 11:00Z". Of a state that --recover alone
 * keeps "ended 58 min ago, held for 2 h". What follows a comma can be left out. Where a lower bound
 * or an "@" decided, the breaching value stands before it. Nothing if no point breaches. */
void report_add_tail(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

#endif
