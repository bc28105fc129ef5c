/* What a report is made of. */
#ifndef REPORT_INPUT_H
#define REPORT_INPUT_H

#include "judge/judge.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/style.h"
#include "model/target.h"

#include <stdbool.h>
#include <stddef.h>

/* Of a report as a whole. */
enum { REPORT_MAX_BYTES = 64 * 1024 * 1024 };

/* Everything that the report of a run tells of. All borrowed. */
struct report_input {
	const struct rules *rules;
	const struct style *style;
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

/* A run that ended before it knew its services. All borrowed. */
struct report_failure {
	enum state state;
	const char *cluster, *region, *account; /* NULL or "": not known */
	const struct style *style;              /* its format and bound count */
	const struct rules *rules;              /* NULL: the options were not understood */
	const char *message;
	const char *diagnosis; /* whole lines */
};

/* Bytes of a result without memory, and of the message in it, which JSON holds twice. */
enum { REPORT_LAST_WORDS_BYTES = 2048, REPORT_LAST_MESSAGE_BYTES = 640 };

#endif
