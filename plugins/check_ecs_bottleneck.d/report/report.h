/* From the verdict to what is printed, in one buffer: status line, long output and perfdata, or one
 * JSON object. */
#ifndef REPORT_H
#define REPORT_H

#include "report/input.h"

/* Appends the report of a run. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report(const struct report_input *in, struct buf *out, struct err *e);

/* Appends its one line and the lines of the diagnosis, or its object; nothing at all without memory
 * for them. */
void report_failure(const struct report_failure *f, struct buf *out);

/* Writes a whole result, line end included, for where no other can be made any more: it needs no
 * memory. message is clean; of one that is too long the beginning counts. */
void report_last_words(enum report_format format, enum state state, const char *message,
	char out[static REPORT_LAST_WORDS_BYTES]);

#endif
