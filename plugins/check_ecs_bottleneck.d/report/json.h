/* The report as one JSON object (--output-format=json); contrib/check_ecs_bottleneck.schema.json
 * describes it. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report/input.h"

/* Append the object and a line end. summary is the first line of the text output without perfdata;
 * errors are lines, one for each thing that concerns the run as a whole. Of more than 500,000
 * values of all series together (contract 1.7) none is written, and an error says so. 0, or -1 with
 * ERR_MEMORY or ERR_LIMIT; then out holds a part. */
int report_json(const struct report_input *in, const char *summary, const char *errors,
	struct buf *out, struct err *e);

/* The same of a run that ended early; nothing at all without memory for it. */
void report_json_failure(const struct report_failure *f, const char *summary, struct buf *out);

/* The object for where no other can be made any more; see report_last_words. */
void report_json_last_words(enum state state, const char *message,
	char out[static REPORT_LAST_WORDS_BYTES]);

#endif
