/* UTF-8 (RFC 3629) and the cleaning of text from outside. */
#include "config.h"

#include "support.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void valid_characters_are_decoded(void **state) {
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		uint32_t codepoint;
	} cases[] = {{"\0", 1, 0}, {"A", 1, 'A'}, {"\x7f", 1, 0x7F}, {"\xc2\x80", 2, 0x80},
		{"\xc3\xa9", 2, 0xE9}, {"\xdf\xbf", 2, 0x7FF}, {"\xe0\xa0\x80", 3, 0x800},
		{"\xe2\x82\xac", 3, 0x20AC}, {"\xed\x9f\xbf", 3, 0xD7FF},
		{"\xee\x80\x80", 3, 0xE000}, {"\xef\xbf\xbf", 3, 0xFFFF},
		{"\xf0\x90\x80\x80", 4, 0x10000}, {"\xf0\x9f\x98\x80", 4, 0x1F600},
		{"\xf4\x8f\xbf\xbf", 4, 0x10FFFF}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t c = 0xDEAD;
		expect_whole((int64_t)text_utf8_decode(cases[i].bytes, cases[i].n, &c),
			(int64_t)cases[i].n, "length of U+%04X", cases[i].codepoint);
		expect_whole(c, cases[i].codepoint, "codepoint of U+%04X", cases[i].codepoint);
		expect(text_is_utf8(cases[i].bytes, cases[i].n), "U+%04X is valid",
			cases[i].codepoint);
		for (size_t n = 0; n < cases[i].n; n++)
			expect_whole((int64_t)text_utf8_decode(cases[i].bytes, n, &c), 0,
				"%zu bytes of U+%04X", n, cases[i].codepoint);
	}
}

static void invalid_bytes_are_no_characters(void **state) {
	(void)state;
	static const char *const cases[] = {"\x80", "\xbf", "\x80\x80", /* continuation alone */
		"\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x80\xaf", "\xe0\x9f\xbf",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80",
		"\xfc\x84\x80\x80\x80\x80", /* overlong */
		"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xbf\xbf",
		"\xed\xa0\xbd\xed\xb8\x80",                                 /* surrogates */
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf7\xbf\xbf\xbf", /* above U+10FFFF */
		"\xfe", "\xff", "\xff\xff", "\xc2", "\xc2\x41", "\xe2\x82", "\xe2\x28\xa1",
		"\xe2\x82\x28", "\xf0\x90\x80", "\xf0\x28\x8c\xbc", "\xf0\x90\x28\xbc",
		"\xf0\x90\x8c\x28", "\xc2\xc2\x80"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint32_t c;
		size_t n = strlen(cases[i]);
		expect_whole((int64_t)text_utf8_decode(cases[i], n, &c), 0, "case %zu", i);
		expect(!text_is_utf8(cases[i], n), "case %zu is invalid", i);
	}
	assert_true(text_is_utf8("", 0));
	assert_true(text_is_utf8("a\xc3\xa9\0\xe2\x82\xac", 7));
	assert_false(text_is_utf8("a\xc3\xa9\0\xe2\x82\xac", 6));
	assert_false(text_is_utf8("abc\xff", 4));
}

static void every_codepoint_survives(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 8);
	for (uint32_t c = 0; c <= 0x10FFFFU; c++) {
		uint32_t back = 0xDEAD;
		buf_truncate(&b, 0);
		text_utf8_encode(&b, c);
		size_t n = text_utf8_decode(b.data, b.len, &back);
		bool surrogate = c >= 0xD800U && c <= 0xDFFFU;
		if (surrogate ? n != 0 : n != b.len || back != c)
			expect(false, "U+%04X", c);
	}
	buf_free(&b);
}

static void a_full_buffer_takes_whole_characters(void **state) {
	(void)state;
	static const char *const characters[] = {"a", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80"};
	for (size_t i = 0; i < LENGTH(characters); i++) {
		for (size_t room = 0; room <= 4; room++) {
			struct buf b;
			buf_init(&b, room);
			text_add_clean(&b, characters[i], 1);
			size_t n = strlen(characters[i]);
			expect_text(buf_str(&b), n <= room ? characters[i] : "",
				"%zu bytes into %zu", n, room);
			buf_free(&b);
		}
	}
}

static void characters_are_counted(void **state) {
	(void)state;
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("abc"), 3);
	assert_int_equal(text_length("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), 4);
}

static void text_is_cleaned(void **state) {
	(void)state;
	static const struct {
		const char *from, *to;
	} cases[] = {
		{"", ""},
		{"plain text", "plain text"},
		{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
			"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
		{"a|b||c", "a/b//c"},
		{"a\nb", "a b"},
		{"a\r\nb\tc\vd", "a b c d"},
		{"a   b", "a b"},
		{"a \t \n b", "a b"},
		{"a\x01\x02"
		 "b",
			"a b"},
		{"a\x7f"
		 "b",
			"a b"},
		{"a\xc2\x85"
		 "b",
			"a b"}, /* NEL, a C1 control */
		{"a\xc2\x9b"
		 "b",
			"a b"}, /* CSI as one character */
		/* Escape sequences: CSI, OSC (BEL and ST), DCS, two characters, cut ones. */
		{"\033[31mred\033[0m", "red"},
		{"a\033[1;31;48;5;2mb\033[Kc", "abc"},
		{"a\033[?25lb", "ab"},
		{"a\033]0;title\ab", "ab"},
		{"a\033]8;;http://host/\033\\link\033]8;;\033\\b", "alinkb"},
		{"a\033]52;c;ZXZpbA==\033\\b", "ab"},
		{"a\033Pq#0;2;0;0;0\033\\b", "ab"},
		{"a\033_payload\033\\b", "ab"},
		{"a\033^payload\033\\b", "ab"},
		{"a\033cb", "ab"},
		{"a\033[2 qb", "ab"},
		{"a\033[3~b", "ab"},
		{"a\033[@b", "ab"},
		{"a\033", "a"},
		{"a\033[", "a"},
		{"a\033[1;31", "a"},
		{"a\033]0;never ended", "a"},
		/* Bidirectional controls. */
		{"a\xe2\x80\xae"
		 "b\xe2\x80\xac"
		 "c",
			"abc"},
		{"a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xad"
		 "b",
			"ab"},
		{"a\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"
		 "b",
			"ab"},
		{"a\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"
		 "b",
			"ab"},
		/* Invisible format characters: zero width space, joiners, word joiner, byte order
		 * mark, soft hyphen, Mongolian vowel separator, annotation and tag characters. */
		{"a\xe2\x80\x8b"
		 "b\xe2\x80\x8c"
		 "c\xe2\x80\x8d"
		 "d",
			"abcd"},
		{"a\xe2\x81\xa0"
		 "b\xef\xbb\xbf"
		 "c\xc2\xad"
		 "d",
			"abcd"},
		{"a\xe1\xa0\x8e"
		 "b",
			"ab"},
		{"a\xef\xbf\xb9"
		 "b\xef\xbf\xbb"
		 "c",
			"abc"},
		{"a\xf3\xa0\x80\x81\xf3\xa0\x81\xa1\xf3\xa0\x81\xbf"
		 "b",
			"ab"},
		/* Invalid bytes. */
		{"a\xff"
		 "b",
			"a?b"},
		{"\xc3(", "?("},
		{"a\xe2\x82", "a??"},
		{"\xc0\xaf", "??"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b;
		buf_init(&b, 1000);
		text_add_clean(&b, cases[i].from, 200);
		expect_text(buf_str(&b), cases[i].to, "case %zu", i);
		buf_free(&b);
	}
}

static void line_separators_do_not_stay(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	text_add_clean(&b,
		"a\xe2\x80\xa8"
		"b\xe2\x80\xa9"
		"c",
		200);
	assert_null(strstr(buf_str(&b), "\xe2\x80"));
	buf_free(&b);
}

static void long_text_is_shortened(void **state) {
	(void)state;
	static const struct {
		const char *from;
		size_t max;
		const char *to;
	} cases[] = {
		{"abcdefgh", 9, "abcdefgh"},
		{"abcdefgh", 8, "abcdefgh"},
		{"abcdefgh", 7, "abcd..."},
		{"abcdefgh", 5, "ab..."},
		{"abcdefgh", 3, "..."},
		{"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 6,
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"},
		{"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5, "\xc3\xa9\xc3\xa9..."},
		/* What vanishes takes no room. */
		{"\033[31mabcd\033[0m", 4, "abcd"},
		{"abcd\n\n", 4, "abcd"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b;
		buf_init(&b, 1000);
		buf_adds(&b, "kept: ");
		text_add_clean(&b, cases[i].from, cases[i].max);
		expect(strncmp(buf_str(&b), "kept: ", 6) == 0, "case %zu keeps what was there", i);
		expect_text(buf_str(&b) + 6, cases[i].to, "case %zu", i);
		buf_free(&b);
	}
}

/* Whatever comes in: one line, valid, bounded, nothing that a daemon or terminal interprets. */
static void clean_text_is_harmless(void **state) {
	(void)state;
	static const char *const pieces[] = {"\033", "[", "]", "|", "\n", "\a", "\xe2", "\x80",
		"\xae", "\xed\xa0\x80", "\xc2\x9b", "a", " ", "m", "\xf0\x9f\x98\x80", "\\", ";",
		"\xff"};
	uint64_t seed = 7;
	for (int round = 0; round < 20000; round++) {
		char text[64] = "";
		for (int i = 0; i < 12; i++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			strcat(text, pieces[(seed >> 33) % LENGTH(pieces)]);
		}
		size_t max = (size_t)((seed >> 40) % 20);
		struct buf b;
		buf_init(&b, 1000);
		text_add_clean(&b, text, max);
		const char *clean = buf_str(&b);
		bool harmless = text_is_utf8(clean, b.len) && text_length(clean) <= max &&
			strpbrk(clean, "|\033\n\a") == NULL && strstr(clean, "\xc2\x9b") == NULL &&
			strstr(clean, "\xe2\x80\xae") == NULL && strstr(clean, "  ") == NULL;
		expect(harmless, "round %d: '%s'", round, clean);
		buf_free(&b);
	}
}

static void small_tools(void **state) {
	(void)state;
	char *copy = text_dup("abc\0def", 7);
	assert_non_null(copy);
	assert_memory_equal(copy, "abc\0def", 8);
	free(copy);
	copy = text_dup("", 0);
	assert_string_equal(copy, "");
	free(copy);
	const char *s = " \t\r\n a b \r\n\t ";
	size_t n = strlen(s);
	text_trim(&s, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(s, "a b", 3);
	s = " \t ";
	n = 3;
	text_trim(&s, &n);
	assert_int_equal(n, 0);
	assert_true(text_starts_with("profile x", "profile"));
	assert_true(text_starts_with("x", ""));
	assert_false(text_starts_with("pro", "profile"));
	assert_true(text_is_word("TrUe", "true"));
	assert_false(text_is_word("true ", "true"));
	assert_false(text_is_word("tru", "true"));
	assert_false(text_is_word(NULL, "true"));
}

static void nouns_follow_their_count(void **state) {
	(void)state;
	assert_string_equal(text_plural(0), "s");
	assert_string_equal(text_plural(1), "");
	assert_string_equal(text_plural(2), "s");
	assert_string_equal(text_plural(SIZE_MAX), "s");
}

static void visible_text_fits_a_header(void **state) {
	(void)state;
	for (int i = -128; i < 128; i++) {
		const char text[] = {'a', (char)i, 'b'};
		expect(text_is_visible(text, sizeof text) == (i > 0x20 && i < 0x7F), "%d", i);
	}
	assert_true(text_is_visible("", 0));
	assert_true(text_is_visible("ab c", 2));
}

/* Whatever the locale says. */
static void letters_are_ascii(void **state) {
	(void)state;
	for (int i = -128; i < 128; i++) {
		char c = (char)i;
		bool upper = c >= 'A' && c <= 'Z';
		bool alnum = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		expect_whole(text_lower(c), upper ? c - 'A' + 'a' : c, "%d in lower case", i);
		expect(text_is_alnum(c) == alnum, "%d is a letter or digit", i);
	}
	assert_int_equal(text_compare_nocase("Host", "hOST"), 0);
	assert_int_equal(text_compare_nocase("", ""), 0);
	assert_true(text_compare_nocase("abc", "ABD") < 0);
	assert_true(text_compare_nocase("ABD", "abc") > 0);
	assert_true(text_compare_nocase("ab", "ABC") < 0);
	/* "_" stands between the upper and the lower letters. */
	assert_true(text_compare_nocase("_", "A") < 0);
	assert_true(text_equal_nocase("Hostx", "hOSTy", 4));
	assert_false(text_equal_nocase("Hostx", "hOSTy", 5));
	assert_true(text_equal_nocase("a", "b", 0));
	assert_false(text_equal_nocase("ab", "abc", 3));
	assert_true(text_equal_nocase("ab", "AB", 9));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(valid_characters_are_decoded),
		UNIT_TEST(invalid_bytes_are_no_characters),
		UNIT_TEST(every_codepoint_survives),
		UNIT_TEST(a_full_buffer_takes_whole_characters),
		UNIT_TEST(characters_are_counted),
		UNIT_TEST(text_is_cleaned),
		UNIT_TEST(line_separators_do_not_stay),
		UNIT_TEST(long_text_is_shortened),
		UNIT_TEST(clean_text_is_harmless),
		UNIT_TEST(small_tools),
		UNIT_TEST(nouns_follow_their_count),
		UNIT_TEST(visible_text_fits_a_header),
		UNIT_TEST(letters_are_ascii),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
