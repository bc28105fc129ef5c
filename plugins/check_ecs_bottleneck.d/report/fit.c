#include "config.h"

#include "report/fit.h"

#include "base/text.h"
#include "report/input.h"
#include "report/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NOTE_BYTES = 200, MIN_HEADLINE_BYTES = 100 };
enum { USUAL_LINE_BYTES = 700 /* including its link */, USUAL_ITEM_BYTES = 60 };

/* --- the parts --- */

void report_parts_init(struct report_parts *p) {
	*p = (struct report_parts){0};
	struct buf *const texts[] = {&p->headline, &p->summary, &p->body, &p->context,
		&p->items_text};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		buf_init(texts[i], REPORT_MAX_BYTES);
}

void report_parts_free(struct report_parts *p) {
	buf_free(&p->headline);
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

void report_parts_add_plain_lines(struct report_parts *p) {
	size_t start = p->line_count > 0 ? p->lines[p->line_count - 1].end : 0;
	if (p->body.len > start && p->body.data[p->body.len - 1] != '\n')
		buf_addc(&p->body, '\n');
	while (start < p->body.len && !p->body.failed) {
		size_t end = start + strcspn(buf_str(&p->body) + start, "\n");
		struct report_line line = {start, end, end, end + 1, end + 1};
		report_parts_add_line(p, &line);
		start = end + 1;
	}
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
		.end = p->items_text.len,
		.is_kept = true};
}

/* --- sizes --- */

/* What is printed of the parts. Items have a flag of their own. */
struct selection {
	bool links, sparklines;
	size_t lines;
};

static size_t line_bytes(const struct report_line *l, const struct selection *s) {
	return l->sparkline - l->start + (s->sparklines ? l->line_end - l->sparkline : 0) +
		l->link - l->line_end + (s->links ? l->end - l->link : 0);
}

static size_t body_bytes(const struct report_parts *p, const struct selection *s) {
	size_t bytes = 0;
	for (size_t i = 0; i < s->lines; i++)
		bytes += line_bytes(&p->lines[i], s);
	return bytes;
}

static size_t item_bytes(const struct report_item *item) {
	return strlen(" ") + item->end - item->start;
}

static size_t items_bytes(const struct report_parts *p) {
	size_t bytes = 0;
	for (size_t i = 0; i < p->item_count; i++)
		bytes += p->items[i].is_kept ? item_bytes(&p->items[i]) : 0;
	return bytes > 0 ? bytes + strlen("|") : 0;
}

/* --- leaving out --- */

static void keep_problem_items(struct report_parts *p) {
	for (size_t i = 0; i < p->item_count; i++)
		p->items[i].is_kept = p->items[i].series->state != STATE_OK;
}

static int compare_items(const void *x, const void *y) {
	const struct report_item *const *a = x;
	const struct report_item *const *b = y;
	return report_compare_worst((*a)->series, (*b)->series);
}

/* Keeps the worst of the kept items, as many as fit into room bytes. */
static int keep_worst_items(struct report_parts *p, size_t room, struct err *e) {
	struct report_item **list = calloc(p->item_count + 1, sizeof *list);
	size_t count = 0;
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < p->item_count; i++)
		if (p->items[i].is_kept)
			list[count++] = &p->items[i];
	if (count > 1)
		qsort(list, count, sizeof *list, compare_items);
	size_t used = strlen("|");
	size_t kept = 0;
	while (kept < count && used + item_bytes(list[kept]) <= room)
		used += item_bytes(list[kept++]);
	while (kept < count)
		list[kept++]->is_kept = false;
	free(list);
	return 0;
}

static void keep_first_lines(const struct report_parts *p, size_t room, struct selection *s) {
	size_t used = 0;
	size_t kept = 0;
	while (kept < s->lines && used + line_bytes(&p->lines[kept], s) <= room)
		used += line_bytes(&p->lines[kept++], s);
	s->lines = kept;
}

/* Omits parts until body and items fit into room bytes, in the order documented in the man page. */
static int leave_out(struct report_parts *p, size_t room, struct selection *s, struct err *e) {
	s->links = false;
	if (body_bytes(p, s) + items_bytes(p) <= room)
		return 0;
	s->sparklines = false;
	if (body_bytes(p, s) + items_bytes(p) <= room)
		return 0;
	keep_problem_items(p);
	size_t body = body_bytes(p, s);
	if (body + items_bytes(p) <= room)
		return 0;
	if (keep_worst_items(p, room > body ? room - body : 0, e))
		return -1;
	keep_first_lines(p, room, s);
	return 0;
}

/* --- output --- */

static void add_reason(struct buf *note, bool *first, size_t count, const char *what) {
	if (count == 0)
		return;
	buf_addf(note, "%s%s", *first ? " " : ", ", what);
	if (count > 1)
		buf_addc(note, 's');
	*first = false;
}

static void add_counted_reason(struct buf *note, bool *first, size_t count, const char *what) {
	char counted[60];
	(void)snprintf(counted, sizeof counted, "%zu %s", count, what);
	add_reason(note, first, count, counted);
}

/* Appends "left out to stay within 4096 bytes (--max-output): links, 12 perfdata items". */
static void add_note(const struct report_parts *p, const struct selection *s, size_t max_bytes,
	struct buf *out) {
	size_t links = 0;
	size_t sparklines = 0;
	size_t items = 0;
	bool first = true;
	for (size_t i = 0; i < p->line_count; i++) {
		links += !s->links && p->lines[i].end > p->lines[i].link;
		sparklines += !s->sparklines && p->lines[i].line_end > p->lines[i].sparkline;
	}
	for (size_t i = 0; i < p->item_count; i++)
		items += !p->items[i].is_kept;
	buf_addf(out, "left out to stay within %zu bytes (--max-output):", max_bytes);
	add_reason(out, &first, links, "link");
	add_reason(out, &first, sparklines, "sparkline");
	add_counted_reason(out, &first, items, "perfdata item");
	add_counted_reason(out, &first, p->line_count - s->lines, "line");
	if (first)
		buf_adds(out, " the end of the first line");
	buf_addc(out, '\n');
}

static void add_body(const struct report_parts *p, const struct selection *s, struct buf *out) {
	const char *text = buf_str(&p->body);
	for (size_t i = 0; i < s->lines; i++) {
		const struct report_line *l = &p->lines[i];
		buf_add(out, text + l->start,
			(s->sparklines ? l->line_end : l->sparkline) - l->start);
		buf_add(out, text + l->line_end, (s->links ? l->end : l->link) - l->line_end);
	}
}

static void add_items(const struct report_parts *p, struct buf *out) {
	bool first = true;
	for (size_t i = 0; i < p->item_count; i++) {
		const struct report_item *item = &p->items[i];
		if (!item->is_kept)
			continue;
		buf_adds(out, first ? " |" : " ");
		buf_add(out, buf_str(&p->items_text) + item->start, item->end - item->start);
		first = false;
	}
}

static size_t outer_bytes(const struct report_parts *p) {
	return p->headline.len + p->summary.len + strlen("\n") +
		(p->context.len > 0 ? p->context.len + strlen("\n") : 0);
}

/* Shortens the headline if even the first and the last line do not fit beside the note. */
static void shorten_headline(struct report_parts *p, size_t max_bytes) {
	size_t needed = outer_bytes(p) + MAX_NOTE_BYTES;
	if (needed <= max_bytes)
		return;
	/* Ranges of hundreds of digits can cause this. Half of the summary's items would be worse
	 * than none. */
	if (needed - p->headline.len + MIN_HEADLINE_BYTES > max_bytes) {
		needed -= p->summary.len;
		buf_truncate(&p->summary, 0);
	}
	if (needed <= max_bytes)
		return;
	size_t too_many = needed - max_bytes + strlen("...");
	size_t left = p->headline.len > too_many ? p->headline.len - too_many : 0;
	buf_truncate(&p->headline, text_fitting(buf_str(&p->headline), left));
	buf_adds(&p->headline, "...");
}

int report_fit(struct report_parts *p, size_t max_bytes, struct buf *out, struct err *e) {
	struct selection s = {.links = true, .sparklines = true, .lines = p->line_count};
	const struct buf *const parts[] = {&p->headline, &p->summary, &p->body, &p->context,
		&p->items_text};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		buf_fail_with(out, parts[i]);
	bool fits = max_bytes == 0 ||
		outer_bytes(p) + body_bytes(p, &s) + items_bytes(p) <= max_bytes;
	if (!fits) {
		shorten_headline(p, max_bytes);
		if (leave_out(p, max_bytes - outer_bytes(p) - MAX_NOTE_BYTES, &s, e))
			return -1;
	}
	/* Reserve once rather than grow piece by piece. */
	buf_reserve(out, outer_bytes(p) + body_bytes(p, &s) + items_bytes(p) + MAX_NOTE_BYTES);
	buf_addf(out, "%s%s\n", buf_str(&p->headline), buf_str(&p->summary));
	add_body(p, &s, out);
	if (!fits)
		add_note(p, &s, max_bytes, out);
	if (p->context.len > 0) {
		buf_adds(out, buf_str(&p->context));
		add_items(p, out);
		buf_addc(out, '\n');
	}
	return buf_check(out, "report", e);
}
