/* The strict reader: RFC 8259, and what its header refuses beyond. */
#include "config.h"

#include "support.h"

#include "base/json.h"
#include "base/json_write.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Parses a copy without anything behind it, so that a sanitizer sees a byte read too far. */
static json *parse_bytes(const char *text, size_t n, struct err *e) {
	char *copy = malloc(n ? n : 1);
	assert_non_null(copy);
	memcpy(copy, text, n);
	json *document = json_parse(copy, n, e);
	free(copy);
	return document;
}

static json *parse(const char *text) {
	struct err e = {.code = ERR_NONE};
	json *document = parse_bytes(text, strlen(text), &e);
	if (!document)
		fail_msg("%s is refused: %s", text, e.message);
	return document;
}

static void broken_documents_are_refused(void **state) {
	(void)state;
	static const char *const cases[] = {"", " ", "\n", "01", "-01", "00", "[01]", "1.", "[2.]",
		".5", "-.5", "+1", "1e", "1e+", "1.e5", "[1.e5]", "-", "[-]", "--1", "1-2", "1+2",
		"1.2.3", "0x10", "1e5e5", "1f", "nan", "NaN", "Infinity", "-Infinity", "tru",
		"TRUE", "nul", "Null", "truex", "{}x", "{} {}", "{}]", "1 2", "null,", "[1,]",
		"[,1]", "[1 2]", "[1,,2]", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\" 1}",
		"{\"a\"}", "{\"a\":}", "{1:2}", "{null:1}", "[", "]", "{", "}", "[1", "{\"a\":1",
		"[1}", "\"abc", "'abc'", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u1234",
		"\"\\uFFFFFFFF", "\"\\\"", "\"\\a\"", "// c\n1", "/* c */1", "1 # c", "\"a\nb\"",
		"\"a\tb\"", "\"\x01\"", "\"\x1f\"", "{\"a\n\":1}", "\v1", "\f{}", "[1,\v2]",
		"{\x01}", "[\"a\"\b]", "\xc2\xa0[]", "\xe2\x80\xa8[]"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		json *document = parse_bytes(cases[i], strlen(cases[i]), &e);
		expect(document == NULL, "%s is refused", cases[i]);
		expect(document || e.code == ERR_SYNTAX, "the code for %s", cases[i]);
		expect(document || *e.message, "a message for %s", cases[i]);
		json_free(document);
	}
}

/* cJSON before 1.7.19 refuses numbers of 64 characters; num.h has the bound that counts. */
static void long_numbers_are_read_with_each_cjson(void **state) {
	(void)state;
	static const size_t lengths[] = {63, 64, 65, 100, 400};
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		char text[512];
		double v = -777;
		/* 0.100... */
		memset(text, '0', lengths[i]);
		text[1] = '.';
		text[2] = '1';
		json *document = parse_bytes(text, lengths[i], NULL);
		expect(document && json_number(document, &v), "%zu characters are read",
			lengths[i]);
		expect_number(v, 0.1, "the value of %zu characters", lengths[i]);
		json_free(document);
	}
}

static void numbers_have_to_be_finite(void **state) {
	(void)state;
	static const char *const cases[] = {"1e999", "-1e999", "[1e400]", "1e-400", "-1e-400",
		"[0.1e-999]", "{\"a\":[2e308]}", "1E99999999999999999999"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		json *document = parse_bytes(cases[i], strlen(cases[i]), &e);
		expect(document == NULL, "%s is refused", cases[i]);
		expect(document || e.code == ERR_SYNTAX || e.code == ERR_LIMIT, "the code for %s",
			cases[i]);
		json_free(document);
	}
}

static void strings_are_valid_utf8_without_nul(void **state) {
	(void)state;
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {{"\"\\u0000\"", 8}, {"\"a\\u0000b\"", 10}, {"{\"\\u0000\":1}", 12},
		{"\"\xff\"", 3}, {"\"\xc0\x80\"", 4}, {"\"\xed\xa0\x80\"", 5},
		{"\"\xf4\x90\x80\x80\"", 6}, {"\"\xe2\x82\"", 4}, {"{\"\xff\":1}", 7},
		{"\"\\ud800\"", 8}, {"\"\\udc00\"", 8}, {"\"\\ud800\\ud800\"", 14},
		{"\"\\ud800x\"", 9}, {"\"\\udc00\\ud800\"", 14}, {"\"a\0b\"", 5}, {"{}\0", 3},
		{"1\0", 2}, {"\0", 1}, {"[1,\0 2]", 7}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		json *document = parse_bytes(cases[i].text, cases[i].n, &e);
		expect(document == NULL, "case %zu (%s) is refused", i, cases[i].text);
		expect(document || e.code == ERR_SYNTAX, "the code for case %zu", i);
		json_free(document);
	}
}

static void valid_documents_are_read(void **state) {
	(void)state;
	static const char *const cases[] = {"{}", "[]", "0", "-0", "1", "null", "true", "false",
		"\"\"", " \t\r\n{ } \n", "[1,2 , 3]", "{\"a\":{\"b\":[null,true,false]}}", "1E5",
		"1e+5", "-1.5e-3", "0.0", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\x7f\"",
		"\"caf\xc3\xa9\"", "{\"\":1}", "\xef\xbb\xbf{}"};
	for (size_t i = 0; i < LENGTH(cases); i++)
		json_free(parse(cases[i]));
	/* Exactly n bytes. */
	json *document = parse_bytes("{}garbage", 2, NULL);
	assert_non_null(document);
	json_free(document);
	json_free(NULL);
}

static void depth_and_size_are_bounded(void **state) {
	(void)state;
	for (int objects = 0; objects < 2; objects++) {
		for (size_t depth = JSON_DEEPEST; depth <= JSON_DEEPEST + 1; depth++) {
			struct buf b;
			struct err e = {.code = ERR_NONE};
			buf_init(&b, 10000);
			for (size_t i = 0; i < depth; i++)
				buf_adds(&b, !objects ? "[" : i + 1 < depth ? "{\"a\":" : "{");
			for (size_t i = 0; i < depth; i++)
				buf_addc(&b, objects ? '}' : ']');
			json *document = parse_bytes(b.data, b.len, &e);
			expect((document != NULL) == (depth <= JSON_DEEPEST), "%zu levels", depth);
			json_free(document);
			buf_free(&b);
		}
	}
	for (size_t values = JSON_MAX_VALUES - 10; values <= JSON_MAX_VALUES + 10; values += 20) {
		struct buf b;
		struct err e = {.code = ERR_NONE};
		buf_init(&b, 3000000);
		buf_adds(&b, "[0");
		for (size_t i = 1; i < values; i++)
			buf_adds(&b, ",0");
		buf_addc(&b, ']');
		json *document = parse_bytes(b.data, b.len, &e);
		expect((document != NULL) == (values < JSON_MAX_VALUES), "%zu values", values);
		expect(document || e.code == ERR_LIMIT, "the code for %zu values", values);
		json_free(document);
		buf_free(&b);
	}
}

static void deep_text_does_no_harm(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 2000000);
	for (int i = 0; i < 1000000; i++)
		buf_addc(&b, '[');
	assert_null(parse_bytes(b.data, b.len, &e));
	assert_true(e.code == ERR_LIMIT || e.code == ERR_SYNTAX);
	buf_free(&b);
}

static void members_are_found_by_exact_name(void **state) {
	(void)state;
	json *document = parse("{\"Message\":\"M\",\"A\":1,\"a\":2,\"n\":null,\"\":3}");
	double v = 0;
	assert_true(json_is_object(document));
	assert_false(json_is_array(document));
	assert_null(json_member(document, "message"));
	assert_string_equal(json_string(json_member(document, "Message")), "M");
	assert_true(json_number(json_member(document, "a"), &v));
	expect_number(v, 2, "a");
	assert_true(json_number(json_member(document, "A"), &v));
	expect_number(v, 1, "A");
	assert_true(json_number(json_member(document, ""), &v));
	expect_number(v, 3, "the empty name");
	assert_null(json_member(document, "b"));
	assert_true(json_is_absent(json_member(document, "b")));
	assert_true(json_is_absent(json_member(document, "n")));
	assert_false(json_is_absent(json_member(document, "a")));
	json_free(document);
}

static void types_are_not_converted(void **state) {
	(void)state;
	json *document = parse("{\"s\":\"17\",\"i\":17,\"t\":true,\"z\":null,\"l\":[],\"o\":{}}");
	static const char *const names[] = {"s", "i", "t", "z", "l", "o", "missing"};
	for (size_t i = 0; i < LENGTH(names); i++) {
		const json *v = json_member(document, names[i]);
		double number = -777;
		char kind = *names[i];
		expect((json_string(v) != NULL) == (kind == 's'), "%s as a string", names[i]);
		expect(json_number(v, &number) == (kind == 'i'), "%s as a number", names[i]);
		expect_number(number, kind == 'i' ? 17 : -777, "the number after %s", names[i]);
		expect(json_is_array(v) == (kind == 'l'), "%s as an array", names[i]);
		expect(json_is_object(v) == (kind == 'o'), "%s as an object", names[i]);
		expect(json_first(v) == NULL, "the elements of %s", names[i]);
		expect(json_member(v, "x") == NULL, "a member of %s", names[i]);
	}
	/* An object's members are no elements. */
	assert_null(json_first(document));
	json_free(document);
}

static void elements_come_in_order(void **state) {
	(void)state;
	json *document = parse("[\"a\",\"b\",\"c\"]");
	const json *at = json_first(document);
	assert_string_equal(json_string(at), "a");
	at = json_next(at);
	assert_string_equal(json_string(at), "b");
	at = json_next(at);
	assert_string_equal(json_string(at), "c");
	assert_null(json_next(at));
	assert_null(json_member(document, "a"));
	json_free(document);
}

static void values_are_read_as_they_stand(void **state) {
	(void)state;
	json *document = parse(
		"[1.7672256E9,-0.5,100.10000000000001,1e-7,"
		"0.1000000000000000055511151231257827021181583404541015625,"
		"12345678901234567890123456789012345678901234567890123456789012345678901]");
	static const double wanted[] = {1767225600, -0.5, 100.10000000000001, 1e-7, 0.1,
		12345678901234567890123456789012345678901234567890123456789012345678901.0};
	const json *at = json_first(document);
	for (size_t i = 0; i < LENGTH(wanted); i++, at = json_next(at)) {
		double v = -777;
		expect(json_number(at, &v), "number %zu", i);
		expect_number(v, wanted[i], "value %zu", i);
	}
	json_free(document);
	document = parse("\"\\ud83d\\ude00 \\u20AC \\u00e9 \\\" \\\\ \\/ \\n\"");
	assert_string_equal(json_string(document),
		"\xf0\x9f\x98\x80 \xe2\x82\xac \xc3\xa9 \" \\ / \n");
	json_free(document);
}

static void strings_are_written_for_any_reader(void **state) {
	(void)state;
	char every[128] = "";
	for (int i = 1; i < 128; i++)
		every[i - 1] = (char)i;
	const char *const cases[] = {"", "plain", "a\"b\\c/d", every,
		"caf\xc3\xa9 \xf0\x9f\x98\x80", "\xe2\x80\xa8\xe2\x80\xa9", "</script>"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b;
		buf_init(&b, 2000);
		json_add_string(&b, cases[i]);
		for (size_t k = 0; k < b.len; k++)
			expect((unsigned char)b.data[k] >= 0x20, "no control character in case %zu",
				i);
		cJSON *v = cJSON_Parse(buf_str(&b));
		expect_text(cJSON_GetStringValue(v), cases[i], "case %zu", i);
		cJSON_Delete(v);
		buf_free(&b);
	}
}

static void members_are_set_and_the_rest_is_kept(void **state) {
	(void)state;
	static const char given[] =
		"{\"a\":\"old\",\"n\":[1,{\"x\":null}],\"z\":[-0.5,null,1e300]}";
	struct err e = {.code = ERR_NONE};
	struct buf b;
	json *v = json_parse(given, sizeof given - 1, &e);
	assert_non_null(v);
	buf_init(&b, 1000);
	assert_int_equal(json_set_string(v, "a", "n\"ew", &e), 0);
	assert_int_equal(json_set_string(v, "b", "added", &e), 0);
	assert_int_equal(json_set_string(v, "n", "no list", &e), 0);
	assert_int_equal(json_print(v, 1000, &b, &e), 0);
	assert_string_equal(buf_str(&b),
		"{\"a\":\"n\\\"ew\",\"n\":\"no list\",\"z\":[-0.5,null,1e+300],\"b\":\"added\"}");
	assert_int_equal(json_print(v, 20, &b, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	json_free_secret(v);
	buf_free(&b);
}

/* The linker puts it before malloc() for all that is linked in, cJSON being a library of its own.
 */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
static int allocations_left = -1; /* -1: as many as wanted */

void *__wrap_malloc(size_t n) {
	if (allocations_left == 0)
		return NULL;
	allocations_left -= allocations_left > 0;
	return __real_malloc(n);
}

/* Whichever allocation fails: a member is set whole, or it is said that it was not. */
static void without_memory_a_member_is_not_half_set(void **state) {
	(void)state;
	static const char given[] = "{\"a\":\"old\",\"b\":1}";
	char longer[2000];
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	int refused = 0;
	for (int rc = -1; rc != 0; refused++) {
		struct err e = {.code = ERR_NONE};
		struct buf b;
		json *v = json_parse(given, sizeof given - 1, &e);
		assert_non_null(v);
		buf_init(&b, 10000);
		allocations_left = refused;
		rc = json_set_string(v, "a", longer, &e);
		allocations_left = -1;
		assert_int_equal(e.code, rc ? ERR_MEMORY : ERR_NONE);
		assert_int_equal(json_print(v, 5000, &b, &e), 0);
		expect(strstr(buf_str(&b), rc ? "\"old\"" : longer) != NULL, "allocation %d: %s",
			refused, buf_str(&b));
		json_free_secret(v);
		buf_free(&b);
	}
	assert_true(refused > 1);
}

/* A text that is JSON is never called none because memory ran out. */
static void want_of_memory_is_no_syntax_error(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 100000);
	buf_adds(&b, "{\"long\":[");
	for (int i = 0; i < 300; i++)
		buf_addf(&b, "%d,", i);
	buf_adds(&b, "{}],\"wide\":{\"0\":0");
	for (int i = 1; i < 20; i++)
		buf_addf(&b, ",\"%d\":null", i);
	buf_adds(&b, "}}");
	json *document = NULL;
	int refused = 0;
	for (; !document && refused < 1000; refused++) {
		struct err e = {.code = ERR_NONE};
		allocations_left = refused;
		document = json_parse(b.data, b.len, &e);
		allocations_left = -1;
		expect(document || e.code == ERR_MEMORY, "allocation %d: %s", refused, e.message);
	}
	assert_non_null(document);
	assert_true(refused > 3); /* the text for cJSON, the document, its memory, the names */
	json_free(document);
	buf_free(&b);
}

/* RFC 8259, 4: what a reader makes of these is not foreseeable. The first one's text: a proxy or
 * AWS itself would have to be wrong; botocore takes the last. */
static void a_name_stands_once_in_an_object(void **state) {
	(void)state;
	static const struct {
		const char *text;
		bool good;
	} cases[] = {{"{\"nextToken\":null,\"nextToken\":\"x\"}", false},
		{"{\"Values\":[1],\"b\":{},\"Values\":[99]}", false},
		{"[{\"a\":{\"StatusCode\":\"Complete\",\"StatusCode\":\"Complete\"}}]", false},
		{"{\"desiredCount\":0,\"desiredCount\":3}", false},
		{"{\"a\":1,\"\\u0061\":1}", false}, {"{\"\\u0061\":1,\"a\":1}", false},
		{"{\"caf\\u00e9\":1,\"caf\xc3\xa9\":1}", false}, {"{\"\":1,\"\":1}", false},
		{"{\"\\/\":1,\"/\":1}", false},
		{"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"a\":1}",
			false},
		{"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"A\":1}",
			true},
		{"{\"nextToken\":1,\"NextToken\":1,\"nextToken \":1}", true},
		{"{\"a\":{\"a\":{\"a\":1}}}", true}, {"[{\"a\":1},{\"a\":1}]", true},
		{"{\"e\xcc\x81\":1,\"\xc3\xa9\":1}", true}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		json *document = parse_bytes(cases[i].text, strlen(cases[i].text), &e);
		expect((document != NULL) == cases[i].good, "%s", cases[i].text);
		expect(document || e.code == ERR_SYNTAX, "the code for %s", cases[i].text);
		json_free(document);
	}
}

/* As many members as an answer can hold are compared in less time than each with each would take.
 */
static void many_names_are_compared_quickly(void **state) {
	(void)state;
	enum { MEMBERS = 200000 };
	for (int twice = 0; twice < 2; twice++) {
		struct buf b;
		struct err e = {.code = ERR_NONE};
		buf_init(&b, 8000000);
		buf_adds(&b, "{\"first\":0");
		for (int i = 0; i < MEMBERS; i++)
			buf_addf(&b, ",\"member number %d\":%d", i * 7919 % MEMBERS, i);
		buf_addf(&b, ",\"member number %d\":1}", twice ? MEMBERS / 2 : MEMBERS);
		clock_t start = clock();
		json *document = parse_bytes(b.data, b.len, &e);
		assert_int_equal(document != NULL, !twice);
		/* Each with each: 20,000 million comparisons. */
		assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
		json_free(document);
		buf_free(&b);
	}
}

/* What no double can hold costs an answer that one value, a file all of it. */
static void an_answer_survives_a_number_out_of_range(void **state) {
	(void)state;
	static const char text[] =
		"{\"a\":[1,null,1e999,-1e999,1e-999,-0.0e-999,1E+400,2e308,0e999,0.0],\"b\":99}";
	static const bool held[] = {true, false, false, false, false, true, false, false, true,
		true};
	struct err e = {.code = ERR_NONE};
	double v = -777;
	assert_null(json_parse(text, sizeof text - 1, &e));
	assert_int_equal(e.code, ERR_SYNTAX);
	json *document = json_parse_answer(text, sizeof text - 1, &e);
	assert_non_null(document);
	const json *at = json_first(json_member(document, "a"));
	for (size_t i = 0; i < LENGTH(held); i++, at = json_next(at)) {
		expect(json_number(at, &v) == held[i], "element %zu", i);
		expect(json_is_absent(at) == (i == 1), "element %zu is not null", i);
		expect(!json_string(at) && !json_is_array(at) && !json_is_object(at),
			"element %zu is of no type", i);
	}
	assert_null(at);
	assert_true(json_number(json_member(document, "b"), &v));
	expect_number(v, 99, "what stands behind it");
	json_free(document);
	static const char *const broken[] = {"{\"a\":1e999", "[1e999,]", "[1e9999e1]", "1e999x"};
	for (size_t i = 0; i < LENGTH(broken); i++)
		expect(!json_parse_answer(broken[i], strlen(broken[i]), &e), "%s", broken[i]);
}

/* Digits of all lengths, with the point in every place: bit by bit what strtod makes of them. */
static void numbers_are_rounded_as_strtod_does(void **state) {
	(void)state;
	uint64_t seed = 42;
	for (int i = 0; i < 200000; i++) {
		char text[64];
		size_t n = 0;
		size_t digits = 1 + (size_t)i % 24;
		size_t point = (size_t)(i / 24) % (digits + 1);
		if (i % 3 == 0)
			text[n++] = '-';
		for (size_t k = 0; k < digits; k++) {
			seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			if (k == point && k > 0)
				text[n++] = '.';
			text[n++] = (char)('0' +
				(k == 0 ? 1 + (seed >> 33) % 9 : (seed >> 33) % 10));
		}
		text[n] = '\0';
		double wanted = strtod(text, NULL);
		double got = -777;
		json *document = parse_bytes(text, n, NULL);
		expect(json_number(document, &got) && memcmp(&got, &wanted, sizeof got) == 0,
			"%s is read as %.17g", text, got);
		json_free(document);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(broken_documents_are_refused),
		UNIT_TEST(long_numbers_are_read_with_each_cjson),
		UNIT_TEST(numbers_have_to_be_finite),
		UNIT_TEST(strings_are_valid_utf8_without_nul),
		UNIT_TEST(valid_documents_are_read),
		UNIT_TEST(depth_and_size_are_bounded),
		UNIT_TEST(deep_text_does_no_harm),
		UNIT_TEST(members_are_found_by_exact_name),
		UNIT_TEST(types_are_not_converted),
		UNIT_TEST(elements_come_in_order),
		UNIT_TEST(values_are_read_as_they_stand),
		UNIT_TEST(strings_are_written_for_any_reader),
		UNIT_TEST(members_are_set_and_the_rest_is_kept),
		UNIT_TEST(without_memory_a_member_is_not_half_set),
		UNIT_TEST(want_of_memory_is_no_syntax_error),
		UNIT_TEST(a_name_stands_once_in_an_object),
		UNIT_TEST(many_names_are_compared_quickly),
		UNIT_TEST(an_answer_survives_a_number_out_of_range),
		UNIT_TEST(numbers_are_rounded_as_strtod_does),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
