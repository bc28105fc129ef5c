/* The input of a report. */
#ifndef REPORT_WORDS_INPUT_H
#define REPORT_WORDS_INPUT_H

#include "judge/advisor.h"
#include "judge/judge.h"
#include "model/detail.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/style.h"
#include "model/target.h"

#include <stdbool.h>
#include <stddef.h>

/* The maximum length of a report, and the rows of a terminal that does not tell them. */
enum { REPORT_MAX_BYTES = 64 * 1024 * 1024, REPORT_USUAL_ROWS = 24 };

/* Everything that the report of a run covers. All borrowed. */
struct report_input {
	const struct rules *rules;
	const struct style *style;
	const struct target *target;
	const struct samples *samples;
	const struct verdict *verdict;
	const struct detail *detail; /* what the closer look brought; NULL: none */
	const char *diagnosis;       /* whole lines for -vv and -vvv; "" otherwise */
	bool to_terminal;
	bool utf8;     /* block characters are allowed */
	bool chart;    /* charts in place of the lines of series */
	bool colour;   /* in the charts */
	bool links;    /* the names in the charts are links (OSC 8) */
	int columns;   /* the terminal's, for the charts; 0: the format for files and pipes */
	int rows;      /* the terminal's; 0: unknown */
	bool is_brief; /* for a row of a screen: words/brief.h */
	const struct advisor *advisor; /* NULL, or without items: --advise was not given */
};

/* A run that ended before its services were known. All borrowed. */
struct report_failure {
	enum state state;
	const char *cluster, *region, *account; /* NULL or "": unknown */
	const struct style *style;              /* only its format and limit are used */
	const char *kind;                       /* of a job other than a check; NULL: a check */
	const struct rules *rules;              /* NULL: the options are invalid */
	const char *message;
	const char *code;      /* a word for scripts: "usage", "cluster_not_named"; NULL: none */
	const char *diagnosis; /* whole lines */
	/* Where a cluster has to be named: the account's, cleaned. */
	const char *const *clusters;
	size_t cluster_count;
	bool to_terminal;
	bool is_bad_input; /* options, environment or files are wrong, or a program reads it: one
			      whole line */
};

/* Sizes of a result built without allocating memory, and of its message, which JSON contains
 * twice. */
enum { REPORT_LAST_WORDS_BYTES = 2048, REPORT_LAST_MESSAGE_BYTES = 640 };

#endif
