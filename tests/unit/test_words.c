/* Splitting into words; every expectation is what Python's shlex.split(posix=True) made of the
 * line. */
#include "config.h"

#include "support.h"

#include "base/words.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WORDS = 12 };

static void lines_are_split_like_shlex(void **state) {
	(void)state;
	static const struct {
		const char *line;
		const char *words[MAX_WORDS];
	} cases[] = {
		{"", {NULL}},
		{"   ", {NULL}},
		{"a", {"a"}},
		{"a b", {"a", "b"}},
		{"  a\t b\r\nc ", {"a", "b", "c"}},
		{"'a b' c", {"a b", "c"}},
		{"\"a b\" c", {"a b", "c"}},
		{"a'b c'd", {"ab cd"}},
		{"a\"b c\"d", {"ab cd"}},
		{"''", {""}},
		{"\"\"", {""}},
		{"a '' b", {"a", "", "b"}},
		{"a\\ b", {"a b"}},
		{"a\\\\b", {"a\\b"}},
		{"'a\\b'", {"a\\b"}},
		{"'a\\'", {"a\\"}},
		{"\"a\\b\"", {"a\\b"}},
		{"\"a\\\"b\"", {"a\"b"}},
		{"\"a\\\\b\"", {"a\\b"}},
		{"\"a'b\"", {"a'b"}},
		{"'a\"b'", {"a\"b"}},
		{"\\'a", {"'a"}},
		{"\\\"a", {"\"a"}},
		{"$HOME ~ `x` | ; & > #c", {"$HOME", "~", "`x`", "|", ";", "&", ">", "#c"}},
		{"a#b # c", {"a#b", "#", "c"}},
		{"\"$HOME\"", {"$HOME"}},
		{"\"\\$x\"", {"\\$x"}},
		{"a\\\nb", {"a\nb"}},
		{"\"a\\\nb\"", {"a\\\nb"}},
		{"\xC3\xA9 '\xC3\xBC \xC3\xB6'", {"\xC3\xA9", "\xC3\xBC \xC3\xB6"}},
		{"'{\"Version\":1}'", {"{\"Version\":1}"}},
		{"a b\\ ", {"a", "b "}},
		{"--x='1 2' \"\"y", {"--x=1 2", "y"}},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct words w;
		struct err e = {.code = ERR_NONE};
		const char *line = cases[i].line;
		size_t count = 0;
		while (cases[i].words[count])
			count++;
		expect_whole(words_split(line, &w, &e), 0, "<%s>: %s", line, e.message);
		expect_whole((int64_t)w.count, (int64_t)count, "<%s>: words", line);
		for (size_t k = 0; k < count && k < w.count; k++)
			expect_text(w.list[k], cases[i].words[k], "<%s>: word %zu", line, k);
		expect(w.list && !w.list[w.count], "<%s>: a NULL at the end", line);
		words_free(&w);
	}
}

static void what_is_not_ended_is_refused(void **state) {
	(void)state;
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"a'", "quote&'"},
		{"a\"b", "quote&\""},
		{"'", "quote"},
		{"\"", "quote"},
		{"\"a\\\"", "quote"},
		{"a 'b", "quote"},
		{"\"a\\", "quote"},
		{"a\\", "backslash"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct words w;
		struct err e = {.code = ERR_NONE};
		expect_whole(words_split(cases[i].line, &w, &e), -1, "<%s>", cases[i].line);
		expect_whole(e.code, ERR_SYNTAX, "<%s>: code", cases[i].line);
		expect_holds(e.message, cases[i].message, "<%s>: message", cases[i].line);
		expect(!w.list && !w.text, "<%s>: nothing is left", cases[i].line);
	}
}

static void words_are_values(void **state) {
	(void)state;
	struct words w = {0};
	struct err e = {.code = ERR_NONE};
	words_free(&w);
	assert_int_equal(words_split("a b", &w, &e), 0);
	words_free(&w);
	assert_null(w.list);
	assert_int_equal(w.count, 0);
	words_free(&w);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(lines_are_split_like_shlex),
		UNIT_TEST(what_is_not_ended_is_refused),
		UNIT_TEST(words_are_values),
	};
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
