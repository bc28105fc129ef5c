/* Charts at a terminal: the columns of rows at each width, and which rows a height has room for. */
#include "config.h"

#include "support.h"

#include "report/fold.h"
#include "term/chart_table.h"
#include "term/tty.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NARROWEST = 54, WIDEST = 260, POINTS = 25, MIN_CELLS = 30 };

static const double points[POINTS] = {10, 20, 97};
static const struct chart_mark marks[] = {{80, false}, {95, true}};

static const struct chart_heading heading = {.text = "CPU, of shop-...",
	.value = "peak",
	.marks = marks,
	.mark_count = LENGTH(marks),
	.span = "24h"};

static struct chart_row bar_of(const char *name, double pct, const char *value, const char *tail) {
	return (struct chart_row){.kind = CHART_BAR,
		.letter = ' ',
		.name = name,
		.value = value,
		.pct = pct,
		.marks = {marks[0], marks[1]},
		.mark_count = 2,
		.points = points,
		.point_count = POINTS,
		.tail = tail};
}

static struct chart_layout laid_out(const struct chart_row *rows, size_t n, int columns,
	bool utf8) {
	struct chart_layout l = {.utf8 = utf8, .columns = columns};
	chart_layout_measure_heading(&l, "CPU, of shop-...");
	for (size_t i = 0; i < n; i++)
		chart_layout_measure(&l, &rows[i]);
	chart_layout_set(&l);
	return l;
}

/* Without the line end. */
static void draw(char *text, size_t size, const struct chart_layout *l,
	const struct chart_row *row) {
	struct buf out;
	buf_init(&out, 4096);
	if (row)
		chart_add_row(&out, l, row, false);
	else
		chart_add_heading(&out, l, &heading);
	size_t n = out.len > 0 && out.len <= size ? out.len - 1 : 0;
	memcpy(text, buf_str(&out), n);
	text[n] = '\0';
	buf_free(&out);
}

/* The columns before the mark of the critical threshold; -1: there is none. */
static int mark_column(const char *text, const char *mark) {
	const char *at = strstr(text, mark);
	return at ? tty_width(text, (size_t)(at - text)) : -1;
}

static void bars_keep_their_cells(void **state) {
	(void)state;
	const struct chart_row rows[] = {
		bar_of("payments-gateway-production-3", 100.2, "100.2", "90 min, until 3 h ago"),
		bar_of("api", 34.4, "34.4", ""),
		bar_of("caf\xc3\xa9-cafe\xcc\x81-東京都-東京都-東京都", 1000, "1000.0", "now"),
	};
	int before[] = {0, 0};
	for (int columns = NARROWEST; columns <= WIDEST; columns++) {
		for (int utf8 = 0; utf8 < 2; utf8++) {
			char text[4096];
			struct chart_layout l = laid_out(rows, LENGTH(rows), columns, utf8);
			draw(text, sizeof text, &l, &rows[1]);
			int mark = mark_column(text, utf8 ? "┃" : "!");
			expect(mark > 0, "a mark at %d columns", columns);
			expect(l.cells >= MIN_CELLS, "%d cells at %d columns", l.cells, columns);
			expect(l.cells >= before[utf8], "%d cells at %d columns, %d at one less",
				l.cells, columns, before[utf8]);
			before[utf8] = l.cells;
			for (size_t i = 0; i < LENGTH(rows); i++) {
				draw(text, sizeof text, &l, &rows[i]);
				expect(tty_width(text, strlen(text)) < columns,
					"'%s' in %d columns", text, columns);
				expect_whole(mark_column(text, utf8 ? "┃" : "!"), mark,
					"the mark of row %zu at %d columns", i, columns);
			}
			draw(text, sizeof text, &l, NULL);
			expect(tty_width(text, strlen(text)) < columns, "'%s' in %d columns", text,
				columns);
			/* The scale's number ends where the mark stands. */
			expect_whole(mark_column(text, "95"), mark - 1, "the scale at %d columns",
				columns);
		}
	}
}

/* Two runs at one terminal, before and after a value has reached 100 % and more. */
static void values_shift_nothing(void **state) {
	(void)state;
	const struct chart_row below = bar_of("api", 34.4, "34.4", "");
	const struct chart_row above = bar_of("api", 1000, "1000.0", "");
	char texts[2][4096];
	struct chart_layout l = laid_out(&below, 1, 80, true);
	draw(texts[0], sizeof texts[0], &l, &below);
	l = laid_out(&above, 1, 80, true);
	draw(texts[1], sizeof texts[1], &l, &above);
	expect_whole(mark_column(texts[0], "█"), mark_column(texts[1], "█"), "where bars begin");
	expect_whole(mark_column(texts[0], "┃"), mark_column(texts[1], "┃"), "where marks stand");
}

static void rows_are_drawn(void **state) {
	(void)state;
	char text[4096];
	struct chart_row row = bar_of("api", 100.2, "100.2", "now");
	struct chart_layout l = laid_out(&row, 1, 200, true);
	row.letter = 'C';
	row.tone = CHART_RED;
	draw(text, sizeof text, &l, &row);
	expect(strstr(text, "\033") == NULL, "no colour unless asked for");
	expect(strncmp(text, "C api  ", 7) == 0, "the letter first: %s", text);
	expect_holds(text, "100.2%&▁▂█&now", "what a wide terminal has room for");
	l.colour = true;
	draw(text, sizeof text, &l, &row);
	expect(strncmp(text, "\033[1;37;41mC\033[0m api  ", 20) == 0, "a letter on red: %s", text);
	l = laid_out(&row, 1, 60, true);
	draw(text, sizeof text, &l, &row);
	expect(strstr(text, "▁") == NULL, "no sparkline in a narrow one");
	struct chart_row words = {.kind = CHART_WORDS,
		.letter = 'U',
		.name = "search",
		.value = "",
		.tail = "0 of 3 running, no data since 13:45Z: unable to place a task"};
	draw(text, sizeof text, &l, &words);
	expect(strncmp(text, "U search ", 9) == 0, "words: %s", text);
	expect_whole(tty_width(text, strlen(text)), 59, "which are cut");
	expect_holds(text, "0 of 3 running&…", "with a mark");
}

/* Of words on a failure the end says most; of others the beginning. */
static void words_are_cut(void **state) {
	(void)state;
	char text[4096];
	struct chart_row row = {.kind = CHART_WORDS_TO_END,
		.letter = 'C',
		.name = "search",
		.value = "",
		.tail = "0 of 3 running, no data since 13:45Z: was unable to place a task because "
			"no container instance met all of its requirements."};
	for (int columns = NARROWEST; columns <= WIDEST; columns++) {
		for (int utf8 = 0; utf8 < 2; utf8++) {
			struct chart_layout l = laid_out(&row, 1, columns, utf8);
			draw(text, sizeof text, &l, &row);
			int width = tty_width(text, strlen(text));
			expect(width < columns, "'%s' in %d columns", text, columns);
			expect_holds(text, " of its requirements.", "the end at %d columns",
				columns);
			bool is_whole = strstr(text, row.tail) != NULL;
			/* The letter, the heading's columns and the gap take 18, one stays free. */
			expect(is_whole == ((int)strlen(row.tail) + 19 <= columns),
				"whole where it fits: '%s' in %d columns", text, columns);
			if (columns >= 80 && !is_whole)
				expect_holds(text,
					utf8 ? "0 of 3 running,& …&" : "0 of 3 running,& ~&",
					"the beginning at %d columns", columns);
		}
	}
	row.kind = CHART_WORDS;
	struct chart_layout l = laid_out(&row, 1, 80, true);
	draw(text, sizeof text, &l, &row);
	expect_holds(text, "0 of 3 running, no data since 13:45Z: was", "the beginning");
	expect(strstr(text, "requirements") == NULL, "not the end: %s", text);
}

/* A row with a long tail shortens no other; each is shown up to the last comma that fits. */
static void tails_are_cut_by_row(void **state) {
	(void)state;
	static const char *const tails[] = {"10 min in all, until 16:50Z", "5 min, at 10:55Z",
		"4.0%, 20 min in all, until 11-21 23:05Z"};
	static const char *const shorter[] = {"10 min in all", "5 min", "4.0%, 20 min in all"};
	struct chart_row rows[LENGTH(tails)];
	for (size_t i = 0; i < LENGTH(tails); i++)
		rows[i] = bar_of("payments-gateway", 100.2, "100.2", tails[i]);
	for (int columns = NARROWEST; columns <= WIDEST; columns++) {
		struct chart_layout l = laid_out(rows, LENGTH(rows), columns, true);
		/* Letter 2, name 16, blank, value 6, "%", gap 2, bar 30, gap 2; one stays free. */
		int room = columns - 61;
		for (size_t i = 0; i < LENGTH(rows) && room >= 13; i++) {
			char text[4096];
			draw(text, sizeof text, &l, &rows[i]);
			int whole = (int)strlen(tails[i]);
			int part = (int)strlen(shorter[i]);
			const char *wanted = room >= whole ? tails[i]
				: room >= part             ? shorter[i]
							   : "4.0%";
			size_t n = strlen(text);
			size_t length = strlen(wanted);
			expect(n > length && strcmp(text + n - length, wanted) == 0 &&
					text[n - length - 1] == ' ',
				"'%s' ends with '%s' at %d columns", text, wanted, columns);
		}
	}
}

/* --- folding --- */

enum { MANY = 40 };

struct plan {
	struct screen_rows rows;
	struct series_verdict series[2][MANY];
	struct screen_row list[2][MANY];
};

/* Two sections of n rows each; the first bad ones of each are CRITICAL. Peaks fall. */
static void plan_set(struct plan *p, size_t n, size_t bad) {
	static const struct range critical = {.start = 0, .end = 50};
	*p = (struct plan){.rows = {.section_count = 2}};
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < n; j++) {
			p->series[i][j] = (struct series_verdict){.points = 1,
				.peak = 100 - (double)j,
				.shown = 100 - (double)j,
				.reason = REASON_POINTS,
				.range = &critical,
				.state = j < bad ? STATE_CRITICAL : STATE_OK};
			p->list[i][j] = (struct screen_row){.series = &p->series[i][j],
				.distance = fabs(5 - (double)j)};
		}
		p->rows.sections[i] = (struct screen_section){.is_of_bars = true,
			.rows = p->list[i],
			.count = n};
	}
}

static void expect_fold(struct plan *p, size_t rows, enum fold_form form, size_t first,
	size_t second, const char *what) {
	struct err e = {0};
	enum fold_form got;
	expect_whole(fold(&p->rows, rows, 1, &got, &e), 0, "%s", what);
	expect_whole(got, form, "%s: form", what);
	expect_whole((int64_t)p->rows.sections[0].kept, (int64_t)first, "%s: first", what);
	expect_whole((int64_t)p->rows.sections[1].kept, (int64_t)second, "%s: second", what);
	if (rows >= 3) /* a heading, the worst row, the count */
		expect(fold_rows(&p->rows, 1, got) <= rows, "%s: it fits", what);
}

static void rows_are_folded(void **state) {
	(void)state;
	struct plan *p = calloc(1, sizeof *p);
	assert_non_null(p);
	plan_set(p, 10, 2);
	/* Context and blank 2, each section a heading, ten rows, a blank: 26. */
	expect_fold(p, 26, FOLD_SPACED, 10, 10, "what fits");
	expect_fold(p, 25, FOLD_SPACED, 10, 8, "a row too many, and the row that says so");
	expect_fold(p, 12, FOLD_SPACED, 2, 2, "only what is not OK");
	expect(p->list[0][1].is_kept && !p->list[0][2].is_kept, "the first two");
	expect_fold(p, 13, FOLD_SPACED, 3, 2, "room for one more");
	expect(p->list[0][5].is_kept, "it is the one nearest to its threshold");
	expect_fold(p, 11, FOLD_DENSE, 4, 3, "without blank lines");
	expect_fold(p, 8, FOLD_DENSE, 2, 2, "just so");
	expect_fold(p, 7, FOLD_WORST, 2, 2, "without the counts of each section");
	expect_fold(p, 6, FOLD_WORST, 2, 1, "the worst");
	expect_fold(p, 4, FOLD_WORST, 1, 0, "the worst of one section, since a heading takes room");
	expect_fold(p, 1, FOLD_WORST, 1, 0, "the very worst, come what may");
	expect_fold(p, 0, FOLD_SPACED, 10, 10, "no bound");
	plan_set(p, MANY, MANY);
	expect_fold(p, 20, FOLD_WORST, 9, 8, "all of them CRITICAL");
	free(p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(bars_keep_their_cells),
		UNIT_TEST(values_shift_nothing),
		UNIT_TEST(rows_are_drawn),
		UNIT_TEST(words_are_cut),
		UNIT_TEST(tails_are_cut_by_row),
		UNIT_TEST(rows_are_folded),
	};
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("chart_table", tests, NULL, NULL);
}
