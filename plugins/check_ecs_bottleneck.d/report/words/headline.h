/* The first line of a report: the worst finding in a few words. */
#ifndef REPORT_WORDS_HEADLINE_H
#define REPORT_WORDS_HEADLINE_H

#include "report/words/input.h"
#include "report/words/order.h"

/* Appends what follows the prefix, without perfdata and line end. Lists of services are as long as
 * the line has columns, but for one long name; messages are whole. 0, or -1 with ERR_MEMORY. */
int report_add_headline(const struct report_input *in, struct buf *out, struct err *e);

/* Whether the first line is a message that the long output has as well: a failure, the end of the
 * run, or a pattern without a match. */
bool report_is_message(const struct report_input *in);

/* Shortens a first line, whose prefix ends at from, to its columns: the names in the prefix, then
 * the words behind it unless they list services, which fit already. Returns whether words are
 * missing. */
bool report_shorten_headline(const struct report_input *in, size_t from, struct buf *line);

#endif
