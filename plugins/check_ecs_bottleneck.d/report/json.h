/* The report as one JSON object (--output-format=json). contrib/check_ecs_bottleneck.schema.json
 * describes it. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/json_write.h"
#include "report/words/input.h"

/* The members with which the objects of all kinds of runs begin. */
struct report_json_head {
	enum state state;
	const char *kind; /* of a job other than a check; NULL: a check */
	const char *summary, *cluster, *region, *account;
	const struct window *window; /* what was looked at; NULL: unknown, like the next two */
	const struct samples *samples;
	const struct rules *rules;
};

/* Writes a member with text from outside, cleaned and shortened; null if nothing of it is left. */
void report_json_text(struct json_writer *w, const char *name, const char *text, size_t max_chars);

/* Begins an object and writes them; text is cleaned. */
void report_json_begin(struct json_writer *w, const struct report_json_head *h);

/* Writes the last members, whole lines of the diagnosis among them, ends the object and appends a
 * line end. f: NULL for a run that came to its report. */
void report_json_end(struct json_writer *w, const char *diagnosis, const struct report_failure *f);

/* Appends the object and a line end. summary is the first line of the text output without perfdata;
 * errors has one line for each thing that concerns the run as a whole. If all series together have
 * more than 500,000 values (contract 1.7), none is written, and an error says so. 0, or -1 with
 * ERR_MEMORY or ERR_LIMIT; out is incomplete then. */
int report_json(const struct report_input *in, const char *summary, const char *errors,
	struct buf *out, struct err *e);

/* The same for a run that ended early. Appends nothing if memory runs out. */
void report_json_failure(const struct report_failure *f, const char *summary, struct buf *out);

/* The object for when no other can be built; see report_last_words. */
void report_json_last_words(const char *kind, enum state state, const char *message,
	char out[static REPORT_LAST_WORDS_BYTES]);

#endif
