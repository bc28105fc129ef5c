/* Bar charts at a terminal: rows under headings, all in one layout. Whoever fills a row decides
 * what it says; this draws it. */
#ifndef TERM_CHART_TABLE_H
#define TERM_CHART_TABLE_H

#include "term/chart.h"

enum { CHART_MAX_MARKS = 4, CHART_MIN_CELLS = 30, CHART_MAX_TAIL = 44 };

enum chart_kind {
	CHART_BAR,         /* a value and its bar, then a sparkline and the tail as there is room */
	CHART_WORDS,       /* the tail alone, in their place; a long one is cut at its end */
	CHART_WORDS_TO_END /* the same, but cut in the middle: the end says most */
};

/* The colours of a row's letter and bar. The letter has a background of its own, so that it can be
 * read on light and dark terminals. */
enum chart_tone { CHART_PLAIN, CHART_RED, CHART_YELLOW, CHART_CYAN };

/* A row. All pointers are borrowed; texts are clean and in one line. */
struct chart_row {
	enum chart_kind kind;
	enum chart_tone tone;
	char letter; /* of the state; ' ': none */
	const char *name;
	const char *url;   /* the name's link; NULL: none */
	const char *value; /* pct in words, without a percent sign */
	double pct;
	struct chart_mark marks[CHART_MAX_MARKS];
	size_t mark_count;
	const double *points; /* the series, oldest first, NAN: no point; NULL: no sparkline */
	size_t point_count;
	const char *tail; /* "": none; of a bar, what follows a comma may be left out */
};

/* The columns of all rows. Fill in utf8, colour and columns (the terminal's, at least 20); zero the
 * rest. */
struct chart_layout {
	bool utf8, colour;
	int columns;
	/* Set by chart_layout_measure: the widest of each. */
	int names, values, tails, short_tails, sparklines;
	bool has_tail[CHART_MAX_TAIL + 1]; /* that a tail, or one up to a comma, is so wide */
	/* Set by chart_layout_set; 0: left out. */
	int name, cells, sparkline, tail;
};

/* Make room for a heading or a row. */
void chart_layout_measure_heading(struct chart_layout *l, const char *heading);
void chart_layout_measure(struct chart_layout *l, const struct chart_row *row);

/* Divides the columns, of which the last one stays free. Names shrink before bars have fewer than
 * 30 cells; tails (each up to the last comma that fits, if all fit up to their first one) and then
 * sparklines are added where bars keep 30 and 36 cells, and bars wait for them, so that a wider
 * terminal never makes a bar shorter. */
void chart_layout_set(struct chart_layout *l);

/* What stands above rows. All borrowed. */
struct chart_heading {
	const char *text;  /* in the columns of names */
	const char *value; /* what the values are: "peak" */
	const struct chart_mark *marks;
	size_t mark_count;
	const char *span; /* of the sparklines */
};

/* Appends the line above rows: its texts, and the scale with the marks as far as they fit. */
void chart_add_heading(struct buf *out, const struct chart_layout *l,
	const struct chart_heading *h);

/* Appends the row. With whole, words are not cut. */
void chart_add_row(struct buf *out, const struct chart_layout *l, const struct chart_row *row,
	bool whole);

#endif
