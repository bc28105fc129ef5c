/* States over time as one line of marks, and a scale of dates above it. */
#ifndef TERM_STRIP_H
#define TERM_STRIP_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a mark stands for, from the least to the worst. A blank one is left empty. */
enum strip_mark { STRIP_QUIET, STRIP_BLANK, STRIP_GAP, STRIP_LOW, STRIP_HIGH };

struct strip {
	size_t cells; /* at least 1 */
	bool utf8, colour;
};

/* Appends the cells; each has the worst of its share of the n marks (at least as many as cells). A
 * middle dot, "?", a half and a full block; ASCII: ".", "?", "w", "C". */
void strip_add(struct buf *out, const struct strip *s, const enum strip_mark *marks, size_t n);

/* Appends what the marks mean: ". quiet  w low  C high  ? gap", with these words,
 * by mark; there is none for a blank. */
void strip_add_legend(struct buf *out, const struct strip *s, const char *const words[5]);

/* Appends dates ("13 Nov", UTC) above cells that cover the time from start_s to end_s, or times
 * ("06:00Z") if that is less than four days: each stands where its cell is. As many columns as
 * cells. */
void strip_add_dates(struct buf *out, const struct strip *s, int64_t start_s, int64_t end_s);

#endif
