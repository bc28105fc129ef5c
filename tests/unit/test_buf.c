/* The bounded buffer, and the error value that reports its failure. */
#include "config.h"

#include "support.h"

#include "base/text.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Each block that is given back is searched for a secret. */
void *__wrap_malloc(size_t n);
void __wrap_free(void *p);
void __real_free(void *p);
static const char secret[] = "a secret";
static const char sought[] = " secret"; /* a NUL may stand in front of what is left */
static int given_back;

void *__wrap_malloc(size_t n) {
	return calloc(1, n); /* so that all of it can be read */
}

void __wrap_free(void *p) {
	const char *bytes = p;
	size_t n = p ? malloc_usable_size(p) : 0;
	for (size_t i = 0; i + strlen(sought) <= n; i++)
		given_back += memcmp(bytes + i, sought, strlen(sought)) == 0;
	__real_free(p);
}

static void appends_add_up(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 1000);
	assert_string_equal(buf_str(&b), "");
	assert_null(b.data);
	buf_adds(&b, "one ");
	buf_addc(&b, '2');
	buf_add(&b, "\0x", 2);
	buf_addf(&b, " %d-%s", 42, "end");
	assert_int_equal(b.len, 14);
	assert_memory_equal(b.data, "one 2\0x 42-end", 15);
	assert_int_equal(buf_check(&b, "text", &e), 0);
	buf_free(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "again");
	assert_string_equal(buf_str(&b), "again");
	buf_free(&b);
}

static void a_zeroed_buffer_takes_nothing(void **state) {
	(void)state;
	struct buf b = {0};
	assert_string_equal(buf_str(&b), "");
	buf_free(&b);
	buf_addc(&b, 'x');
	assert_int_equal(b.len, 0);
	assert_true(b.failed);
	buf_free(&b);
	struct buf w = {0};
	buf_wipe(&w);
}

static void the_bound_holds_to_the_byte(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct buf b;
	buf_init(&b, 10);
	buf_adds(&b, "0123456789");
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), "0123456789");
	buf_addc(&b, 'x');
	assert_true(b.failed);
	assert_true(b.no_room);
	assert_string_equal(buf_str(&b), "0123456789");
	assert_int_equal(buf_check(&b, "the answer", &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_non_null(strstr(e.message, "the answer"));
	buf_free(&b);
}

static void a_refused_append_leaves_no_part(void **state) {
	(void)state;
	for (int how = 0; how < 3; how++) {
		struct buf b;
		buf_init(&b, 8);
		buf_adds(&b, "12345");
		if (how == 0)
			buf_adds(&b, "6789");
		else if (how == 1)
			buf_addf(&b, "%s", "6789");
		else
			buf_add(&b, "6789", 4);
		expect(b.failed, "append %d is refused", how);
		expect_text(buf_str(&b), "12345", "append %d leaves the buffer as it was", how);
		buf_addc(&b, '6');
		expect_text(buf_str(&b), "12345", "later appends are refused (%d)", how);
		expect(buf_take(&b) == NULL, "nothing to take from a failed buffer (%d)", how);
		buf_free(&b);
	}
}

/* Around the room that a buffer has left, a formatted text is the same as one added plainly. */
static void formatted_texts_fit_at_every_length(void **state) {
	(void)state;
	const int most = 300;
	for (int before = 0; before < 130; before++)
		for (int length = 0; length < 140; length++) {
			struct buf formatted, plain;
			char text[140];
			memset(text, 'x', sizeof text);
			text[length < 139 ? length : 139] = '\0';
			buf_init(&formatted, (size_t)most);
			buf_init(&plain, (size_t)most);
			for (int i = 0; i < before; i++) {
				buf_addc(&formatted, 'a');
				buf_addc(&plain, 'a');
			}
			buf_addf(&formatted, "%s", text);
			buf_adds(&plain, text);
			buf_addf(&formatted, "%c", 'z');
			buf_addc(&plain, 'z');
			expect_text(buf_str(&formatted), buf_str(&plain), "%d behind %d", length,
				before);
			expect(formatted.len == strlen(buf_str(&formatted)), "its length");
			expect(formatted.cap > formatted.len, "room for the NUL");
			buf_free(&formatted);
			buf_free(&plain);
		}
}

/* However a text came into a buffer, what the buffer outgrows holds nothing of it. */
static void outgrown_pieces_are_wiped(void **state) {
	(void)state;
	given_back = 0;
	for (int how = 0; how < 3; how++)
		for (int before = 1; before < 80; before++) {
			struct buf b;
			buf_init(&b, 1000);
			for (int i = 0; i < before; i++)
				buf_addc(&b, '.');
			if (how == 0)
				buf_addf(&b, "%s%050d", secret, 0);
			else if (how == 1)
				buf_adds(&b, secret);
			else
				buf_addf(&b, "%s", secret);
			if (before % 2)
				buf_truncate(&b, 1);
			for (int i = 0; i < 200; i++)
				buf_addc(&b, '.');
			buf_wipe(&b);
		}
	expect_whole(given_back, 0, "pieces with a secret in them");
	char *volatile plain = malloc(100); /* else a compiler may leave both calls out */
	assert_non_null(plain);
	memcpy(plain, secret, sizeof secret);
	free(plain);
	expect_whole(given_back, 1, "one that is not wiped is noticed");
}

static void huge_lengths_do_not_wrap(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, SIZE_MAX);
	buf_adds(&b, "abc");
	buf_reserve(&b, SIZE_MAX - 1);
	assert_true(b.failed);
	assert_string_equal(buf_str(&b), "abc");
	buf_free(&b);
	buf_init(&b, 100);
	buf_reserve(&b, SIZE_MAX);
	assert_true(b.failed);
	buf_free(&b);
}

static void reserved_room_is_there(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	buf_reserve(&b, 500);
	assert_false(b.failed);
	assert_int_equal(b.len, 0);
	const char *before = b.data;
	for (int i = 0; i < 500; i++)
		buf_addc(&b, 'x');
	assert_ptr_equal(b.data, before);
	assert_int_equal(b.len, 500);
	buf_free(&b);
	buf_init(&b, 10);
	buf_adds(&b, "12345");
	buf_reserve(&b, 6);
	assert_true(b.failed);
	assert_true(b.no_room);
	buf_free(&b);
}

static void truncating_shortens_only(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	buf_truncate(&b, 5);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "abcdef");
	buf_truncate(&b, 7);
	assert_string_equal(buf_str(&b), "abcdef");
	buf_truncate(&b, 3);
	assert_string_equal(buf_str(&b), "abc");
	buf_addc(&b, 'X');
	assert_string_equal(buf_str(&b), "abcX");
	buf_free(&b);
}

static void taking_hands_the_string_over(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	buf_adds(&b, "mine");
	char *s = buf_take(&b);
	assert_string_equal(s, "mine");
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "next");
	assert_string_equal(buf_str(&b), "next");
	assert_string_equal(s, "mine");
	free(s);
	buf_free(&b);
	/* "" is a string to be handed over as well. */
	s = buf_take(&b);
	assert_non_null(s);
	assert_string_equal(s, "");
	free(s);
	buf_free(&b);
}

static void a_wiped_buffer_is_usable(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 10);
	buf_adds(&b, "secret");
	buf_wipe(&b);
	assert_int_equal(b.len, 0);
	buf_adds(&b, "0123456789");
	assert_false(b.failed);
	buf_addc(&b, 'x');
	assert_true(b.failed);
	buf_wipe(&b);
}

static void errors_hold_code_and_message(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	assert_int_equal(err_set(&e, ERR_SYNTAX, "line %d: %s", 3, "no key"), -1);
	assert_int_equal(e.code, ERR_SYNTAX);
	assert_string_equal(e.message, "line 3: no key");
	err_prefix(&e, "file %s", "x.ini");
	assert_string_equal(e.message, "file x.ini: line 3: no key");
	assert_int_equal(e.code, ERR_SYNTAX);
	/* Its own message as an argument. */
	assert_int_equal(err_set(&e, ERR_CONFIG, "wrapped: %s", "inner"), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_int_equal(err_set(NULL, ERR_CONFIG, "ignored"), -1);
	assert_int_equal(err_no_memory(&e), -1);
	assert_int_equal(e.code, ERR_MEMORY);
	assert_true(*e.message != '\0');
	assert_int_equal(err_no_memory(NULL), -1);
}

static void check_cut(const char *character, size_t width, size_t shift) {
	struct err e = {.code = ERR_NONE};
	char text[3000] = "";
	memset(text, 'x', shift);
	for (size_t n = shift; n + width + 1 < sizeof text; n += width)
		memcpy(text + n, character, width + 1);
	(void)err_set(&e, ERR_SERVICE, "%s", text);
	size_t n = strlen(e.message);
	expect(n < sizeof e.message && n >= sizeof e.message - width - 1, "%zu bytes are kept", n);
	expect(text_is_utf8(e.message, n), "%zu-byte characters behind %zu", width, shift);
	err_prefix(&e, "%.*s\xc3\xa9", (int)shift, "prefixed");
	n = strlen(e.message);
	expect(n < sizeof e.message && text_is_utf8(e.message, n),
		"%zu-byte characters behind a prefix of %zu", width, shift);
	err_prefix(&e, "%s", text);
	n = strlen(e.message);
	expect(n < sizeof e.message && text_is_utf8(e.message, n),
		"%zu-byte characters in too long a prefix, %zu", width, shift);
}

static void long_messages_are_cut_between_characters(void **state) {
	(void)state;
	static const char *const characters[] = {"y", "\xc3\xa9", "\xe0\xa4\x85",
		"\xf0\x9f\x98\x80"};
	for (size_t i = 0; i < LENGTH(characters); i++)
		for (size_t shift = 0; shift < 8; shift++)
			check_cut(characters[i], strlen(characters[i]), shift);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(appends_add_up),
		UNIT_TEST(a_zeroed_buffer_takes_nothing),
		UNIT_TEST(the_bound_holds_to_the_byte),
		UNIT_TEST(a_refused_append_leaves_no_part),
		UNIT_TEST(formatted_texts_fit_at_every_length),
		UNIT_TEST(outgrown_pieces_are_wiped),
		UNIT_TEST(huge_lengths_do_not_wrap),
		UNIT_TEST(reserved_room_is_there),
		UNIT_TEST(truncating_shortens_only),
		UNIT_TEST(taking_hands_the_string_over),
		UNIT_TEST(a_wiped_buffer_is_usable),
		UNIT_TEST(errors_hold_code_and_message),
		UNIT_TEST(long_messages_are_cut_between_characters),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
