#include "config.h"

#include "report/words/parts.h"

#include "report/words/input.h"
#include "term/tty.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL_LINE_BYTES = 350, USUAL_ITEM_BYTES = 60, MIN_TEXT_COLUMNS = 24 };

void report_parts_init(struct report_parts *p) {
	*p = (struct report_parts){0};
	struct buf *const texts[] = {&p->headline, &p->whole, &p->summary, &p->body, &p->context,
		&p->items_text};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		buf_init(texts[i], REPORT_MAX_BYTES);
}

void report_parts_free(struct report_parts *p) {
	buf_free(&p->headline);
	buf_free(&p->whole);
	buf_free(&p->summary);
	buf_free(&p->body);
	buf_free(&p->context);
	buf_free(&p->items_text);
	free(p->lines);
	free(p->items);
	*p = (struct report_parts){0};
}

/* Ensures capacity for one more element. Returns the list, which may have moved; or NULL if memory
 * runs out, and marks text, which the list is about, as failed. */
static void *grow_list(void *list, size_t count, size_t *room, size_t element_bytes,
	struct buf *text) {
	if (count < *room)
		return list;
	size_t more = *room ? 2 * *room : 64;
	void *moved = realloc(list, more * element_bytes);
	if (moved)
		*room = more;
	else
		text->failed = true;
	return moved;
}

/* Reserves at most half of what the buffer may still hold; it grows later if it has to. */
static void reserve_bytes(struct buf *text, size_t count, size_t bytes_each) {
	size_t most = (text->max - text->len) / 2;
	size_t bytes = count < most / bytes_each ? count * bytes_each : most;
	buf_reserve(text, bytes);
}

void report_parts_expect(struct report_parts *p, size_t lines, size_t items) {
	reserve_bytes(&p->body, lines, USUAL_LINE_BYTES);
	reserve_bytes(&p->items_text, items, USUAL_ITEM_BYTES);
}

void report_parts_add_line(struct report_parts *p, const struct report_line *line) {
	struct report_line *lines = grow_list(p->lines, p->line_count, &p->line_room, sizeof *lines,
		&p->body);
	if (!lines)
		return;
	p->lines = lines;
	p->lines[p->line_count++] = *line;
}

/* Records the lines of the body since the last recorded one. */
static void add_lines(struct report_parts *p, bool are_links) {
	size_t start = p->line_count > 0 ? p->lines[p->line_count - 1].end : 0;
	if (p->body.len > start && p->body.data[p->body.len - 1] != '\n')
		buf_addc(&p->body, '\n');
	while (start < p->body.len && !p->body.failed) {
		size_t end = start + strcspn(buf_str(&p->body) + start, "\n");
		struct report_line line = {.start = start,
			.sparkline = end,
			.end = end + 1,
			.is_link = are_links};
		report_parts_add_line(p, &line);
		start = end + 1;
	}
}

void report_parts_add_plain_lines(struct report_parts *p) {
	add_lines(p, false);
}

void report_parts_add_links(struct report_parts *p) {
	add_lines(p, true);
}

void report_parts_add_item(struct report_parts *p, const struct series_verdict *series,
	size_t start) {
	struct report_item *items = grow_list(p->items, p->item_count, &p->item_room, sizeof *items,
		&p->items_text);
	if (!items)
		return;
	p->items = items;
	p->items[p->item_count++] = (struct report_item){.series = series,
		.start = start,
		.end = p->items_text.len};
}

bool report_shorten_line(struct buf *line, size_t from, int columns) {
	static const char dots[] = "...";
	const char *text = buf_str(line);
	int before = tty_width(text, from);
	int max = columns > before + MIN_TEXT_COLUMNS ? columns : before + MIN_TEXT_COLUMNS;
	if (tty_width(text, line->len) <= max)
		return false;
	size_t end = tty_fitting(text, max - (int)strlen(dots));
	size_t blank = end;
	while (blank > from && text[blank - 1] != ' ')
		blank--;
	buf_truncate(line, blank > from ? blank : end);
	buf_adds(line, dots);
	return true;
}
