/* Which rows of a terminal's charts are shown on a screen of a given height. */
#ifndef REPORT_FOLD_H
#define REPORT_FOLD_H

#include "report/rows.h"

enum fold_form {
	FOLD_SPACED, /* blank lines between sections, and the line that says what is shown */
	FOLD_DENSE,  /* neither */
	FOLD_WORST   /* even so not all that is not OK fits: the worst, and one count of the rest */
};

/* Sets is_kept of each row and kept of each section. rows is the room for the sections, and for the
 * line of the context (its rows) with a blank line behind it. What is not OK is kept. Of the rest
 * first what has no data goes, then bars, those furthest from their thresholds first; a line of its
 * own counts what a section lacks. If not even all that is not OK fits, the worst of it stay, in
 * the order of the first line. rows of 0: everything is kept. 0, or -1 with ERR_MEMORY. */
int fold(struct screen_rows *r, size_t rows, size_t context_rows, enum fold_form *form,
	struct err *e);

/* The rows that what is not OK takes in that form: no fold leaves fewer but FOLD_WORST. Sets
 * is_kept and kept accordingly. */
size_t fold_least_rows(struct screen_rows *r, size_t context_rows, enum fold_form form);

/* The rows that the sections take in that form, the context's included. */
size_t fold_rows(const struct screen_rows *r, size_t context_rows, enum fold_form form);

#endif
