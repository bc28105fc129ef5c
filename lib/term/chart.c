#include "config.h"

#include "term/chart.h"

#include "base/text.h"
#include "term/tty.h"

#include <string.h>

enum { EIGHTHS = 8 };

const char *chart_line(bool utf8) {
	return utf8 ? "▏" : ":";
}

int chart_cell_of(double pct, int cells) {
	double at = pct * (double)cells / (double)CHART_FULL_PCT;
	return (int)at;
}

/* The mark in a cell, the critical one of two; NULL: none. */
static const char *mark_at(const struct chart_bar *bar, int cell) {
	const char *found = NULL;
	for (size_t i = 0; i < bar->mark_count; i++) {
		const struct chart_mark *m = &bar->marks[i];
		if (m->pct < 0 || m->pct >= (double)CHART_FULL_PCT ||
			chart_cell_of(m->pct, bar->cells) != cell)
			continue;
		if (m->is_critical)
			return bar->utf8 ? "┃" : "!";
		found = bar->utf8 ? "╎" : ";";
	}
	return found;
}

static const char *block_character(const struct chart_bar *bar, int eighths) {
	static const char *const blocks[] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
	if (bar->utf8)
		return blocks[eighths - 1];
	return eighths == EIGHTHS ? "#" : eighths >= EIGHTHS / 2 ? "=" : "-";
}

static bool is_before_mark(const struct chart_bar *bar, int cell) {
	while (++cell < bar->cells)
		if (mark_at(bar, cell))
			return true;
	return false;
}

void chart_add_bar(struct buf *out, const struct chart_bar *bar) {
	/* The same order of operations as in the script whose rows these reproduce. Each result is
	 * named: a processor that computes with more digits (x87) then rounds it as others do. */
	double increment = (double)CHART_FULL_PCT / (double)bar->cells;
	double scaled = bar->pct * (double)EIGHTHS;
	double filled = scaled / increment;
	bool clipped = bar->pct > (double)CHART_FULL_PCT;
	int eighths = clipped ? EIGHTHS * (bar->cells - 1) : bar->pct > 0 ? (int)filled : 0;
	if (eighths == 0)
		eighths = 1;
	for (int cell = 0; cell < bar->cells; cell++, eighths -= EIGHTHS) {
		const char *mark = mark_at(bar, cell);
		if (clipped && cell == bar->cells - 1)
			buf_adds(out, bar->utf8 ? "»" : ">");
		else if (mark)
			buf_adds(out, mark);
		else if (eighths > 0)
			buf_adds(out, block_character(bar, eighths < EIGHTHS ? eighths : EIGHTHS));
		else if (bar->padded || is_before_mark(bar, cell))
			buf_addc(out, ' ');
		else
			break;
	}
}

void chart_add_label(struct buf *out, const char *text, const char *url, int columns, bool utf8) {
	int width = tty_width(text, strlen(text));
	bool is_cut = width > columns;
	bool is_link = url && *url && text_is_visible(url, strlen(url));
	size_t n = is_cut ? tty_fitting(text, columns - 1) : strlen(text);
	int padding = is_cut ? columns - 1 - tty_width(text, n) : columns - width;
	if (is_link)
		buf_addf(out, "\033]8;;%s\033\\", url);
	buf_add(out, text, n);
	if (is_cut)
		buf_adds(out, utf8 ? "…" : "~");
	if (is_link)
		buf_adds(out, "\033]8;;\033\\");
	buf_addf(out, "%*s", padding, "");
}
