/* The picker without its terminal: what is shown, what is pointed at, what typing does. */
#include "config.h"

#include "support.h"

#include "term/picker_list.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"alpha", "Beta", "beta-2", "gamma", "\xC3\x84gypt",
	"\xC3\xA4ra", "alphabet"};

static void list_of(struct picker_list *l, const char *const *list, size_t count) {
	struct err e = {.code = ERR_NONE};
	assert_int_equal(picker_list_init(l, list, count, &e), 0);
}

/* The names shown, the one pointed at in brackets. */
static const char *seen(const struct picker_list *l) {
	static char text[200];
	text[0] = '\0';
	for (size_t i = 0; i < l->shown_count; i++) {
		size_t n = strlen(text);
		(void)snprintf(text + n, sizeof text - n, i == l->cursor ? "%s[%s]" : "%s%s",
			i > 0 ? " " : "", l->names[l->shown[i]]);
	}
	return text;
}

static void moving_stops_at_either_end(void **state) {
	(void)state;
	struct picker_list l;
	list_of(&l, names, 4);
	expect_text(seen(&l), "[alpha] Beta beta-2 gamma", "at the start");
	picker_list_move(&l, -1);
	expect_text(seen(&l), "[alpha] Beta beta-2 gamma", "up from the first");
	picker_list_move(&l, 1);
	expect_text(seen(&l), "alpha [Beta] beta-2 gamma", "down");
	picker_list_move(&l, 2);
	expect_text(seen(&l), "alpha Beta beta-2 [gamma]", "down to the last");
	picker_list_move(&l, 1);
	expect_text(seen(&l), "alpha Beta beta-2 [gamma]", "down from the last");
	picker_list_move(&l, -2);
	expect_text(seen(&l), "alpha [Beta] beta-2 gamma", "two up");
	picker_list_move(&l, LONG_MAX);
	expect_text(seen(&l), "alpha Beta beta-2 [gamma]", "as far down as can be said");
	picker_list_move(&l, LONG_MIN);
	expect_text(seen(&l), "[alpha] Beta beta-2 gamma", "as far up as can be said");
	picker_list_free(&l);
}

static void narrowing_ignores_case_and_keeps_the_name_pointed_at(void **state) {
	(void)state;
	struct picker_list l;
	list_of(&l, names, LENGTH(names));
	picker_list_narrow(&l, "BET");
	expect_text(seen(&l), "[Beta] beta-2 alphabet", "the first one that is left");
	picker_list_move(&l, 2);
	picker_list_narrow(&l, "alph");
	expect_text(seen(&l), "alpha [alphabet]", "still the same name");
	picker_list_narrow(&l, "");
	expect_whole((int64_t)l.shown_count, LENGTH(names), "all again");
	expect_text(l.names[l.shown[l.cursor]], "alphabet", "still the same name");
	picker_list_narrow(&l, "nothing has this");
	expect_text(seen(&l), "", "none");
	picker_list_move(&l, 1);
	picker_list_move(&l, -1);
	expect_whole((int64_t)l.cursor, 0, "moving among none");
	picker_list_scroll(&l, 5);
	expect_whole((int64_t)l.top, 0, "scrolling none");
	picker_list_narrow(&l, "\xC3\xA4");
	expect_text(seen(&l), "[\xC3\xA4ra]", "beyond ASCII the letters count as they are");
	picker_list_free(&l);
}

static void typing_adds_and_takes_characters(void **state) {
	(void)state;
	struct picker_list l;
	list_of(&l, names, LENGTH(names));
	picker_list_type(&l, 'B');
	picker_list_type(&l, 'e');
	picker_list_type(&l, 0xE4);
	expect_text(l.filter, "Be\xC3\xA4", "characters of one and of two bytes");
	picker_list_erase(&l);
	expect_text(l.filter, "Be", "a whole character is taken away");
	expect_text(seen(&l), "[Beta] beta-2 alphabet", "and the list follows");
	picker_list_erase(&l);
	picker_list_erase(&l);
	picker_list_erase(&l);
	expect_text(l.filter, "", "nothing is left to take");
	static const uint32_t unseen[] = {0, 1, 7, 27, 127, 0x9B, 0x200B, 0x202E, 0x2066, 0xD800,
		0x110000};
	for (size_t i = 0; i < LENGTH(unseen); i++) {
		picker_list_type(&l, unseen[i]);
		expect_text(l.filter, "", "U+%04X", (unsigned)unseen[i]);
	}
	picker_list_type(&l, ' ');
	expect_text(l.filter, " ", "a blank");
	picker_list_free(&l);
}

static void what_was_typed_stays_within_its_bound(void **state) {
	(void)state;
	char text[PICKER_FILTER_BYTES + 20];
	struct picker_list l;
	list_of(&l, names, LENGTH(names));
	for (int i = 0; i < PICKER_FILTER_BYTES; i++)
		picker_list_type(&l, 0xE4);
	expect_whole((int64_t)strlen(l.filter), PICKER_FILTER_BYTES - 2, "whole characters only");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	memcpy(text + PICKER_FILTER_BYTES - 2, "\xC3\xA4", 2);
	picker_list_narrow(&l, text);
	expect_whole((int64_t)strlen(l.filter), PICKER_FILTER_BYTES - 2, "no half character");
	picker_list_narrow(&l, "ab\xC3");
	expect_text(l.filter, "ab", "nor one that was half before");
	picker_list_free(&l);
}

static void the_part_on_the_screen_holds_the_cursor_and_wastes_no_row(void **state) {
	(void)state;
	enum { COUNT = 23 };
	static char texts[COUNT][16];
	const char *list[COUNT];
	for (int i = 0; i < COUNT; i++) {
		(void)snprintf(texts[i], sizeof texts[i], "n%d", i);
		list[i] = texts[i];
	}
	struct picker_list l;
	list_of(&l, list, COUNT);
	static const long steps[] = {0, 1, 9, -3, 100, -1, -7, 2, -100, 22, -11};
	static const size_t heights[] = {10, 10, 3, 1, 40, 23, 22, 2, 10, 7, 30};
	for (size_t i = 0; i < LENGTH(steps); i++)
		for (size_t k = 0; k < LENGTH(heights); k++) {
			size_t rows = heights[k];
			picker_list_move(&l, steps[i]);
			picker_list_scroll(&l, rows);
			expect(l.top <= l.cursor && l.cursor < l.top + rows,
				"cursor %zu, %zu rows from %zu", l.cursor, rows, l.top);
			expect(l.top == 0 || l.top + rows <= COUNT, "%zu rows from %zu: no waste",
				rows, l.top);
		}
	picker_list_move(&l, -COUNT);
	picker_list_scroll(&l, 10);
	picker_list_move(&l, 9);
	picker_list_scroll(&l, 10);
	expect_whole((int64_t)l.top, 0, "it stays while the cursor is on the screen");
	picker_list_move(&l, 1);
	picker_list_scroll(&l, 10);
	expect_whole((int64_t)l.top, 1, "and goes as far as it has to");
	picker_list_free(&l);
}

static void the_match_is_where_the_filter_stands_first(void **state) {
	(void)state;
	static const struct {
		const char *name, *filter;
		size_t from, to;
	} cases[] = {
		{"alpha", "", 0, 0},
		{"alpha", "a", 0, 1},
		{"alpha", "PHA", 2, 5},
		{"a\xC3\xA4z", "Z", 3, 4},
		{"a\xC3\xA4z", "\xC3\xA4", 1, 3},
		{"alpha", "x", 0, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct picker_list l;
		size_t from = 99;
		size_t to = 99;
		list_of(&l, &cases[i].name, 1);
		picker_list_narrow(&l, cases[i].filter);
		picker_list_match(&l, cases[i].name, &from, &to);
		expect_whole((int64_t)from, (int64_t)cases[i].from, "%s in %s: from",
			cases[i].filter, cases[i].name);
		expect_whole((int64_t)to, (int64_t)cases[i].to, "%s in %s: to", cases[i].filter,
			cases[i].name);
		picker_list_free(&l);
	}
}

static void an_empty_list_is_a_value(void **state) {
	(void)state;
	struct picker_list l = {0};
	picker_list_free(&l);
	list_of(&l, NULL, 0);
	picker_list_type(&l, 'x');
	picker_list_move(&l, 1);
	expect_whole((int64_t)l.shown_count, 0, "nothing to show");
	picker_list_free(&l);
	assert_null(l.shown);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(moving_stops_at_either_end),
		UNIT_TEST(narrowing_ignores_case_and_keeps_the_name_pointed_at),
		UNIT_TEST(typing_adds_and_takes_characters),
		UNIT_TEST(what_was_typed_stays_within_its_bound),
		UNIT_TEST(the_part_on_the_screen_holds_the_cursor_and_wastes_no_row),
		UNIT_TEST(the_match_is_where_the_filter_stands_first),
		UNIT_TEST(an_empty_list_is_a_value),
	};
	return cmocka_run_group_tests_name("picker", tests, NULL, NULL);
}
