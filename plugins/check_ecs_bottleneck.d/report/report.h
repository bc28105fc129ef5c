/* From the verdict to what is printed, in one buffer: status line, long output and perfdata, or one
 * JSON object. */
#ifndef REPORT_H
#define REPORT_H

#include "harness/process.h"
#include "judge/judge.h"
#include "collect/find_cluster.h"

/* Everything a report tells of. All borrowed. */
struct report_input {
	const struct config *config;
	const struct target *target;
	const struct samples *samples;
	const struct verdict *verdict;
	const char *diagnosis; /* whole lines for -vv and -vvv; "" otherwise */
	bool to_terminal;
	bool utf8;   /* block characters may be used */
	bool chart;  /* in place of the lines of series */
	bool colour; /* in it */
	int columns; /* the terminal's, for the chart; 0: the form for files and pipes */
};

/* Appends the report of a run. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report(const struct report_input *in, struct buf *out, struct err *e);

/* A run that ended before it knew its services. All borrowed. */
struct report_failure {
	enum report_format format;
	enum state state;
	const char *cluster, *region, *account; /* NULL or "": not known */
	const struct config *config;            /* NULL: the options were not understood */
	const char *message;
	const char *diagnosis;   /* whole lines */
	size_t max_output_bytes; /* 0: none */
};

/* Appends its one line and the lines of the diagnosis, or its object; nothing at all without memory
 * for them. */
void report_failure(const struct report_failure *f, struct buf *out);

/* Of the message below; JSON holds it twice. */
enum { REPORT_LAST_MESSAGE_BYTES = 640 };

/* Writes a whole result, line end included, for where no other can be made any more: it needs no
 * memory. message is clean; of one that is too long the beginning counts. */
void report_last_words(enum report_format format, enum state state, const char *message,
	struct process_end *out);

enum { REPORT_MOST_BYTES = 64 * 1024 * 1024 };

#endif
