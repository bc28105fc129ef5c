/* The screen of a terminal: charts, and the verdict last. */
#ifndef REPORT_SCREEN_H
#define REPORT_SCREEN_H

#include "report/words/input.h"
#include "report/words/fit.h"

/* Appends the diagnosis, the line of the context, the charts, with -v the links of what is not OK,
 * the lines of the body, and last the headline, wrapped to the terminal's columns (in->columns).
 * Without -v the rows that are OK are folded into a count, those furthest from their thresholds
 * first, so that all of it fits into the terminal's rows (in->rows) but one for the prompt; the
 * diagnosis is not counted, since it comes before what one reads. Perfdata stand behind the context
 * and behind the headline. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report_screen(const struct report_input *in, const struct report_parts *p, struct buf *out,
	struct err *e);

#endif
