/* How far this host's clock is off, against the published rule. */
#include "config.h"

#include "support.h"

#include "aws/call/clock_skew.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NOON_S = 1767268800 }; /* 2026-01-01T12:00:00Z */

/* An answer whose Date is so far ahead of noon; freed with buf_free(&r.headers). */
static struct http_response answer(int64_t ahead_s) {
	struct http_response r = {.status = 200};
	time_t at = NOON_S + (time_t)ahead_s;
	struct tm utc;
	char date[64];
	(void)gmtime_r(&at, &utc);
	(void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
	buf_init(&r.headers, 1000);
	buf_addf(&r.headers, "HTTP/1.1 200 OK\r\nDate: %s\r\n\r\n", date);
	return r;
}

static bool correct(struct skew *k, int64_t ahead_s, const char *code) {
	const struct clock clock = clock_standing_at(NOON_S);
	struct http_response r = answer(ahead_s);
	bool corrected = skew_correct(k, &clock, &r, code);
	buf_free(&r.headers);
	return corrected;
}

static void note(struct skew *k, int64_t ahead_s) {
	const struct clock clock = clock_standing_at(NOON_S);
	struct http_response r = answer(ahead_s);
	skew_note(k, &clock, &r);
	buf_free(&r.headers);
}

static void the_published_rule_holds(void **state) {
	(void)state;
	cJSON *data = vectors_load("retry.json");
	const struct clock clock = clock_standing_at(NOON_S);
	size_t checked = 0;
	const cJSON *v;
	const cJSON *c;
	cJSON_ArrayForEach(v, vector_member(data, "vectors")) {
		if (strcmp(vector_text(v, "mode"), "clock_skew") != 0)
			continue;
		cJSON_ArrayForEach(c, vector_member(v, "cases")) {
			const cJSON *seconds = vector_member(c, "skew_s");
			const char *code = vector_text(c, "code");
			bool wanted = vector_flag(c, "retry");
			struct skew k = {0};
			struct http_response bare = {.status = 403};
			bool got = cJSON_IsNull(seconds)
				? skew_correct(&k, &clock, &bare, code)
				: correct(&k, (int64_t)cJSON_GetNumberValue(seconds), code);
			expect(got == wanted, "%s, %g s", code, cJSON_GetNumberValue(seconds));
			expect_whole(skew_signing_s(&k, &clock) - NOON_S,
				wanted ? (int64_t)cJSON_GetNumberValue(seconds) : 0, "%s: to sign",
				code);
			checked++;
		}
	}
	assert_int_equal(checked, 8);
	cJSON_Delete(data);
}

static void the_threshold_is_strict_and_relative(void **state) {
	(void)state;
	static const char code[] = "RequestTimeTooSkewed";
	struct skew k = {0};
	expect(!correct(&k, 240, code) && !correct(&k, -240, code), "240 s");
	expect(correct(&k, 241, code), "241 s");
	/* From then on the corrected time counts. */
	expect(!correct(&k, 241, code), "once");
	expect(!correct(&k, 481, code) && !correct(&k, 1, code), "240 s from that");
	expect(correct(&k, -241, code), "the host's clock was set meanwhile");
	const struct clock clock = clock_standing_at(NOON_S);
	expect_whole(skew_signing_s(&k, &clock), NOON_S - 241, "to sign");
	expect_whole(skew_now_s(&k, &clock), NOON_S - 241, "for windows");
}

static void the_time_is_noted(void **state) {
	(void)state;
	const struct clock clock = clock_standing_at(NOON_S);
	static const struct {
		int64_t ahead_s, now_s;
	} cases[] = {{0, 0}, {30, 0}, {-30, 0}, {31, 31}, {-31, -31}, {7200, 7200}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct skew k = {0};
		note(&k, cases[i].ahead_s);
		expect(k.seen, "case %zu: seen", i);
		expect_whole(skew_now_s(&k, &clock) - NOON_S, cases[i].now_s, "case %zu", i);
		expect_whole(skew_signing_s(&k, &clock), NOON_S, "case %zu: signatures stay", i);
		note(&k, 100000);
		expect_whole(skew_now_s(&k, &clock) - NOON_S, cases[i].now_s,
			"case %zu: the first answer counts", i);
	}
	struct skew k = {0};
	struct http_response bare = {.status = 200};
	skew_note(&k, &clock, &bare);
	expect(!k.seen, "no Date");
	/* A refusal tells the time, too, even where it is no reason to sign again. */
	expect(!correct(&k, 100, "InvalidSignatureException"), "100 s");
	expect_whole(skew_now_s(&k, &clock), NOON_S + 100, "but it is known");
	k = (struct skew){0};
	expect(!correct(&k, 7200, "ValidationException"), "another code");
	expect_whole(skew_now_s(&k, &clock), NOON_S, "which tells nothing");
}

static void accepted(struct skew *k, int64_t ahead_s) {
	const struct clock clock = clock_standing_at(NOON_S);
	struct http_response r = answer(ahead_s);
	skew_note_accepted(k, &clock, &r);
	buf_free(&r.headers);
}

/* AWS refuses what was signed more than 15 minutes away. */
static void an_accepted_signature_bounds_the_time(void **state) {
	(void)state;
	const struct clock clock = clock_standing_at(NOON_S);
	static const struct {
		int64_t signing_offset_s, ahead_s;
		bool believed;
	} cases[] = {{0, 900, true}, {0, -900, true}, {0, 901, false}, {0, -901, false},
		{0, -378691200, false}, {7200, 7200, true}, {7200, 8100, true}, {7200, 8101, false},
		{7200, 0, false}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct skew k = {.signing_offset_s = cases[i].signing_offset_s};
		accepted(&k, cases[i].ahead_s);
		expect(k.seen == cases[i].believed, "case %zu: believed", i);
		expect_whole(skew_now_s(&k, &clock) - NOON_S,
			cases[i].believed ? cases[i].ahead_s : 0, "case %zu", i);
		if (cases[i].believed)
			continue;
		accepted(&k, cases[i].signing_offset_s + 420);
		expect_whole(skew_now_s(&k, &clock) - NOON_S, cases[i].signing_offset_s + 420,
			"case %zu: the next one may be", i);
	}
}

static void what_is_not_believed_is_described(void **state) {
	(void)state;
	struct skew k = {0};
	struct buf out;
	buf_init(&out, 200);
	accepted(&k, -864000);
	expect(!skew_describe(&k, 61, &out), "not to everybody");
	expect(skew_describe(&k, 0, &out), "to who asks");
	expect_holds(buf_str(&out), "10 days before this host's clock&ignored", "early");
	buf_truncate(&out, 0);
	accepted(&k, 7231);
	expect(skew_describe(&k, 0, &out), "told");
	expect_holds(buf_str(&out), "2 h after this host's clock", "late");
	buf_truncate(&out, 0);
	accepted(&k, 10);
	expect(!skew_describe(&k, 0, &out), "a right one followed");
	buf_free(&out);
}

static void it_is_described(void **state) {
	(void)state;
	static const struct {
		int64_t ahead_s, min_s;
		const char *text; /* NULL: nothing */
	} cases[] = {
		{0, 0, NULL},
		{31, 0, "this host's clock is 31 s slow"},
		{60, 61, NULL},
		{61, 61, "this host's clock is 61 s slow"},
		{-61, 61, "this host's clock is 61 s fast"},
		{120, 61, "this host's clock is 120 s slow"},
		{420, 61, "this host's clock is 7 min slow"},
		{-7200, 61, "this host's clock is 120 min fast"},
		{7231, 61, "this host's clock is 2 h slow"},
		{-864000, 61, "this host's clock is 10 days fast"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct skew k = {0};
		struct buf out;
		buf_init(&out, 200);
		note(&k, cases[i].ahead_s);
		expect(skew_describe(&k, cases[i].min_s, &out) == (cases[i].text != NULL),
			"case %zu: told", i);
		expect_text(buf_str(&out), cases[i].text ? cases[i].text : "", "case %zu", i);
		buf_free(&out);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_published_rule_holds),
		UNIT_TEST(the_threshold_is_strict_and_relative),
		UNIT_TEST(the_time_is_noted),
		UNIT_TEST(an_accepted_signature_bounds_the_time),
		UNIT_TEST(what_is_not_believed_is_described),
		UNIT_TEST(it_is_described),
	};
	return cmocka_run_group_tests_name("skew", tests, NULL, NULL);
}
