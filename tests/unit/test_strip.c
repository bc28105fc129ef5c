/* States over time as one line of marks. */
#include "config.h"

#include "support.h"

#include "term/strip.h"

#include <string.h>

static const char *draw(const char *letters, size_t cells, bool utf8, bool colour) {
	static char text[400];
	enum strip_mark marks[100];
	const struct strip s = {.cells = cells, .utf8 = utf8, .colour = colour};
	struct buf b;
	size_t n = strlen(letters);
	for (size_t i = 0; i < n; i++)
		marks[i] = letters[i] == 'C' ? STRIP_HIGH
			: letters[i] == 'w'  ? STRIP_LOW
			: letters[i] == '?'  ? STRIP_GAP
			: letters[i] == ' '  ? STRIP_BLANK
					     : STRIP_QUIET;
	buf_init(&b, sizeof text);
	strip_add(&b, &s, marks, n);
	assert_true(b.len < sizeof text);
	strcpy(text, buf_str(&b));
	buf_free(&b);
	return text;
}

static void a_cell_has_the_worst_of_its_share(void **state) {
	(void)state;
	static const struct {
		const char *marks;
		size_t cells;
		const char *drawn;
	} cases[] = {
		{"..w?C", 5, "..w?C"},
		{"....", 2, ".."},
		{".w..", 2, "w."},
		{"wC?w", 2, "Cw"},
		{"?.", 1, "?"},
		{" . ?", 2, " ?"},
		/* Seven over three cells: two, two and three. */
		{".C....w", 3, "C.w"},
		{"......C", 3, "..C"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_text(draw(cases[i].marks, cases[i].cells, false, false), cases[i].drawn,
			"case %zu", i);
	expect_text(draw(".?wC", 4, true, false), "\xc2\xb7?\xe2\x96\x84\xe2\x96\x88", "blocks");
	expect_text(draw(".C", 2, false, true), ".\033[31mC\033[0m", "colours");
}

/* 2026-11-13 00:00Z. */
enum { DAY_S = 86400, FRIDAY_S = 1794528000 };

static void dates_stand_above_their_cells(void **state) {
	(void)state;
	static const struct {
		size_t cells;
		int64_t start_s, span_s;
		const char *drawn;
	} cases[] = {
		{28, FRIDAY_S, 28 * DAY_S, "13 Nov        27 Nov        "},
		{8, FRIDAY_S, 8 * DAY_S, "13 Nov  "},
		{5, FRIDAY_S, 5 * DAY_S, "     "},
		/* The second label needs six columns of its own. */
		{19, FRIDAY_S, 19 * DAY_S, "13 Nov             "},
		{20, FRIDAY_S - 13 * DAY_S, 20 * DAY_S, "31 Oct        14 Nov"},
		{28, FRIDAY_S, DAY_S, "00:00Z        12:00Z        "},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct strip s = {.cells = cases[i].cells};
		struct buf b;
		buf_init(&b, 400);
		strip_add_dates(&b, &s, cases[i].start_s, cases[i].start_s + cases[i].span_s);
		expect_text(buf_str(&b), cases[i].drawn, "case %zu", i);
		buf_free(&b);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_cell_has_the_worst_of_its_share),
		UNIT_TEST(dates_stand_above_their_cells),
	};
	return cmocka_run_group_tests_name("strip", tests, NULL, NULL);
}
