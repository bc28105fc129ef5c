/* The parts of a report, and how they are put together within --max-output: what matters least is
 * left out first, and never half of anything. */
#ifndef REPORT_FIT_H
#define REPORT_FIT_H

#include "judge/judge.h"

/* Where a line of the body lies in its text: what it says, its sparkline, the line end, and the
 * line of its link. Each piece ends where the next begins. */
struct report_line {
	size_t start, sparkline, line_end, link, end;
};

/* A perfdata item, where it lies in items_text. */
struct report_item {
	const struct series_verdict *series; /* borrowed */
	size_t start, end;
	bool is_kept; /* report_fit's */
};

/* Free it with report_parts_free. A part that could not be built makes report_fit fail. */
struct report_parts {
	struct buf headline;   /* the first line, without its perfdata */
	struct buf summary;    /* its perfdata, " | " included */
	struct buf body;       /* whole lines */
	struct buf context;    /* the last line, without its perfdata; empty: there is none */
	struct buf items_text; /* one item after the other */
	struct report_line *lines;
	size_t line_count, line_room;
	struct report_item *items; /* in the order of the names */
	size_t item_count, item_room;
};

void report_parts_init(struct report_parts *p);
void report_parts_free(struct report_parts *p);

/* Makes room for so many lines and items at once, where that is known: growing piece by piece
 * touches the memory of large reports several times. */
void report_parts_expect(struct report_parts *p, size_t lines, size_t items);

/* Note a line that was appended to the body; all lines appended since the last noted one, which
 * have neither sparkline nor link; the item that was appended to items_text from start on. */
void report_parts_add_line(struct report_parts *p, const struct report_line *line);
void report_parts_add_plain_lines(struct report_parts *p);
void report_parts_add_item(struct report_parts *p, const struct series_verdict *series,
	size_t start);

/* Appends the report, with at most max_bytes (at least OUTPUT_BOUND_MIN_BYTES; 0: no bound).
 * Until it fits it leaves out in turn: links, sparklines, the perfdata of OK series, that of the
 * others (the worst stay), lines from the bottom; a line before the last one says what. The first
 * line stays, and its perfdata; only a text that is too long for the bound by itself is shortened.
 * 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report_fit(struct report_parts *p, size_t max_bytes, struct buf *out, struct err *e);

#endif
