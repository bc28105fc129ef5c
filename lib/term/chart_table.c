#include "config.h"

#include "term/chart_table.h"

#include "base/num.h"
#include "term/sparkline.h"
#include "term/tty.h"

#include <string.h>

enum {
	LETTER_COLUMNS = 2,
	VALUE_COLUMNS = 6, /* "1000.0": a value of 100 % or more shifts nothing */
	GAP = 2,
	MIN_NAME = 8,    /* in a narrow terminal */
	USUAL_NAME = 16, /* before a tail is added, and before bars grow */
	LONG_NAME = 32,
	MIN_BAR_CELLS = 2,
	USUAL_CELLS = 36,
	MAX_CELLS = 110,
	MAX_SCALE = MAX_CELLS + 1,
	HALF_SCALE_PCT = 50,
	HEAD_SHARE = 3, /* of a text without its middle, a third is of its beginning */
	USUAL_HEAD = 16 /* or this, if that is not more than half */
};

static int min_int(int a, int b) {
	return a < b ? a : b;
}

static int max_int(int a, int b) {
	return a > b ? a : b;
}

static int width_of(const char *text) {
	return tty_width(text, strlen(text));
}

/* --- layout --- */

void chart_layout_measure_heading(struct chart_layout *l, const char *heading) {
	l->names = max_int(l->names, width_of(heading) - LETTER_COLUMNS);
}

/* The bytes of a tail up to its first comma from so many bytes on, or all of it. */
static size_t part_of_tail(const char *tail, size_t from) {
	return from + strcspn(tail + from, ",");
}

static void measure_tail(struct chart_layout *l, const char *tail) {
	size_t n = part_of_tail(tail, 0);
	int width = min_int(tty_width(tail, n), CHART_MAX_TAIL);
	l->short_tails = max_int(l->short_tails, width);
	l->has_tail[width] = true;
	for (; tail[n]; l->has_tail[width] = true) {
		n = part_of_tail(tail, n + 1);
		width = min_int(tty_width(tail, n), CHART_MAX_TAIL);
	}
	l->tails = max_int(l->tails, width);
}

void chart_layout_measure(struct chart_layout *l, const struct chart_row *row) {
	l->names = max_int(l->names, width_of(row->name));
	if (row->kind != CHART_BAR)
		return;
	int cells = (int)(row->point_count < SPARKLINE_MAX_CELLS ? row->point_count
								 : SPARKLINE_MAX_CELLS);
	l->values = max_int(l->values, width_of(row->value));
	measure_tail(l, row->tail);
	if (row->points)
		l->sparklines = max_int(l->sparklines, cells + (l->utf8 ? 0 : GAP));
}

/* Takes up to so many columns of the space that is left. */
static int take(int *space, int columns) {
	int taken = max_int(0, min_int(*space, columns));
	*space -= taken;
	return taken;
}

/* Takes columns and the gap before them: all, or none and *waits. */
static int take_whole(int *space, int columns, bool *waits) {
	if (columns == 0 || *waits)
		return 0;
	*waits = *space < columns + GAP;
	if (*waits)
		return 0;
	*space -= columns + GAP;
	return columns;
}

/* Takes what the tails need, or if that is too much, the columns of the widest part of one that
 * fits, but all tails at least up to their first comma: then *waits. */
static int take_tail(struct chart_layout *l, int *space, bool *waits) {
	int tail = min_int(l->tails, *space - GAP);
	if (tail < l->short_tails || l->tails == 0) {
		*waits = l->tails > 0;
		return 0;
	}
	while (!l->has_tail[tail])
		tail--;
	*waits = tail < l->tails;
	*space -= tail + GAP;
	return tail;
}

void chart_layout_set(struct chart_layout *l) {
	bool waits = false;
	l->values = max_int(l->values, VALUE_COLUMNS);
	int space = l->columns - 1 - LETTER_COLUMNS - 1 - l->values - (int)strlen("%") - GAP;
	int usual_name = min_int(l->names, USUAL_NAME);
	l->name = max_int(min_int(usual_name, space - CHART_MIN_CELLS),
		min_int(usual_name, MIN_NAME));
	space -= l->name;
	l->cells = max_int(min_int(CHART_MIN_CELLS, space), MIN_BAR_CELLS);
	space -= l->cells;
	l->tail = take_tail(l, &space, &waits);
	l->name += take(&space, min_int(l->names, LONG_NAME) - l->name);
	if (!waits)
		l->cells += take(&space, USUAL_CELLS - l->cells);
	l->sparkline = take_whole(&space, l->sparklines, &waits);
	if (!waits)
		l->cells += take(&space, MAX_CELLS - l->cells);
	l->name += take(&space, l->names - l->name);
}

/* --- headings --- */

/* Writes the text so that it ends at the cell, or begins in the first one, unless another one is
 * there or beside it. */
static void place(char *scale, int cells, int cell, const char *text) {
	int length = (int)strlen(text);
	int from = max_int(0, cell - length + 1);
	if (from + length > cells)
		return;
	for (int i = max_int(0, from - 1); i < min_int(cells, from + length + 1); i++)
		if (scale[i] != ' ')
			return;
	memcpy(scale + from, text, (size_t)length);
}

static void place_marks(char *scale, int cells, const struct chart_mark *marks, size_t count,
	bool is_critical) {
	char text[NUM_TEXT_BYTES];
	for (size_t i = 0; i < count; i++)
		if (marks[i].is_critical == is_critical && marks[i].pct >= 0 &&
			marks[i].pct < (double)CHART_FULL_PCT)
			place(scale, cells, chart_cell_of(marks[i].pct, cells),
				num_format_exact(marks[i].pct, text));
}

void chart_add_heading(struct buf *out, const struct chart_layout *l,
	const struct chart_heading *h) {
	char scale[MAX_SCALE + 1];
	int cells = min_int(l->cells, MAX_SCALE);
	memset(scale, ' ', (size_t)cells);
	scale[cells] = '\0';
	place_marks(scale, cells, h->marks, h->mark_count, true);
	place_marks(scale, cells, h->marks, h->mark_count, false);
	place(scale, cells, 0, "0");
	place(scale, cells, cells - 1, "110");
	place(scale, cells, HALF_SCALE_PCT * cells / CHART_FULL_PCT, "50");
	size_t from = out->len;
	chart_add_label(out, h->text, NULL, LETTER_COLUMNS + l->name, l->utf8);
	buf_addf(out, " %*s%*s%s", l->values + (int)strlen("%"), h->value, GAP, "", scale);
	if (l->sparkline > 0)
		buf_addf(out, "%*s%s", GAP, "", h->span);
	while (out->len > from && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

/* --- rows --- */

static void add_letter(struct buf *out, const struct chart_layout *l, const struct chart_row *row) {
	static const char *const badges[] = {[CHART_PLAIN] = "",
		[CHART_RED] = "\033[1;37;41m",
		[CHART_YELLOW] = "\033[30;43m",
		[CHART_CYAN] = "\033[30;46m"};
	bool coloured = l->colour && row->tone != CHART_PLAIN;
	buf_addf(out, "%s%c%s ", coloured ? badges[row->tone] : "", row->letter,
		coloured ? "\033[0m" : "");
}

static void add_value(struct buf *out, const struct chart_layout *l, const struct chart_row *row) {
	bool bold = l->colour && row->tone != CHART_PLAIN;
	int padding = l->values - width_of(row->value);
	buf_addf(out, " %*s%s%s%%%s%*s", max_int(0, padding), "", bold ? "\033[1m" : "", row->value,
		bold ? "\033[0m" : "", GAP, "");
}

static void add_bar(struct buf *out, const struct chart_layout *l, const struct chart_row *row,
	bool padded) {
	static const char *const colours[] = {[CHART_PLAIN] = "",
		[CHART_RED] = "\033[31m",
		[CHART_YELLOW] = "\033[33m",
		[CHART_CYAN] = "\033[36m"};
	const struct chart_bar bar = {.pct = row->pct,
		.cells = l->cells,
		.utf8 = l->utf8,
		.padded = padded,
		.marks = row->marks,
		.mark_count = row->mark_count};
	bool coloured = l->colour && row->tone != CHART_PLAIN;
	buf_adds(out, coloured ? colours[row->tone] : "");
	chart_add_bar(out, &bar);
	buf_adds(out, coloured ? "\033[0m" : "");
}

/* Appends text cut at so many columns. */
static void add_cut(struct buf *out, const struct chart_layout *l, const char *text, int columns) {
	if (width_of(text) <= columns)
		buf_adds(out, text);
	else if (columns >= MIN_BAR_CELLS)
		chart_add_label(out, text, NULL, columns, l->utf8);
}

/* The bytes of the beginning that make sense by themselves: up to a comma or colon, else to a
 * blank, of at most so many. */
static size_t head_of(const char *text, size_t max_bytes) {
	size_t blank = 0;
	for (size_t n = max_bytes; n > 0; n--) {
		if (text[n] != ' ')
			continue;
		if (text[n - 1] == ',' || text[n - 1] == ':')
			return n;
		blank = blank == 0 ? n : blank;
	}
	return blank;
}

/* Appends text of which beginning and end stay, of the two more of the end, both at blanks. */
static void add_without_middle(struct buf *out, const struct chart_layout *l, const char *text,
	int columns) {
	if (width_of(text) <= columns || columns < MIN_BAR_CELLS) {
		add_cut(out, l, text, columns);
		return;
	}
	const int head_columns = max_int(columns / HEAD_SHARE, min_int(columns / 2, USUAL_HEAD));
	size_t head = head_of(text, tty_fitting(text, head_columns));
	const int room = columns - tty_width(text, head) - (int)strlen(" .");
	const char *end = text + strlen(text) - tty_fitting_end(text, room);
	const char *blank = strchr(end, ' ');
	/* A word that is longer than half of it is cut. */
	if (blank && width_of(blank) > room / 2)
		end = blank;
	buf_add(out, text, head);
	buf_addf(out, "%s%s%s", head > 0 ? " " : "", l->utf8 ? "…" : "~", end);
}

/* Up to the last comma that fits. */
static void add_tail(struct buf *out, const struct chart_layout *l, const char *tail) {
	size_t fitting = 0;
	for (size_t n = part_of_tail(tail, 0); tty_width(tail, n) <= l->tail;
		n = part_of_tail(tail, n + 1)) {
		fitting = n;
		if (!tail[n])
			break;
	}
	if (fitting > 0)
		buf_add(out, tail, fitting);
	else
		add_cut(out, l, tail, l->tail);
}

static void add_extras(struct buf *out, const struct chart_layout *l, const struct chart_row *row) {
	bool has_tail = l->tail > 0 && row->tail[0];
	if (l->sparkline > 0) {
		int cells = row->points ? l->sparkline : 0;
		buf_addf(out, "%*s", GAP, "");
		if (row->points)
			sparkline_add(out, row->points, row->point_count, l->utf8);
		buf_addf(out, "%*s", has_tail ? l->sparkline - cells : 0, "");
	}
	if (has_tail) {
		buf_addf(out, "%*s", GAP, "");
		add_tail(out, l, row->tail);
	}
}

void chart_add_row(struct buf *out, const struct chart_layout *l, const struct chart_row *row,
	bool whole) {
	add_letter(out, l, row);
	chart_add_label(out, row->name, row->url, l->name, l->utf8);
	if (row->kind == CHART_BAR) {
		bool has_more = (l->sparkline > 0 && row->points) || (l->tail > 0 && row->tail[0]);
		add_value(out, l, row);
		add_bar(out, l, row, has_more);
		if (has_more)
			add_extras(out, l, row);
	} else {
		int room = l->columns - 1 - LETTER_COLUMNS - l->name - GAP;
		buf_addf(out, "%*s", GAP, "");
		if (whole)
			buf_adds(out, row->tail);
		else if (row->kind == CHART_WORDS_TO_END)
			add_without_middle(out, l, row->tail, room);
		else
			add_cut(out, l, row->tail, room);
	}
	buf_addc(out, '\n');
}
