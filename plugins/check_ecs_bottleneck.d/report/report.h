/* Turns the verdict into output, in one buffer: status line, long output and perfdata, or one JSON
 * object. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/words/input.h"

/* Appends the report of a run. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report(const struct report_input *in, struct buf *out, struct err *e);

/* Appends the status line and the lines of the diagnosis, or the JSON object; nothing if memory
 * runs out. */
void report_failure(const struct report_failure *f, struct buf *out);

/* Writes a complete result, line end included, without allocating memory: for when no other can be
 * built. kind: as in struct report_failure. message must be clean; one that is too long is
 * truncated. */
void report_last_words(enum report_format format, const char *kind, enum state state,
	const char *message, char out[static REPORT_LAST_WORDS_BYTES]);

#endif
