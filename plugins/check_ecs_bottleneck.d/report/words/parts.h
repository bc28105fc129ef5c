/* The parts of a report, before they are put together. */
#ifndef REPORT_WORDS_PARTS_H
#define REPORT_WORDS_PARTS_H

#include "judge/judge.h"

/* Offsets of a line in the text of the body: its words, its sparkline, and what follows the line's
 * end. */
struct report_line {
	size_t start, sparkline, end;
	bool is_link;                /* a link to a graph: the first to be omitted */
	bool is_kept, has_sparkline; /* set by report_fit */
};

/* A perfdata item, as offsets into items_text. */
struct report_item {
	const struct series_verdict *series; /* borrowed */
	size_t start, end;
	bool is_kept; /* set by report_fit */
};

/* Free with report_parts_free. If a part could not be built, report_fit fails. */
struct report_parts {
	struct buf headline;   /* the first line, without its perfdata */
	struct buf whole;      /* its words whole, as a line; empty unless no other line has them */
	struct buf summary;    /* its perfdata, including " | "; may be empty */
	struct buf body;       /* whole lines, the most important first */
	struct buf context;    /* the last line, without its perfdata; empty: no such line */
	struct buf items_text; /* items one after another */
	struct report_line *lines;
	size_t line_count, line_room;
	struct report_item *items; /* sorted by name */
	size_t item_count, item_room;
	size_t drawn_start,
		drawn_end; /* what of the body is a chart: '<' and '>' are marks there */
};

void report_parts_init(struct report_parts *p);
void report_parts_free(struct report_parts *p);

/* Reserves memory for this many lines and items, where the number is known: growing piece by piece
 * copies large reports several times. */
void report_parts_expect(struct report_parts *p, size_t lines, size_t items);

/* Record what was appended: a line of the body; all lines of the body since the last recorded one,
 * which have no sparkline; the same, and they are links; an item in items_text that begins at
 * start. */
void report_parts_add_line(struct report_parts *p, const struct report_line *line);
void report_parts_add_plain_lines(struct report_parts *p);
void report_parts_add_links(struct report_parts *p);
void report_parts_add_item(struct report_parts *p, const struct series_verdict *series,
	size_t start);

/* Shortens the line to so many columns (those of tty_width) if it has more: at a blank, with "..."
 * behind it. At least 24 columns behind from stay, within a word if need be. Returns whether it was
 * too long. */
bool report_shorten_line(struct buf *line, size_t from, int columns);

#endif
