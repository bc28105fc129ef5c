#include "config.h"

#include "term/strip.h"

#include "base/time.h"

#include <stdlib.h>

enum { LABEL_COLUMNS = 6, LABEL_EVERY = 14, FEW_DAYS_S = 4 * 86400 };

static const char *const blocks[] = {[STRIP_QUIET] = "·",
	[STRIP_BLANK] = " ",
	[STRIP_GAP] = "?",
	[STRIP_LOW] = "▄",
	[STRIP_HIGH] = "█"};
static const char *const letters[] = {[STRIP_QUIET] = ".",
	[STRIP_BLANK] = " ",
	[STRIP_GAP] = "?",
	[STRIP_LOW] = "w",
	[STRIP_HIGH] = "C"};

static const char *colour_of(enum strip_mark mark) {
	static const char *const colours[] = {[STRIP_QUIET] = "",
		[STRIP_BLANK] = "",
		[STRIP_GAP] = "\033[36m",
		[STRIP_LOW] = "\033[33m",
		[STRIP_HIGH] = "\033[31m"};
	return colours[mark];
}

static void add_mark(struct buf *out, const struct strip *s, enum strip_mark mark) {
	bool coloured = s->colour && mark > STRIP_BLANK;
	buf_addf(out, "%s%s%s", coloured ? colour_of(mark) : "",
		s->utf8 ? blocks[mark] : letters[mark], coloured ? "\033[0m" : "");
}

void strip_add(struct buf *out, const struct strip *s, const enum strip_mark *marks, size_t n) {
	for (size_t cell = 0; cell < s->cells; cell++) {
		enum strip_mark worst = STRIP_QUIET;
		for (size_t i = cell * n / s->cells; i < (cell + 1) * n / s->cells; i++)
			worst = marks[i] > worst ? marks[i] : worst;
		add_mark(out, s, worst);
	}
}

void strip_add_legend(struct buf *out, const struct strip *s, const char *const words[5]) {
	static const enum strip_mark order[] = {STRIP_QUIET, STRIP_LOW, STRIP_HIGH, STRIP_GAP};
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		buf_adds(out, i > 0 ? "  " : "");
		add_mark(out, s, order[i]);
		buf_addf(out, " %s", words[order[i]]);
	}
}

/* "13 Nov" or "00:00Z" of "2026-11-13 00:00Z". */
static void add_label(struct buf *out, int64_t epoch_s, bool time_of_day) {
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec"};
	char text[TIME_MINUTE_BYTES];
	(void)time_format_minute(epoch_s, text);
	if (time_of_day) {
		buf_adds(out, text + TIME_MINUTE_BYTES - 1 - LABEL_COLUMNS);
		return;
	}
	int month = (text[5] - '0') * 10 + text[6] - '0';
	buf_addf(out, "%.2s %s", text + 8, months[month - 1]);
}

void strip_add_dates(struct buf *out, const struct strip *s, int64_t start_s, int64_t end_s) {
	size_t cell = 0;
	while (cell < s->cells) {
		if (cell % LABEL_EVERY == 0 && cell + LABEL_COLUMNS <= s->cells) {
			add_label(out,
				start_s + (end_s - start_s) * (int64_t)cell / (int64_t)s->cells,
				end_s - start_s < FEW_DAYS_S);
			cell += LABEL_COLUMNS;
		} else {
			buf_addc(out, ' ');
			cell++;
		}
	}
}
