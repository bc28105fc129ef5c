/* Following the pages of a list. */
#include "config.h"

#include "support.h"

#include "collect/calls.h"

#include <stdio.h>
#include <string.h>

static void pages_follow_each_other(void **state) {
	(void)state;
	struct page_cursor c = {0};
	struct err e = {.code = ERR_NONE};
	char token[] = "first";
	assert_int_equal(page_advance(&c, token, OPERATION_LIST_SERVICES, &e), 0);
	/* It has a copy. */
	token[0] = 'x';
	assert_string_equal(c.token, "first");
	assert_int_equal(page_advance(&c, "second", OPERATION_LIST_SERVICES, &e), 0);
	assert_string_equal(c.token, "second");
	assert_int_equal(c.pages, 2);
	page_free(&c);
	assert_null(c.token);
	assert_int_equal(c.pages, 0);
	page_free(&c);
}

static void a_repeated_token_ends_it(void **state) {
	(void)state;
	struct page_cursor c = {0};
	struct err e = {.code = ERR_NONE};
	assert_int_equal(page_advance(&c, "same", OPERATION_LIST_SERVICES, &e), 0);
	assert_int_equal(page_advance(&c, "same", OPERATION_LIST_SERVICES, &e), -1);
	assert_int_equal(e.code, ERR_SERVICE);
	assert_non_null(strstr(e.message, "ListServices"));
	page_free(&c);
}

/* An endless list of new tokens, or of two that take turns. A real answer has up to 50 pages of
 * services. */
static void an_endless_list_ends(void **state) {
	(void)state;
	for (int kinds = 2; kinds <= 1000000; kinds += 999998) {
		struct page_cursor c = {0};
		struct err e = {.code = ERR_NONE};
		int pages = 0;
		while (pages < kinds + 1000000) {
			char token[32];
			(void)snprintf(token, sizeof token, "t%d", pages % kinds);
			if (page_advance(&c, token, OPERATION_LIST_SERVICES, &e))
				break;
			pages++;
		}
		expect(pages < kinds + 1000000, "%d kinds of tokens: an end after %d pages", kinds,
			pages);
		expect_whole(e.code, ERR_SERVICE, "%d kinds of tokens", kinds);
		expect(kinds == 2 || pages >= 50, "%d pages are enough", pages);
		page_free(&c);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(pages_follow_each_other),
		UNIT_TEST(a_repeated_token_ends_it),
		UNIT_TEST(an_endless_list_ends),
	};
	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
