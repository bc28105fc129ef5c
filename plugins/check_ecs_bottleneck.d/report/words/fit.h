/* Puts the parts of a report together within --max-output: the least important is omitted first,
 * and always as a whole. */
#ifndef REPORT_WORDS_FIT_H
#define REPORT_WORDS_FIT_H

#include "harness/output_bound.h"
#include "report/words/parts.h"

/* Appends the report within the bound. If not all of it fits, room is given in this order, until
 * the next piece does not fit: to lines from the top; to perfdata items, the worst first
 * (report_compare_worst); then to each sparkline and each link, from the top, that still fits.
 * Items are printed by name. A line before the last one says what was omitted. The first line and
 * its perfdata stay, unless they are too long by themselves: then the perfdata is dropped or the
 * line shortened. A bound on text leaves all perfdata. '<' and '>' become '(' and ')', but for
 * charts: one word like a tag makes Icinga Web take the whole output for HTML. 0, or -1 with
 * ERR_MEMORY or ERR_LIMIT. */
int report_fit(struct report_parts *p, const struct output_bound *bound, struct buf *out,
	struct err *e);

/* Replaces '<' and '>' in text from this offset on. */
void report_replace_brackets(struct buf *text, size_t from);

#endif
