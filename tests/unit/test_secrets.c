/* The run's own secrets, taken out of what others say. The encodings are written by hand or by
 * other programs (python3: base64, urllib), never by the code that is tested. */
#include "config.h"

#include "support.h"

#include "base/secrets.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char key[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

static void keep(const char *secret) {
	struct err e = {.code = ERR_NONE};
	assert_int_equal(secrets_keep(secret, &e), 0);
}

static void expect_shown(const char *said, size_t most, const char *shown) {
	struct buf out;
	buf_init(&out, 100000);
	buf_adds(&out, "x: ");
	text_add_foreign(&out, said, most);
	expect(!out.failed, "%s: not refused", said);
	expect_text(buf_str(&out) + strlen("x: "), shown, "of: %s", said);
	buf_free(&out);
}

static void without_secrets_it_only_cleans(void **state) {
	(void)state;
	expect_shown("", 100, "");
	expect_shown(key, 100, key);
	expect_shown("a|b\tc\033[31md\xff", 100, "a/b cd?");
	expect_shown("0123456789", 8, "01234...");
}

static void a_secret_is_taken_out_however_it_is_written(void **state) {
	(void)state;
	keep(key);
	static const struct {
		const char *said, *shown;
	} cases[] = {
		{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "***"},
		{"your key wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY is bad", "your key *** is bad"},
		{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEYwJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
			"***"},
		{"key=wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY&x", "key=***&x"},
		{"key=wJalrXUtnFEMI%2fK7MDENG%2bbPxRfiCYEXAMPLEKEY&x", "key=***&x"},
		{"wJalrXUtnFEMI%252FK7MDENG%252BbPxRfiCYEXAMPLEKEY", "***"},
		{"%77%4A%61%6c%72%58%55%74%6E%46%45%4D%49%2F%4B%37", "***"},
		{"{\"k\":\"wJalrXUtnFEMI\\/K7MDENG+bPxRfiCYEXAMPLEKEY\"}", "{\"k\":\"***\"}"},
		{"wJalrXUtnFEMI\\u002fK7MDENG\\u002BbPxRfiCYEXAMPLEKEY", "***"},
		{"wJalrXUtnFEMI&#x2F;K7MDENG&#43;bPxRfiCYEXAMPLEKEY", "***"},
		/* Upper and lower case, as of header names and hosts. */
		{"WJALRXUTNFEMI/K7MDENG+BPXRFICYEXAMPLEKEY", "***"},
		{"wjalrxutnfemi/k7mdeng+bpxrficyexamplekey", "***"},
		/* base64: alone; behind one and two bytes; as base64url. */
		{"d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZRVhBTVBMRUtFWQ==", "***=="},
		{"OndKYWxyWFV0bkZFTUkvSzdNREVORytiUHhSZmlDWUVYQU1QTEVLRVk=", "On***="},
		{"dTp3SmFsclhVdG5GRU1JL0s3TURFTkcrYlB4UmZpQ1lFWEFNUExFS0VZ", "dTp***"},
		{"OndKYWxyWFV0bkZFTUkvSzdNREVORytiUHhSZmlDWUVYQU1QTEVLRVk%3D", "On***%3D"},
		/* Parts, wherever somebody cut it. */
		{"it begins with wJalrXUt", "it begins with ***"},
		{"it begins with wJalrXU", "it begins with wJalrXU"},
		{"...AMPLEKEY at its end", "...*** at its end"},
		{"wJalrXUtnFEMI and K7MDENG+bPxRfi", "*** and ***"},
		/* In pieces, by what is cleaned away or stays as a blank. */
		{"wJal\xe2\x80\x8brXUt\xc2\xadnFEMI", "***"},
		{"w\033[0mJ\033[0ma\033[0ml\033[0mr\033[0mX\033[0mU\033[0mt", "***"},
		{"wJal\r\nrXUt\r\n nFEMI", "***"},
		{"w J a l r X U t n F E M I", "***"},
		{"wJalrXUtnFEMI|K7MDENG", "***"},
		/* What is left stays as it was. */
		{"caf\xc3\xa9 wJalrXUtnFEMI caf\xc3\xa9", "caf\xc3\xa9 *** caf\xc3\xa9"},
		{"%", "%"},
		{"100% &amp; \\ \\u12 &#; %zz", "100% &amp; \\ \\u12 &#; %zz"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_shown(cases[i].said, 200, cases[i].shown);
}

/* Shortening comes last: it neither shows a part that is too short to be known, nor hides what
 * comes after a long secret. */
static void secrets_go_before_a_text_is_shortened(void **state) {
	(void)state;
	char token[4001];
	struct buf said;
	for (size_t i = 0; i < sizeof token - 1; i++)
		token[i] = (char)('A' + i * 7 % 26 + (i / 26) % 3);
	token[sizeof token - 1] = '\0';
	keep(token);
	buf_init(&said, 20000);
	buf_addf(&said, "the token %s is too old", token);
	expect_shown(buf_str(&said), 30, "the token *** is too old");
	for (size_t most = 0; most < 40; most++) {
		struct buf out;
		buf_init(&out, 1000);
		text_add_foreign(&out, buf_str(&said), most);
		expect(text_length(buf_str(&out)) <= most, "bound %zu", most);
		expect(!strstr(buf_str(&out), "AHOV"), "bound %zu: %s", most, buf_str(&out));
		buf_free(&out);
	}
	buf_free(&said);
}

static void short_ones_are_not_looked_for(void **state) {
	(void)state;
	keep("");
	keep(NULL);
	keep("seven77");
	expect_shown("seven77 of seven77", 100, "seven77 of seven77");
	keep("eighteen");
	expect_shown("seven77, eighteen, eightee", 100, "seven77, ***, eightee");
}

/* The proxy's: percent-decoded by its owner, any character may stand in it. */
static void passwords_have_any_characters(void **state) {
	(void)state;
	static const struct {
		const char *password, *said, *shown;
	} cases[] = {
		{"p\xc3\xa4ssw\xc3\xb6rter", "said p\xc3\xa4ssw\xc3\xb6rter.", "said ***."},
		{"p\xc3\xa4ssw\xc3\xb6rter", "said p%C3%A4ssw%c3%b6rter.", "said ***."},
		{"p\xc3\xa4ssw\xc3\xb6rter", "said p\\u00e4ssw\\u00F6rter.", "said ***."},
		{"p\xc3\xa4ssw\xc3\xb6rter", "\xc3\xa4ssw\xc3\xb6rt\xc3\xa9", "***\xc3\xa9"},
		{"p|ss w|rd|x", "said p|ss w|rd|x", "said ***"},
		{"pass%41word", "pass%41word pass%2541word passAword", "*** *** passAword"},
		{"a&b<c>d\"e'f", "a&amp;b&lt;c&gt;d&quot;e&apos;f", "***"},
		{"back\\slash\"es", "back\\\\slash\\\"es", "***"},
		{"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", "***"},
		/* One that looks like what stands for others, or for what was cut. */
		{"pass***word", "pass0123456789word", "pass0123456789word"},
		{"********", "a ******** b", "a *** b"},
		{"abcde...", "abcdefghijk", "***"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		secrets_wipe();
		keep(cases[i].password);
		expect_shown(cases[i].said, strcmp(cases[i].password, "abcde...") ? 100 : 8,
			cases[i].shown);
	}
	secrets_wipe();
	keep("pass***word");
	keep("0123456789");
	expect_shown("pass0123456789word", 100, "***");
}

static void a_login_is_known_as_it_is_sent(void **state) {
	(void)state;
	struct err e;
	/* printf nagios:hunter2 | base64; printf monitoring:correct-horse | base64 */
	assert_int_equal(secrets_keep_login("nagios", "hunter2", &e), 0);
	expect_shown("Basic bmFnaW9zOmh1bnRlcjI= for nagios", 100, "Basic *** for nagios");
	assert_int_equal(secrets_keep_login("monitoring", "correct-horse", &e), 0);
	expect_shown("Basic bW9uaXRvcmluZzpjb3JyZWN0LWhvcnNl for monitoring", 100,
		"Basic *** for monitoring");
	expect_shown("monitoring says correct-horse", 100, "monitoring says ***");
	assert_int_equal(secrets_keep_login("somebody-known", "", &e), 0);
	expect_shown("somebody-known", 100, "somebody-known");
}

static void several_are_known_until_they_are_wiped(void **state) {
	(void)state;
	keep("first-secret");
	keep("second-secret");
	keep("first-secret");
	expect_shown("first-secret, second-secret", 100, "***, ***");
	secrets_wipe();
	expect_shown("first-secret, second-secret", 100, "first-secret, second-secret");
	secrets_wipe();
	keep("second-secret");
	expect_shown("second-secret", 100, "***");
}

/* Only text of others is filtered. */
static void our_own_words_stay(void **state) {
	(void)state;
	struct buf out;
	keep("payments-api");
	buf_init(&out, 100);
	text_add_clean(&out, "payments-api", 50);
	assert_string_equal(buf_str(&out), "payments-api");
	buf_free(&out);
}

/* Megabytes, which a server may send: whatever is shown was looked at. */
static void a_long_text_is_looked_at_as_far_as_it_is_shown(void **state) {
	(void)state;
	struct buf said, out;
	keep(key);
	buf_init(&said, 8 * 1024 * 1024);
	for (int i = 0; i < 150000; i++)
		buf_addf(&said, "%s ", key);
	buf_init(&out, 1000);
	text_add_foreign(&out, buf_str(&said), 200);
	expect_holds(buf_str(&out), "*** ***&...", "it is shown");
	expect(!strstr(buf_str(&out), "wJal"), "without a secret: %s", buf_str(&out));
	buf_free(&said);
	buf_free(&out);
}

static void a_full_buffer_takes_whole_characters(void **state) {
	(void)state;
	struct buf out;
	buf_init(&out, 4);
	text_add_foreign(&out, "\xc3\xa4\xc3\xb6\xc3\xbc", 200);
	assert_true(out.failed);
	assert_string_equal(buf_str(&out), "\xc3\xa4\xc3\xb6");
	buf_free(&out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(without_secrets_it_only_cleans),
		UNIT_TEST(a_secret_is_taken_out_however_it_is_written),
		UNIT_TEST(secrets_go_before_a_text_is_shortened),
		UNIT_TEST(short_ones_are_not_looked_for),
		UNIT_TEST(passwords_have_any_characters),
		UNIT_TEST(a_login_is_known_as_it_is_sent),
		UNIT_TEST(several_are_known_until_they_are_wiped),
		UNIT_TEST(our_own_words_stay),
		UNIT_TEST(a_long_text_is_looked_at_as_far_as_it_is_shown),
		UNIT_TEST(a_full_buffer_takes_whole_characters),
	};
	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
