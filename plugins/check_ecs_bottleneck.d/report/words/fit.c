#include "config.h"

#include "report/words/fit.h"

#include "base/text.h"
#include "report/words/order.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_HEADLINE_BYTES = 100 };

/* --- sizes --- */

/* What of the bound is left. */
struct room {
	const struct output_bound *bound;
	size_t left;
};

static size_t text_size(const struct output_bound *bound, const char *text, size_t n) {
	size_t size = n;
	for (size_t i = 0; bound->is_text && i < n; i++)
		size -= ((unsigned char)text[i] & 0xC0U) == 0x80U;
	return size;
}

static size_t buf_size(const struct output_bound *bound, const struct buf *text) {
	return text_size(bound, buf_str(text), text->len);
}

/* Takes the room for a piece if there is enough. */
static bool take(struct room *r, size_t size) {
	if (size > r->left)
		return false;
	r->left -= size;
	return true;
}

static bool take_text(struct room *r, const struct buf *text, size_t start, size_t end) {
	return take(r, text_size(r->bound, buf_str(text) + start, end - start));
}

/* --- what is left out --- */

struct left_out {
	size_t links, sparklines, items, lines;
	bool summary, headline_end;
};

static bool has_sparkline(const struct report_line *l) {
	return l->end - l->sparkline > strlen("\n");
}

/* Of everything, or of what was not kept. */
static struct left_out count_left_out(const struct report_parts *p, bool everything) {
	struct left_out n = {0};
	for (size_t i = 0; i < p->line_count; i++) {
		const struct report_line *l = &p->lines[i];
		bool line = everything || !l->is_kept;
		n.links += line && l->is_link;
		n.lines += line && !l->is_link;
		n.sparklines += has_sparkline(l) &&
			(everything || (l->is_kept && !l->has_sparkline));
	}
	for (size_t i = 0; i < p->item_count; i++)
		n.items += everything || !p->items[i].is_kept;
	return n;
}

static void add_reason(struct buf *note, bool *first, const char *what) {
	buf_addf(note, "%s%s", *first ? " " : ", ", what);
	*first = false;
}

static void add_count(struct buf *note, bool *first, size_t count, const char *what) {
	if (count == 0)
		return;
	buf_addf(note, "%s%zu %s%s", *first ? " " : ", ", count, what, count == 1 ? "" : "s");
	*first = false;
}

/* Appends "left out to stay within 4096 bytes (--max-output): 3 links, 12 perfdata items". */
static void add_note(const struct output_bound *bound, const struct left_out *n, struct buf *out) {
	bool first = true;
	buf_addf(out, "left out to stay within %zu %s (--max-output):", bound->max,
		bound->is_text ? "characters" : "bytes");
	add_count(out, &first, n->links, "link");
	add_count(out, &first, n->sparklines, "sparkline");
	add_count(out, &first, n->items, "perfdata item");
	add_count(out, &first, n->lines, "line");
	if (n->summary)
		add_reason(out, &first, "the first line's perfdata");
	if (n->headline_end)
		add_reason(out, &first, "the end of the first line");
	buf_addc(out, '\n');
}

static size_t note_size(const struct output_bound *bound, const struct left_out *n) {
	struct buf note;
	buf_init(&note, 1000);
	add_note(bound, n, &note);
	size_t size = note.len;
	buf_free(&note);
	return size;
}

/* --- what is kept --- */

static void keep_all(struct report_parts *p, bool kept) {
	for (size_t i = 0; i < p->line_count; i++)
		p->lines[i].is_kept = p->lines[i].has_sparkline = kept;
	for (size_t i = 0; i < p->item_count; i++)
		p->items[i].is_kept = kept;
}

static void keep_lines(struct report_parts *p, struct room *r) {
	for (size_t i = 0; i < p->line_count; i++) {
		struct report_line *l = &p->lines[i];
		if (l->is_link)
			continue;
		size_t words = text_size(r->bound, buf_str(&p->body) + l->start,
			l->sparkline - l->start);
		if (!take(r, words + strlen("\n")))
			return;
		l->is_kept = true;
	}
}

static int compare_items(const void *x, const void *y) {
	const struct report_item *const *a = x;
	const struct report_item *const *b = y;
	return report_compare_worst((*a)->series, (*b)->series);
}

static int keep_items(struct report_parts *p, struct room *r, struct err *e) {
	struct report_item **list = calloc(p->item_count + 1, sizeof *list);
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < p->item_count; i++)
		list[i] = &p->items[i];
	if (p->item_count > 1)
		qsort(list, p->item_count, sizeof *list, compare_items);
	for (size_t i = 0; i < p->item_count; i++) {
		size_t size = strlen(i == 0 ? " |" : " ") + list[i]->end - list[i]->start;
		if (!r->bound->is_text && !take(r, size))
			break;
		list[i]->is_kept = true;
	}
	free(list);
	return 0;
}

static void keep_sparklines(struct report_parts *p, struct room *r) {
	for (size_t i = 0; i < p->line_count; i++) {
		struct report_line *l = &p->lines[i];
		l->has_sparkline = l->is_kept && has_sparkline(l) &&
			take_text(r, &p->body, l->sparkline, l->end - strlen("\n"));
	}
}

static void keep_links(struct report_parts *p, struct room *r) {
	for (size_t i = 0; i < p->line_count; i++) {
		struct report_line *l = &p->lines[i];
		if (l->is_link)
			l->is_kept = take_text(r, &p->body, l->start, l->end);
	}
}

/* --- the first and the last line --- */

static size_t outer_size(const struct report_parts *p, const struct output_bound *bound) {
	return buf_size(bound, &p->headline) + (bound->is_text ? 0 : p->summary.len) +
		strlen("\n") +
		(p->context.len > 0 ? buf_size(bound, &p->context) + strlen("\n") : 0);
}

static size_t whole_size(const struct report_parts *p, const struct output_bound *bound) {
	size_t items = p->item_count > 0 ? p->items_text.len + p->item_count + strlen("|") : 0;
	return outer_size(p, bound) + buf_size(bound, &p->body) + (bound->is_text ? 0 : items);
}

/* Shortens the first line if even it and the last one do not fit beside the note. Ranges of
 * hundreds of digits can cause this: half of the summary's items would be worse than none. */
static void shorten_headline(struct report_parts *p, const struct output_bound *bound,
	struct left_out *most) {
	if (outer_size(p, bound) + note_size(bound, most) <= bound->max)
		return;
	most->summary = most->headline_end = true;
	size_t needed = outer_size(p, bound) + note_size(bound, most);
	most->summary = !bound->is_text &&
		needed - p->headline.len + MIN_HEADLINE_BYTES > bound->max;
	if (most->summary)
		buf_truncate(&p->summary, 0);
	most->headline_end = outer_size(p, bound) + note_size(bound, most) > bound->max;
	if (!most->headline_end)
		return;
	needed = outer_size(p, bound) + note_size(bound, most) + strlen("...");
	size_t too_many = needed > bound->max ? needed - bound->max : 0;
	size_t left = p->headline.len > too_many ? p->headline.len - too_many : 0;
	buf_truncate(&p->headline, text_fitting(buf_str(&p->headline), left));
	buf_adds(&p->headline, "...");
}

/* --- output --- */

static void add_body(const struct report_parts *p, struct buf *out) {
	const char *text = buf_str(&p->body);
	for (size_t i = 0; i < p->line_count; i++) {
		const struct report_line *l = &p->lines[i];
		if (!l->is_kept)
			continue;
		buf_add(out, text + l->start,
			(l->has_sparkline ? l->end - strlen("\n") : l->sparkline) - l->start);
		buf_addc(out, '\n');
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

void report_replace_brackets(struct buf *text, size_t from) {
	for (size_t i = from; i < text->len; i++)
		if (text->data[i] == '<' || text->data[i] == '>')
			text->data[i] = text->data[i] == '<' ? '(' : ')';
}

static void replace_all_brackets(struct report_parts *p) {
	struct buf *const texts[] = {&p->headline, &p->summary, &p->context, &p->items_text};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		report_replace_brackets(texts[i], 0);
	struct buf before_chart = p->body;
	if (p->drawn_end > p->drawn_start) {
		before_chart.len = p->drawn_start;
		report_replace_brackets(&before_chart, 0);
	}
	report_replace_brackets(&p->body, p->drawn_end);
}

static int choose(struct report_parts *p, const struct output_bound *bound,
	struct left_out *left_out, struct err *e) {
	struct left_out most = count_left_out(p, true);
	shorten_headline(p, bound, &most);
	size_t taken = outer_size(p, bound) + note_size(bound, &most);
	struct room room = {bound, bound->max > taken ? bound->max - taken : 0};
	keep_all(p, false);
	keep_lines(p, &room);
	if (keep_items(p, &room, e))
		return -1;
	keep_sparklines(p, &room);
	keep_links(p, &room);
	*left_out = count_left_out(p, false);
	left_out->summary = most.summary;
	left_out->headline_end = most.headline_end;
	return 0;
}

int report_fit(struct report_parts *p, const struct output_bound *bound, struct buf *out,
	struct err *e) {
	const struct buf *const parts[] = {&p->headline, &p->summary, &p->body, &p->context,
		&p->items_text};
	struct left_out left_out;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		buf_fail_with(out, parts[i]);
	replace_all_brackets(p);
	bool fits = bound->max == 0 || whole_size(p, bound) <= bound->max;
	keep_all(p, true);
	if (!fits && choose(p, bound, &left_out, e))
		return -1;
	/* Reserve once rather than grow piece by piece. */
	if (fits)
		buf_reserve(out, whole_size(p, &(struct output_bound){0}) + strlen("\n"));
	buf_addf(out, "%s%s\n", buf_str(&p->headline), buf_str(&p->summary));
	add_body(p, out);
	if (!fits)
		add_note(bound, &left_out, out);
	if (p->context.len > 0) {
		buf_adds(out, buf_str(&p->context));
		add_items(p, out);
		buf_addc(out, '\n');
	}
	return buf_check(out, "report", e);
}
