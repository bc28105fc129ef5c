/* Parts of a bar chart: labels of one width, bars of block characters. */
#ifndef TERM_CHART_H
#define TERM_CHART_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The cells of a bar when output is not a terminal; the utilisation of a full bar. */
enum { CHART_CELLS = 25, CHART_FULL_PCT = 110 };

/* A threshold in the bar. */
struct chart_mark {
	double pct;
	bool is_critical;
};

struct chart_bar {
	double pct;
	int cells;   /* at least 2 */
	bool utf8;   /* else ASCII */
	bool padded; /* with blanks, to its cells */
	const struct chart_mark *marks;
	size_t mark_count;
};

/* The cell, counted from 0, in which a percentage from 0 to below CHART_FULL_PCT lies. Steps are
 * rounded to doubles, so that it is the same cell on processors that compute with more digits
 * (x87). */
int chart_cell_of(double pct, int cells);

/* Appends the bar: full cells, then one of an eighth to seven eighths (ASCII: half a cell); a thin
 * line if that leaves nothing. A bar beyond the full width is clipped and ends in a double arrow.
 * Marks replace their cell, inside and beyond the bar. */
void chart_add_bar(struct buf *out, const struct chart_bar *bar);

/* The line between the columns of a row: "▏", in ASCII ":". Borrowed. */
const char *chart_line(bool utf8);

/* Appends text left-aligned in this many columns (at least 2), cut at its end if it is longer.
 * Columns are those of tty_width. url (NULL: none): the text is a link there, by the escape
 * sequence OSC 8 (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda); a URL with
 * anything but visible ASCII characters is not used. */
void chart_add_label(struct buf *out, const char *text, const char *url, int columns, bool utf8);

#endif
