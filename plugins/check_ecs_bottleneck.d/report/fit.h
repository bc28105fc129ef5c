/* The parts of a report, and how they are fitted into --max-output: the least important is omitted
 * first, and always as a whole. */
#ifndef REPORT_FIT_H
#define REPORT_FIT_H

#include "judge/judge.h"

/* Offsets of a line in the text of the body: its words, its sparkline, its line end and the line of
 * its link. Each piece ends where the next begins. */
struct report_line {
	size_t start, sparkline, line_end, link, end;
};

/* A perfdata item, as offsets into items_text. */
struct report_item {
	const struct series_verdict *series; /* borrowed */
	size_t start, end;
	bool is_kept; /* cleared by report_fit for omitted items */
};

/* Free with report_parts_free. If a part could not be built, report_fit fails. */
struct report_parts {
	struct buf headline;   /* the first line, without its perfdata */
	struct buf summary;    /* its perfdata, including " | " */
	struct buf body;       /* whole lines */
	struct buf context;    /* the last line, without its perfdata; empty: no such line */
	struct buf items_text; /* items one after another */
	struct report_line *lines;
	size_t line_count, line_room;
	struct report_item *items; /* sorted by name */
	size_t item_count, item_room;
};

void report_parts_init(struct report_parts *p);
void report_parts_free(struct report_parts *p);

/* Reserves memory for this many lines and items, where the number is known: growing piece by piece
 * copies large reports several times. */
void report_parts_expect(struct report_parts *p, size_t lines, size_t items);

/* Record what was appended: a line of the body; all lines of the body since the last recorded one,
 * which have neither sparkline nor link; an item in items_text that begins at start. */
void report_parts_add_line(struct report_parts *p, const struct report_line *line);
void report_parts_add_plain_lines(struct report_parts *p);
void report_parts_add_item(struct report_parts *p, const struct series_verdict *series,
	size_t start);

/* Appends the report, at most max_bytes long (at least OUTPUT_BOUND_MIN_BYTES; 0: unlimited). Until
 * it fits, omits in this order: links, sparklines, perfdata of OK series, perfdata of the others
 * (the worst stay), lines from the bottom. A line before the last one says what was omitted. The
 * first line and its perfdata stay, unless they are too long by themselves: then the perfdata is
 * dropped or the line shortened. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report_fit(struct report_parts *p, size_t max_bytes, struct buf *out, struct err *e);

#endif
