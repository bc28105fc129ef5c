/* Which task size would do, as a table for a terminal. */
#ifndef REPORT_ADVICE_TABLE_H
#define REPORT_ADVICE_TABLE_H

#include "report/words/input.h"

/* Appends a heading, a row for each service that should have another size (with -v, or if only
 * services with problems are advised, those that keep theirs as well), those with problems first,
 * and what else is to be said, in the terminal's columns. What there is no room for in them is left
 * out from the right, notes first. If all takes more than so many rows, the rows of problems stay
 * as far as they fit, then what else is to be said, then the other rows; a line counts what is left
 * out, and is there whatever rows is. Nothing without --advise. 0, or -1 with ERR_MEMORY. */
int report_add_advice_table(const struct report_input *in, size_t rows, struct buf *out,
	struct err *e);

#endif
