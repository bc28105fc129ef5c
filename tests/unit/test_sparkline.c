/* Series as one line of block characters. */
#include "config.h"

#include "support.h"

#include "base/text.h"
#include "term/sparkline.h"

#include <math.h>
#include <string.h>

enum { MAX_CHARS = 64, CHAR_BYTES = 5 };

/* The characters of a line. */
struct cells {
	size_t count;
	char cell[MAX_CHARS][CHAR_BYTES];
};

static void draw(struct cells *c, const double *values, size_t n, bool utf8) {
	struct buf b;
	*c = (struct cells){0};
	buf_init(&b, 10000);
	sparkline_add(&b, values, n, utf8);
	assert_false(b.failed);
	for (size_t i = 0; i < b.len && c->count < MAX_CHARS;) {
		uint32_t codepoint;
		size_t used = text_utf8_decode(b.data + i, b.len - i, &codepoint);
		assert_true(used > 0);
		memcpy(c->cell[c->count++], b.data + i, used);
		i += used;
	}
	buf_free(&b);
}

/* The level 0-7 of a cell; -1 for a gap, -2 for anything else. */
static int level_of(const char *cell) {
	static const char *const blocks[] = {"\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83",
		"\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88"};
	for (int i = 0; i < (int)LENGTH(blocks); i++)
		if (strcmp(cell, blocks[i]) == 0)
			return i;
	return strcmp(cell, "\xc2\xb7") == 0 ? -1 : -2;
}

static int level_for(double value) {
	struct cells c;
	draw(&c, &value, 1, true);
	assert_int_equal(c.count, 1);
	return level_of(c.cell[0]);
}

static void levels_rise_from_0_to_100(void **state) {
	(void)state;
	bool seen[8] = {false};
	int last = 0;
	for (int tenth = 0; tenth <= 1000; tenth++) {
		int level = level_for(tenth / 10.0);
		expect(level >= last && level <= 7, "%.1f: level %d", tenth / 10.0, level);
		last = level > last ? level : last;
		if (level >= 0)
			seen[level] = true;
	}
	for (int i = 0; i < 8; i++)
		expect(seen[i], "level %d is used", i);
	assert_int_equal(level_for(0), 0);
	assert_int_equal(level_for(100), 7);
	/* Greater values fill the cell. */
	assert_int_equal(level_for(100.1), 7);
	assert_int_equal(level_for(1e300), 7);
	assert_int_equal(level_for(-5), 0);
	assert_int_equal(level_for(NAN), -1);
	/* Half is in the middle. */
	assert_true(level_for(50) == 3 || level_for(50) == 4);
}

static void up_to_25_points_have_a_cell_each(void **state) {
	(void)state;
	double values[SPARKLINE_MAX_CELLS] = {0};
	for (size_t n = 0; n <= SPARKLINE_MAX_CELLS; n++) {
		struct cells c;
		for (size_t i = 0; i < n; i++)
			values[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? 100 : NAN;
		draw(&c, values, n, true);
		expect_whole((int64_t)c.count, (int64_t)n, "cells of %zu points", n);
		for (size_t i = 0; i < n && i < c.count; i++)
			expect_whole(level_of(c.cell[i]),
				i % 3 == 0           ? 0
					: i % 3 == 1 ? 7
						     : -1,
				"cell %zu of %zu", i, n);
	}
}

/* More points: 25 cells, each the maximum of its share; no point is lost, none counts twice. */
static void more_points_share_cells(void **state) {
	(void)state;
	static const size_t lengths[] = {26, 37, 49, 50, 51, 100, 169, 720};
	static double values[720];
	for (size_t k = 0; k < LENGTH(lengths); k++) {
		size_t n = lengths[k];
		size_t last = 0;
		for (size_t spike = 0; spike < n; spike++) {
			struct cells c;
			for (size_t i = 0; i < n; i++)
				values[i] = i == spike ? 100 : 0;
			draw(&c, values, n, true);
			size_t full = 0;
			size_t at = 0;
			expect_whole((int64_t)c.count, SPARKLINE_MAX_CELLS, "cells of %zu", n);
			for (size_t i = 0; i < c.count; i++) {
				if (level_of(c.cell[i]) == 7) {
					full++;
					at = i;
				}
			}
			expect_whole((int64_t)full, 1, "full cells of %zu, spike at %zu", n, spike);
			expect(at == last || at == last + 1, "cells follow each other");
			last = at;
		}
		expect_whole((int64_t)last, SPARKLINE_MAX_CELLS - 1, "the last cell of %zu", n);
	}
}

static void gaps_are_shown_where_nothing_is(void **state) {
	(void)state;
	double values[50];
	struct cells c;
	for (size_t i = 0; i < LENGTH(values); i++)
		values[i] = NAN;
	draw(&c, values, LENGTH(values), true);
	assert_int_equal(c.count, SPARKLINE_MAX_CELLS);
	for (size_t i = 0; i < c.count; i++)
		expect_whole(level_of(c.cell[i]), -1, "cell %zu", i);
	/* Two a cell: one of them is enough. */
	values[10] = 100;
	values[13] = 0;
	draw(&c, values, LENGTH(values), true);
	for (size_t i = 0; i < c.count; i++)
		expect_whole(level_of(c.cell[i]), i == 5 ? 7 : i == 6 ? 0 : -1, "cell %zu", i);
}

static void ascii_needs_no_utf8(void **state) {
	(void)state;
	const double values[] = {0, 100, NAN, 120};
	struct cells c;
	draw(&c, values, LENGTH(values), false);
	assert_int_equal(c.count, LENGTH(values) + 2);
	assert_string_equal(c.cell[0], "[");
	assert_string_equal(c.cell[5], "]");
	assert_string_equal(c.cell[3], " ");
	assert_string_equal(c.cell[2], c.cell[4]);
	assert_string_not_equal(c.cell[1], c.cell[2]);
	double rising[1001];
	for (size_t i = 0; i < LENGTH(rising); i++)
		rising[i] = (double)i / 10;
	char seen[128] = {0};
	size_t kinds = 0;
	for (size_t i = 0; i < LENGTH(rising); i++) {
		draw(&c, &rising[i], 1, false);
		unsigned char byte = (unsigned char)c.cell[1][0];
		expect(byte > ' ' && byte < 0x7F && byte != '|', "%.1f is plain ASCII", rising[i]);
		kinds += byte < sizeof seen && !seen[byte];
		seen[byte % sizeof seen] = 1;
	}
	assert_true(kinds >= 4);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(levels_rise_from_0_to_100),
		UNIT_TEST(up_to_25_points_have_a_cell_each),
		UNIT_TEST(more_points_share_cells),
		UNIT_TEST(gaps_are_shown_where_nothing_is),
		UNIT_TEST(ascii_needs_no_utf8),
	};
	return cmocka_run_group_tests_name("sparkline", tests, NULL, NULL);
}
