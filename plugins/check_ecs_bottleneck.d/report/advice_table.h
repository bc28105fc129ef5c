/* Which task size would do, as a table for a terminal. */
#ifndef REPORT_ADVICE_TABLE_H
#define REPORT_ADVICE_TABLE_H

#include "report/words/input.h"

/* Appends a heading, a row for each service that should have another size (with -v, or if only
 * services with problems are advised, those that keep theirs as well), and what else is to be said,
 * in the terminal's columns. What there is no room for is left out from the right, notes first.
 * Nothing without --advise. 0, or -1 with ERR_MEMORY. */
int report_add_advice_table(const struct report_input *in, struct buf *out, struct err *e);

#endif
