/* The line reader for ini files in both dialects. */
#include "config.h"

#include "support.h"

#include "base/ini.h"

#include <stdlib.h>
#include <string.h>

struct record {
	struct buf text; /* "[section]", "key=value", ">continuation", "!other", "?" and the line
			    that is malformed, each with a newline */
	int stop_after;
	int events;
	int last_line;
};

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct record *r = ctx;
	switch (event) {
	case INI_SECTION:
		buf_addf(&r->text, "[%s]\n", text);
		break;
	case INI_KEY:
		buf_addf(&r->text, "%s=%s\n", key, text);
		break;
	case INI_CONTINUATION:
		buf_addf(&r->text, ">%s\n", text);
		break;
	case INI_OTHER:
		buf_addf(&r->text, "!%s\n", text);
		break;
	case INI_MALFORMED:
		buf_addf(&r->text, "?%d\n", line);
		expect(*text && *key == '\0', "line %d: why it is malformed", line);
		expect(!strstr(text, "secret"), "line %d is not quoted: %s", line, text);
		break;
	}
	r->events++;
	expect(line > r->last_line || (line == r->last_line && event == INI_MALFORMED),
		"lines are counted");
	r->last_line = line;
	return r->events == r->stop_after ? err_set(e, ERR_USAGE, "stopped") : 0;
}

/* Reads a copy without anything behind it. */
static int read_text(const char *text, size_t n, enum ini_dialect dialect, struct record *r,
	struct err *e) {
	char *copy = malloc(n ? n : 1);
	assert_non_null(copy);
	memcpy(copy, text, n);
	int rc = ini_read(copy, n, dialect, on_event, r, e);
	free(copy);
	return rc;
}

struct text_case {
	const char *text, *events;
};

static void check_texts(const struct text_case *cases, size_t n, enum ini_dialect dialect) {
	for (size_t i = 0; i < n; i++) {
		struct record r = {.stop_after = -1};
		struct err e = {.code = ERR_NONE};
		buf_init(&r.text, 20000);
		expect_whole(read_text(cases[i].text, strlen(cases[i].text), dialect, &r, &e), 0,
			"%s: %s", cases[i].text, e.message);
		expect_text(buf_str(&r.text), cases[i].events, "events of %s", cases[i].text);
		buf_free(&r.text);
	}
}

static const struct text_case both[] = {
	{"", ""},
	{"\n\n \t\n", ""},
	{"\xef\xbb\xbf", ""},
	{"[a]\nk=v\n", "[a]\nk=v\n"},
	{"[a]\nk=v", "[a]\nk=v\n"},
	{"[a]\r\nk = v\r\n\r\nl=w\r\n", "[a]\nk=v\nl=w\n"},
	{"\xef\xbb\xbf[a]\nk=v\n", "[a]\nk=v\n"},
	{"[ \ta b \t]\n", "[a b]\n"},
	{"[a]\nk \t= \t v w \t\n", "[a]\nk=v w\n"},
	{"[a]\nk=\n", "[a]\nk=\n"},
	{"[a]\nk=v=w\n", "[a]\nk=v=w\n"},
	{"# c\n; c\n[a]\n#k=v\n;k=v\nl=w\n", "[a]\nl=w\n"},
	{"[a]\nk=1\n[a]\nk=2\n", "[a]\nk=1\n[a]\nk=2\n"},
	{"[a]\nk=\"v\"\n", "[a]\nk=\"v\"\n"},
	{"[a]\nk=v#w\nl=v;w\n", "[a]\nk=v#w\nl=v;w\n"},
	{"[a]\nk=caf\xc3\xa9\n", "[a]\nk=caf\xc3\xa9\n"},
};

static void both_dialects_agree(void **state) {
	(void)state;
	check_texts(both, LENGTH(both), INI_PLUGIN);
	check_texts(both, LENGTH(both), INI_AWS);
}

static void plugin_files_have_no_inline_comments(void **state) {
	(void)state;
	static const struct text_case cases[] = {
		{"[a]\nk=v # c\nl=v ; c\n", "[a]\nk=v # c\nl=v ; c\n"},
		/* Indented lines are lines like others. */
		{"[a]\nk=v\n  l=w\n", "[a]\nk=v\nl=w\n"},
		{"  [a]\n\tk=v\n", "[a]\nk=v\n"},
		{"  # c\n\t; c\n[a]\n", "[a]\n"},
		{"[a]\nneither\nk=v\n", "[a]\n!neither\nk=v\n"},
	};
	check_texts(cases, LENGTH(cases), INI_PLUGIN);
}

static void aws_files_have_comments_and_continuations(void **state) {
	(void)state;
	static const struct text_case cases[] = {
		{"[a]\nk=v # c\nl=v ; c\nm=v\t#c\n", "[a]\nk=v\nl=v\nm=v\n"},
		{"[a]# c\n[b] ; c\n[c];\n", "[a]\n[b]\n[c]\n"},
		{"[a]\nk=\n  x = y\n\n  z = 1\nl=w\n", "[a]\nk=\n>x = y\n>z = 1\nl=w\n"},
		{"[a]\nk=v\n \t -more \t\n", "[a]\nk=v\n>-more\n"},
		/* A carriage return is white space wherever it stands. */
		{"[a]\nk=\r# c\nl=v\r; c\r\n", "[a]\nk=\nl=v\n"},
	};
	check_texts(cases, LENGTH(cases), INI_AWS);
}

/* Row by row of the table in ini.h. */
static void aws_files_are_read_by_the_table(void **state) {
	(void)state;
	static const struct text_case cases[] = {
		/* the end of a line */
		{"[a]\rk=v\rl=w\r", "[a]\nk=v\nl=w\n"},
		{"[a]\r\n\r\nk=v\r\r\nl=w", "[a]\nk=v\nl=w\n"},
		/* white space */
		{"[a]\nk\xc2\xa0=\xc2\xa0v\xe2\x80\x83\n\xe3\x80\x80\nl=\vw\f\n",
			"[a]\nk=v\nl=w\n"},
		{"[a]\nk=v\xc2\xa0# c\nl=\xa0w\xa0\n", "[a]\nk=v\nl=\xa0w\xa0\n"},
		{"[\xe2\x80\x83"
		 "a b\xc2\xa0]\n",
			"[a b]\n"},
		/* indentation */
		{"[a]\n  k=v\n  l=w\n", "[a]\nk=v\nl=w\n"},
		{"  [a]\n  k=v\n  [b]\n\tl=w\n", "[a]\nk=v\n[b]\nl=w\n"},
		{"[a]\n    k=v\n  l=w\n   x\n", "[a]\nk=v\nl=w\n>x\n"},
		{"[a]\n  k=\n    x=y\n  l=w\n", "[a]\nk=\n>x=y\nl=w\n"},
		{"[a]\nk=v\n  [b]\n", "[a]\nk=v\n>[b]\n"},
		{"[a]\nk=\n# c\n\n  ; c\n  x=y\n", "[a]\nk=\n>x=y\n"},
		{"[a]\n\xc2\xa0k=v\n\tl=w\n", "[a]\nk=v\nl=w\n"},
		{"[a]\n\xc2\xa0k=v\n  l=w\n", "[a]\nk=v\n>l=w\n"},
		/* what ends a section's name */
		{"[a] text\n[b]text\n[c]]\n[d] e]\n", "[a]\n[b]\n[c]]\n[d] e]\n"},
		{"[a] # [old]\n[b];[x]\n[c # d]\n", "[a]\n[b]\n[c # d]\n"},
		{"[]]\n", "[]]\n"},
		/* delimiters */
		{"[a]\nk: v\nl:w=x\nm=w:x\n", "[a]\nk=v\nl=w=x\nm=w:x\n"},
		{"[a]\n[k = v\n[l: w\n", "[a]\n[k=v\n[l=w\n"},
		/* quotes and comments */
		{"[a]\nk=sh -c \"echo x #y\" # c\n", "[a]\nk=sh -c \"echo x #y\"\n"},
		{"[a]\nk='a ;b'; c ;d\n", "[a]\nk='a ;b'; c\n"},
		{"[a]\nk=\"a\\\" #b\" #c\nl='a\\' #b\n", "[a]\nk=\"a\\\" #b\"\nl='a\\'\n"},
		{"[a]\nk=a\\ #b\nl=a \\#b\n", "[a]\nk=a\\ #b\nl=a \\#b\n"},
		{"[a]\nk=it's #c\n", "[a]\nk=it's #c\n"},
		{"[a]\nk=#c\nl= ;c\n", "[a]\nk=\nl=\n"},
		{"[a]\nk=\n x # c\n", "[a]\nk=\n>x # c\n"},
		/* malformed */
		{"secret\n[a]\nk=v\n", "?1\n[a]\nk=v\n"},
		{" secret\nk=secret\n", "?1\n?2\n"},
		{"[a]\nsecret\nk=v\n", "[a]\n?2\nk=v\n"},
		{"[a]\n= secret\n:secret\n", "[a]\n?2\n?3\n"},
		{"[a\nk=v\n[b]\n", "[a]\n?1\nk=v\n[b]\n"},
		{"[]\nk=v\n", "[]\n?1\nk=v\n"},
		{"[a]\nsecret\n  k=v\n", "[a]\n?2\nk=v\n"},
	};
	check_texts(cases, LENGTH(cases), INI_AWS);
}

static void wide_text_is_named(void **state) {
	(void)state;
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{"\xff\xfe[\0a\0]\0", 8},
		{"\xfe\xff\0[\0a\0]", 8},
		{"[\0a\0]\0", 6},
		{"\0[\0a\0]", 6},
		{"\xff\xfe\0\0[\0\0\0", 8},
		{"\0\0\xfe\xff\0\0\0[", 8},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int dialect = INI_PLUGIN; dialect <= INI_AWS; dialect++) {
			struct record r = {.stop_after = -1};
			struct err e = {.code = ERR_NONE};
			expect_whole(read_text(cases[i].text, cases[i].n, (enum ini_dialect)dialect,
					     &r, &e),
				-1, "case %zu", i);
			expect_whole(e.code, ERR_SYNTAX, "case %zu: code", i);
			expect_holds(e.message, "UTF-16&save&UTF-8", "case %zu", i);
		}
	}
}

static void errors_name_the_line(void **state) {
	(void)state;
	static const struct {
		enum ini_dialect dialect;
		const char *text;
		size_t n; /* 0: all of it */
		const char *line;
	} cases[] = {
		{INI_PLUGIN, "# c\nk=v\n", 0, "2"},
		{INI_PLUGIN, "\n\n\ntext\n[a]\n", 0, "4"},
		{INI_PLUGIN, "[a]\n\n=v\n", 0, "3"},
		{INI_PLUGIN, "[a]\n[b\n", 0, "2"},
		{INI_PLUGIN, "[a]\nk=v\0w\n", 10, "2"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct record r = {.stop_after = -1};
		struct err e = {.code = ERR_NONE};
		size_t n = cases[i].n ? cases[i].n : strlen(cases[i].text);
		buf_init(&r.text, 1000);
		expect_whole(read_text(cases[i].text, n, cases[i].dialect, &r, &e), -1, "case %zu",
			i);
		expect_whole(e.code, ERR_SYNTAX, "case %zu: code", i);
		expect_holds(e.message, cases[i].line, "case %zu: line", i);
		expect(!strstr(e.message, "neither\n") && !strstr(e.message, "k="),
			"case %zu: no line is quoted: %s", i, e.message);
		buf_free(&r.text);
	}
}

/* A NUL byte, whose line C's strings would cut. */
static void aws_files_go_on_after_a_nul(void **state) {
	(void)state;
	static const char text[] = "[a]\nk=v\0w\n[b\0]\nl=w\n";
	struct record r = {.stop_after = -1};
	struct err e = {.code = ERR_NONE};
	buf_init(&r.text, 1000);
	assert_int_equal(read_text(text, sizeof text - 1, INI_AWS, &r, &e), 0);
	assert_string_equal(buf_str(&r.text), "[a]\n?2\n?3\nl=w\n");
	buf_free(&r.text);
}

static void a_handler_can_end_the_reading(void **state) {
	(void)state;
	struct record r = {.stop_after = 2};
	struct err e = {.code = ERR_NONE};
	static const char text[] = "[a]\nk=v\nl=w\n";
	buf_init(&r.text, 1000);
	assert_int_equal(read_text(text, strlen(text), INI_PLUGIN, &r, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.message, "stopped"));
	assert_int_equal(r.events, 2);
	assert_int_equal(r.last_line, 2);
	buf_free(&r.text);
}

/* Longer than the 200 bytes at which another reader cuts. */
static void long_lines_are_whole(void **state) {
	(void)state;
	char value[5001];
	memset(value, 'v', 5000);
	value[5000] = '\0';
	for (int dialect = INI_PLUGIN; dialect <= INI_AWS; dialect++) {
		struct record r = {.stop_after = -1};
		struct err e = {.code = ERR_NONE};
		struct buf text, wanted;
		buf_init(&r.text, 20000);
		buf_init(&text, 20000);
		buf_init(&wanted, 20000);
		buf_addf(&text, "[a]\nk = %s\nl=w\n", value);
		buf_addf(&wanted, "[a]\nk=%s\nl=w\n", value);
		expect_whole(read_text(text.data, text.len, (enum ini_dialect)dialect, &r, &e), 0,
			"%s", e.message);
		expect(strcmp(buf_str(&r.text), buf_str(&wanted)) == 0, "dialect %d", dialect);
		buf_free(&r.text);
		buf_free(&text);
		buf_free(&wanted);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(both_dialects_agree),
		UNIT_TEST(plugin_files_have_no_inline_comments),
		UNIT_TEST(aws_files_have_comments_and_continuations),
		UNIT_TEST(aws_files_are_read_by_the_table),
		UNIT_TEST(wide_text_is_named),
		UNIT_TEST(aws_files_go_on_after_a_nul),
		UNIT_TEST(errors_name_the_line),
		UNIT_TEST(a_handler_can_end_the_reading),
		UNIT_TEST(long_lines_are_whole),
	};
	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
