/* Bars and labels where a terminal's other widths and characters come in. */
#include "config.h"

#include "support.h"

#include "term/chart.h"
#include "term/tty.h"

#include <locale.h>
#include <string.h>

static void expect_bar(const struct chart_bar *bar, const char *wanted) {
	struct buf out;
	buf_init(&out, 4096);
	chart_add_bar(&out, bar);
	expect_text(buf_str(&out), wanted, "a bar of %g", bar->pct);
	buf_free(&out);
}

static void bars_follow_their_width(void **state) {
	(void)state;
	/* 11 cells: 10 % a cell. */
	expect_bar(&(struct chart_bar){.pct = 0, .cells = 11, .utf8 = true}, "▏");
	expect_bar(&(struct chart_bar){.pct = 35, .cells = 11, .utf8 = true}, "███▌");
	expect_bar(&(struct chart_bar){.pct = 110, .cells = 11, .utf8 = true}, "███████████");
	expect_bar(&(struct chart_bar){.pct = 110.1, .cells = 11, .utf8 = true}, "██████████»");
	expect_bar(&(struct chart_bar){.pct = 35, .cells = 11}, "###=");
	expect_bar(&(struct chart_bar){.pct = 32, .cells = 11}, "###-");
	expect_bar(&(struct chart_bar){.pct = 500, .cells = 11}, "##########>");
	/* 2.5 of 110 % are 18 eighths of 99 cells, where a processor computes with more digits
	 * (x87), too: 17 is what it comes to there without rounding to a double. */
	expect_bar(&(struct chart_bar){.pct = 2.5, .cells = 99, .utf8 = true}, "██▎");
	expect_bar(&(struct chart_bar){.pct = 5, .cells = 99, .utf8 = true}, "████▌");
	expect_bar(&(struct chart_bar){.pct = 10, .cells = 99, .utf8 = true}, "█████████");
}

static void marks_take_their_cell(void **state) {
	(void)state;
	const struct chart_mark marks[] = {{80, false}, {95, true}};
	const struct chart_mark same[] = {{80, true}, {85, false}};
	const struct chart_mark beyond[] = {{200, true}};
	struct chart_bar bar = {.pct = 85,
		.cells = 11,
		.utf8 = true,
		.padded = true,
		.marks = marks,
		.mark_count = 2};
	expect_bar(&bar, "████████╎┃ ");
	bar.pct = 20;
	expect_bar(&bar, "██      ╎┃ ");
	bar.pct = 300;
	expect_bar(&bar, "████████╎┃»");
	bar.utf8 = false;
	expect_bar(&bar, "########;!>");
	bar.utf8 = true;
	bar.pct = 20;
	bar.padded = false;
	expect_bar(&bar, "██      ╎┃");
	expect_bar(&(struct chart_bar){.pct = 20,
			   .cells = 11,
			   .utf8 = true,
			   .marks = same,
			   .mark_count = 2},
		"██      ┃");
	expect_bar(&(struct chart_bar){.pct = 20,
			   .cells = 11,
			   .utf8 = true,
			   .padded = true,
			   .marks = beyond,
			   .mark_count = 1},
		"██         ");
}

static void expect_label(const char *text, const char *url, int columns, bool utf8,
	const char *wanted) {
	struct buf out;
	buf_init(&out, 4096);
	chart_add_label(&out, text, url, columns, utf8);
	expect_text(buf_str(&out), wanted, "%s in %d columns", text, columns);
	buf_free(&out);
}

static void labels_count_columns(void **state) {
	(void)state;
	expect_label("api", NULL, 5, true, "api  ");
	expect_label("recommendations", NULL, 6, true, "recom…");
	expect_label("recommendations", NULL, 6, false, "recom~");
	/* A letter with a combining accent takes one column, an ideograph two. */
	expect_label("cafe\xcc\x81", NULL, 5, true, "cafe\xcc\x81 ");
	expect_label("東京", NULL, 5, true, "東京 ");
	expect_label("東京都", NULL, 4, true, "東… ");
	expect_whole(tty_width("東京", strlen("東京")), 4, "wide characters");
	expect_whole((int64_t)tty_fitting("東京", 3), (int64_t)strlen("東"), "what fits");
}

/* The form of the links is the specification's: OSC 8 ; ; URL ST text OSC 8 ; ; ST. */
static void labels_are_links(void **state) {
	(void)state;
	expect_label("api", "https://a/b#c=~'", 5, true,
		"\033]8;;https://a/b#c=~'\033\\api\033]8;;\033\\  ");
	expect_label("billing", "https://a", 4, true, "\033]8;;https://a\033\\bil…\033]8;;\033\\");
	expect_label("api", "https://a/\033\\evil", 3, true, "api");
	expect_label("api", "https://a/\a", 3, true, "api");
	expect_label("api", "https://a/ b", 3, true, "api");
	expect_label("api", "https://a/\xc2\x9c", 3, true, "api");
	expect_label("api", "", 3, true, "api");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(bars_follow_their_width),
		UNIT_TEST(marks_take_their_cell),
		UNIT_TEST(labels_count_columns),
		UNIT_TEST(labels_are_links),
	};
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
