/* The rows of a terminal's charts, filled from the verdict and not yet drawn: sections of bars, one
 * for each metric, then the services that are down, then what has no data. */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "report/words/input.h"
#include "report/row_parts.h"
#include "term/chart_table.h"

/* A row, and what decides whether it is shown. */
struct screen_row {
	struct chart_row row;                /* its texts belong to the next three */
	char *name, *value, *tail;           /* NULL: a text of others, or none */
	const struct series_verdict *series; /* borrowed; of a service's row one of its series */
	size_t services;                     /* that the row is about */
	double distance; /* of a row that is OK: percentage points to the nearest
			    threshold, of running tasks to none; INFINITY if there is none */
	bool is_kept;    /* set by fold */
};

struct screen_section {
	char *heading; /* "CPU, of shop-...", "TASKS", "DOWN", "TOO FEW TASKS", "NO DATA" */
	bool is_of_bars;
	enum metric metric;                       /* of bars */
	struct chart_mark marks[CHART_MAX_MARKS]; /* for the scale */
	size_t mark_count;
	/* Highest peak first, of running tasks the lowest share; in the others worst state first.
	 */
	struct screen_row *rows;
	size_t count, kept;
};

enum { SCREEN_MAX_SECTIONS = ALL_METRICS + 3 };

/* Free with screen_rows_free. */
struct screen_rows {
	struct row_names names;
	struct screen_section sections[SCREEN_MAX_SECTIONS];
	size_t section_count;
};

/* Fills the rows of all series; none if every series was lost for one reason, which the first line
 * tells. A service that is down, or without data for one reason, has one row; services that were
 * lost for one reason share one, unless -v is given. 0, or -1 with ERR_MEMORY. */
int screen_rows_make(struct screen_rows *r, const struct report_input *in, struct err *e);
void screen_rows_free(struct screen_rows *r);

#endif
