/* The strict XML reader: what it picks, and what it refuses. */
#include "config.h"

#include "support.h"

#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text of A/B in a document, or NULL with e when it is refused or has none. */
static const char *pick_b(const char *document, size_t n, struct err *e) {
	static char text[XML_MAX_BYTES + 1];
	struct xml_pick pick = {.path = "A/B"};
	*e = (struct err){.code = ERR_NONE};
	int rc = xml_read(document, n, &pick, 1, e);
	bool found = pick.found;
	(void)snprintf(text, sizeof text, "%s", buf_str(&pick.text));
	expect(rc == 0 || (!found && pick.text.len == 0), "refused, and nothing is left");
	expect(rc == 0 || *e->message, "a refusal has a reason");
	xml_free_picks(&pick, 1);
	return rc == 0 && found ? text : NULL;
}

static void texts_are_picked(void **state) {
	(void)state;
	static const struct {
		const char *document, *text;
	} cases[] = {
		{"<A><B>b</B></A>", "b"},
		{"<?xml version=\"1.0\"?>\n<A>\n <B>b</B>\n</A>\n", "b"},
		{"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><A><B>b</B></A>",
			"b"},
		{"\xef\xbb\xbf<A><B>b</B></A>", "b"},
		{"<A xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><B>b</B></A>", "b"},
		{"<n:A xmlns:n=\"urn:x\"><n:B>b</n:B></n:A>", "b"},
		{"<A><B a=\"1\">b</B></A>", "b"},
		{"<A><B> b\n</B></A>", " b\n"},
		{"<A><B></B></A>", ""},
		{"<A><B/></A>", ""},
		{"<A><B>&lt;&gt;&amp;&quot;&apos;&#65;&#x20AC;</B></A>", "<>&\"'A\xe2\x82\xac"},
		{"<A><B>a<![CDATA[<b>&amp;]]>c</B></A>", "a<b>&amp;c"},
		{"<A><!-- <B>x</B> --><B>a<!-- c -->b</B></A>", "ab"},
		/* Only on this path. */
		{"<A><C><B>x</B></C><B>b</B></A>", "b"},
		{"<A><C>x<B>x</B>x</C></A>", NULL},
		{"<B>x</B>", NULL},
		{"<A><B1>x</B1></A>", NULL},
		{"<A><b>x</b></A>", NULL},
		{"<C><A><B>x</B></A></C>", NULL},
		{"<A B=\"x\"/>", NULL},
		{"<A>x</A>", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e;
		expect_text(pick_b(cases[i].document, strlen(cases[i].document), &e), cases[i].text,
			"%s", cases[i].document);
		expect_whole(e.code, ERR_NONE, "%s: %s", cases[i].document, e.message);
	}
}

static void several_are_told_apart(void **state) {
	(void)state;
	static const char document[] = "<A><B>1</B><C><B>2</B><D/></C><E>5</E></A>";
	struct xml_pick picks[] = {{.path = "A/C/B"}, {.path = "A/B"}, {.path = "A/C/D"},
		{.path = "A/F"}};
	struct err e = {.code = ERR_NONE};
	assert_int_equal(xml_read(document, strlen(document), picks, LENGTH(picks), &e), 0);
	assert_string_equal(buf_str(&picks[0].text), "2");
	assert_string_equal(buf_str(&picks[1].text), "1");
	assert_true(picks[2].found && picks[2].text.len == 0);
	assert_false(picks[3].found);
	xml_free_picks(picks, LENGTH(picks));
	assert_false(picks[0].found);
	assert_int_equal(picks[0].text.len, 0);
}

#define LAUGHS                                                                               \
	"<?xml version=\"1.0\"?><!DOCTYPE A [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">" \
	"<!ENTITY c \"&b;&b;&b;&b;\">]><A><B>&c;</B></A>"

static void hostile_documents_are_refused(void **state) {
	(void)state;
	static const char *const cases[] = {
		"",
		" ",
		"b",
		"<html><p>Sign in<br></html>",
		"{\"A\":{\"B\":\"b\"}}",
		LAUGHS,
		"<!DOCTYPE A><A><B>b</B></A>",
		"<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A><B>b</B></A>",
		"<!DOCTYPE A [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><A><B>&x;</B></A>",
		"<!DOCTYPE A [<!ENTITY % x SYSTEM \"http://127.0.0.1/\"> %x;]><A><B>b</B></A>",
		"<A><B>&unknown;</B></A>",
		"<?php x?><A><B>b</B></A>",
		"<A><?x?><B>b</B></A>",
		"<A><B>b</B></A><?x?>",
		"<A><B>b</B></A>junk",
		"<A><B>b</B></A><A/>",
		"<A><B>b</B><B>c</B></A>",
		"<A><B>b</B><B/></A>",
		"<A><B>b<C/></B></A>",
		"<A><B><B>b</B></B></A>",
		"<A><B>b</A></B>",
		"<A><B>&#0;</B></A>",
		"<A><B>&#1;</B></A>",
		"<A><B>&#xD800;</B></A>",
		"<A><B>&#x110000;</B></A>",
		"<A><B>\x01</B></A>",
		"<A><B>\xff</B></A>",
		"<A><B>\xc0\x80</B></A>",
		"<A><B>]]></B></A>",
		"<A b=\"1\" b=\"2\"><B>b</B></A>",
		"<n:A><B>b</B></n:A>",
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><A><B>\xe9</B></A>",
		"\xfe\xff\0<\0A",
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e;
		expect(pick_b(cases[i], strlen(cases[i]), &e) == NULL, "%s", cases[i]);
		expect_whole(e.code, ERR_SYNTAX, "%s: %s", cases[i], e.message);
	}
	struct err e;
	static const char nul[] = "<A><B>b\0c</B></A>";
	expect(pick_b(nul, sizeof nul - 1, &e) == NULL && e.code == ERR_SYNTAX, "NUL");
	static const char wide[] = "\xff\xfe<\0A\0/\0>\0";
	expect(pick_b(wide, sizeof wide - 1, &e) == NULL && e.code == ERR_SYNTAX, "UTF-16");
	assert_int_equal(xml_read("<A", 2, NULL, 0, NULL), -1);
}

/* A copy that ends where its allocation does, so that valgrind sees a byte too far. */
static void a_document_cut_anywhere_is_refused(void **state) {
	(void)state;
	static const char whole[] =
		"<?xml version=\"1.0\"?><A xmlns=\"u\"><!-- c --><B>a&amp;&#x20AC;<![CDATA[x]]>\xc3\xa9</B></A>";
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		struct err e;
		char *part = malloc(n + 1);
		assert_non_null(part);
		memcpy(part, whole, n);
		expect(pick_b(part, n, &e) == NULL, "the first %zu bytes", n);
		expect_whole(e.code, ERR_SYNTAX, "the first %zu bytes: %s", n, e.message);
		free(part);
	}
}

static void nest(struct buf *out, int depth) {
	buf_adds(out, "<A><B>b</B>");
	for (int i = 2; i <= depth; i++)
		buf_adds(out, "<x>");
	for (int i = 2; i <= depth; i++)
		buf_adds(out, "</x>");
	buf_adds(out, "</A>");
}

static void depth_is_bounded(void **state) {
	(void)state;
	static const struct {
		int depth;
		const char *text;
		enum err_code code;
	} cases[] = {{16, "b", ERR_NONE}, {17, NULL, ERR_LIMIT}, {5000, NULL, ERR_LIMIT}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf document;
		struct err e;
		buf_init(&document, XML_MAX_BYTES);
		nest(&document, cases[i].depth);
		assert_false(document.failed);
		expect_text(pick_b(buf_str(&document), document.len, &e), cases[i].text,
			"%d levels", cases[i].depth);
		expect_whole(e.code, cases[i].code, "%d levels", cases[i].depth);
		buf_free(&document);
	}
}

static void size_is_bounded(void **state) {
	(void)state;
	enum { MIB = 1024 * 1024 };
	static const size_t sizes[] = {4200, XML_MAX_BYTES, XML_MAX_BYTES + 1, MIB};
	static const char head[] = "<A><B>";
	static const char tail[] = "</B></A>";
	const size_t markup = sizeof head + sizeof tail - 2;
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		struct err e;
		size_t n = sizes[i];
		char *document = malloc(n);
		assert_non_null(document);
		memset(document, 'x', n);
		memcpy(document, head, sizeof head - 1);
		memcpy(document + n - sizeof tail + 1, tail, sizeof tail - 1);
		const char *text = pick_b(document, n, &e);
		if (n <= XML_MAX_BYTES) {
			expect(text && strlen(text) == n - markup, "%zu bytes", n);
		} else {
			expect(text == NULL, "%zu bytes", n);
			expect_whole(e.code, ERR_LIMIT, "%zu bytes", n);
		}
		free(document);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(texts_are_picked),
		UNIT_TEST(several_are_told_apart),
		UNIT_TEST(hostile_documents_are_refused),
		UNIT_TEST(a_document_cut_anywhere_is_refused),
		UNIT_TEST(depth_is_bounded),
		UNIT_TEST(size_is_bounded),
	};
	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
