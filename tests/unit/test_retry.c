/* The SDKs' standard retry figures (published in retry.json). */
#include "config.h"

#include "support.h"

#include "aws/call/retry.h"
#include "aws/config/retry_config.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000 };

/* The pause after so many attempts that nothing but the rules for pauses bounds. */
static int64_t pause_ms(int attempts, double random_unit, const char *retry_after) {
	const struct retry_policy endless = {.throttling_endless = true};
	const struct retry_failure failure = {RETRY_THROTTLING, retry_after, random_unit, HOUR_MS};
	struct retry_tally tally = {.attempts = attempts};
	int quota = 0;
	return retry_decide(&endless, &failure, &tally, &quota);
}

/* Whether a call goes on after so many attempts, without a pause, with time enough. */
static bool allowed(const struct retry_policy *policy, enum retry_kind kind, int attempts,
	int *quota) {
	const struct retry_failure failure = {.kind = kind, .left_ms = HOUR_MS};
	struct retry_tally tally = {.attempts = attempts};
	return retry_decide(policy, &failure, &tally, quota) == 0;
}

static void refund(enum retry_kind charged, int *quota) {
	const struct retry_tally tally = {.charged = charged};
	retry_refund(&tally, quota);
}

static void the_pause_doubles_up_to_20_s(void **state) {
	(void)state;
	cJSON *data = vectors_load("retry.json");
	const cJSON *ladder = vector_member(cJSON_GetArrayItem(vector_member(data, "vectors"), 0),
		"delays_s_by_failed_attempt");
	int attempt = 1;
	const cJSON *v;
	cJSON_ArrayForEach(v, ladder) {
		int64_t wanted_ms = (int64_t)(v->valuedouble * 1000);
		expect_whole(pause_ms(attempt, 1, NULL), wanted_ms, "attempt %d", attempt);
		expect_whole(pause_ms(attempt, 0.5, ""), wanted_ms / 2, "half of %d", attempt);
		expect_whole(pause_ms(attempt, 0, NULL), 0, "nothing of %d", attempt);
		attempt++;
	}
	assert_int_equal(attempt, 8);
	static const int many[] = {31, 32, 63, 64, 65, 1000, 2147483647};
	for (size_t i = 0; i < LENGTH(many); i++)
		expect_whole(pause_ms(many[i], 1, NULL), 20000, "attempt %d", many[i]);
	cJSON_Delete(data);
}

/* delay = max(t, min(header, t + 5 s)), whole milliseconds, nonsense is ignored. */
static void a_header_lengthens_the_pause(void **state) {
	(void)state;
	static const struct {
		const char *header;
		int64_t delay_ms; /* where t is 1000 */
	} cases[] = {{"1500", 1500}, {"1000", 1000}, {"0", 1000}, {"999", 1000}, {"5999", 5999},
		{"6000", 6000}, {"6001", 6000}, {"10000", 6000}, {"999999999999", 6000},
		{"invalid", 1000}, {"-100", 1000}, {"1.5", 1000}, {"2000ms", 1000}, {"1e4", 1000},
		{"0x1000", 1000}, {"Thu, 01 Jan 2026 00:00:00 GMT", 1000}};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(pause_ms(1, 1, cases[i].header), cases[i].delay_ms, "'%s'",
			cases[i].header);
	assert_int_equal(pause_ms(1, 0, "10000"), 5000);
	assert_int_equal(pause_ms(9, 1, "90000"), 25000);
}

static void attempts_are_counted(void **state) {
	(void)state;
	static const struct {
		struct retry_policy policy;
		enum retry_kind kind;
		int failed_attempt;
		bool allowed;
	} cases[] = {
		{{3, true}, RETRY_TRANSIENT, 1, true},
		{{3, true}, RETRY_TRANSIENT, 2, true},
		{{3, true}, RETRY_TRANSIENT, 3, false},
		{{3, true}, RETRY_TIMEOUT, 2, true},
		{{3, true}, RETRY_TIMEOUT, 3, false},
		{{3, true}, RETRY_NEVER, 1, false},
		{{3, true}, RETRY_THROTTLING, 3, true},
		{{3, true}, RETRY_THROTTLING, 50, true},
		{{3, false}, RETRY_THROTTLING, 2, true},
		{{3, false}, RETRY_THROTTLING, 3, false},
		{{1, false}, RETRY_TRANSIENT, 1, false},
		{{1, false}, RETRY_THROTTLING, 1, false},
		{{5, true}, RETRY_TRANSIENT, 4, true},
		{{5, true}, RETRY_TRANSIENT, 5, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int quota = RETRY_QUOTA;
		expect(allowed(&cases[i].policy, cases[i].kind, cases[i].failed_attempt, &quota) ==
				cases[i].allowed,
			"case %zu", i);
		if (!cases[i].allowed)
			expect_whole(quota, RETRY_QUOTA, "the quota of case %zu", i);
	}
}

static void the_pause_fits_into_the_time_left(void **state) {
	(void)state;
	static const struct {
		bool endless;
		enum retry_kind kind;
		const char *delay;
		int64_t left_ms, pause_ms; /* -1: none */
	} cases[] = {
		{true, RETRY_TRANSIENT, "300", 1000, 300},
		{true, RETRY_TRANSIENT, "999", 1000, 999},
		{true, RETRY_TRANSIENT, "1000", 1000, -1},
		{true, RETRY_TRANSIENT, "5000", 1000, -1},
		{true, RETRY_TIMEOUT, "5000", 1000, -1},
		{false, RETRY_THROTTLING, "5000", 1000, -1},
		/* Closer and closer to the deadline. */
		{true, RETRY_THROTTLING, "999", 1000, 999},
		{true, RETRY_THROTTLING, "1000", 1000, 500},
		{true, RETRY_THROTTLING, "5000", 1000, 500},
		{true, RETRY_THROTTLING, "5000", 202, 101},
		{true, RETRY_THROTTLING, "5000", 200, 200},
		{true, RETRY_THROTTLING, "5000", 0, 0},
		/* Never final, even where the deadline has passed. */
		{true, RETRY_THROTTLING, "5000", -5, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct retry_policy policy = {.max_attempts = 3,
			.throttling_endless = cases[i].endless};
		const struct retry_failure failure = {.kind = cases[i].kind,
			.retry_after = cases[i].delay,
			.left_ms = cases[i].left_ms};
		struct retry_tally tally = {.attempts = 1};
		int quota = RETRY_QUOTA;
		expect_whole(retry_decide(&policy, &failure, &tally, &quota), cases[i].pause_ms,
			"case %zu", i);
	}
}

/* Throttling neither counts nor costs where it is endless, whatever comes between. */
static void endless_retries_are_left_out(void **state) {
	(void)state;
	static const struct retry_policy policy = {.max_attempts = 3, .throttling_endless = true};
	static const struct {
		enum retry_kind kind, charged;
		bool again;
	} steps[] = {
		{RETRY_THROTTLING, RETRY_NEVER, true},
		{RETRY_TRANSIENT, RETRY_TRANSIENT, true},
		{RETRY_THROTTLING, RETRY_NEVER, true},
		{RETRY_THROTTLING, RETRY_NEVER, true},
		{RETRY_TIMEOUT, RETRY_TIMEOUT, true},
		{RETRY_THROTTLING, RETRY_NEVER, true},
		{RETRY_TRANSIENT, RETRY_NEVER, false},
	};
	struct retry_tally tally = {.attempts = 0};
	int quota = RETRY_QUOTA;
	for (size_t i = 0; i < LENGTH(steps); i++) {
		const struct retry_failure failure = {.kind = steps[i].kind, .left_ms = HOUR_MS};
		tally.attempts++;
		expect((retry_decide(&policy, &failure, &tally, &quota) == 0) == steps[i].again,
			"step %zu", i);
		expect_whole(tally.charged, steps[i].charged, "step %zu: charged", i);
	}
	expect_whole(tally.endless, 4, "those without limit");
	expect_whole(quota, RETRY_QUOTA - 5 - 10, "the quota");
}

static void the_quota_pays_for_retries(void **state) {
	(void)state;
	const struct retry_policy policy = {.max_attempts = 10};
	cJSON *data = vectors_load("retry.json");
	const cJSON *figures = vector_member(vector_member(data, "standard"), "quota");
	const int retry = (int)vector_number(figures, "cost_retry");
	const int timeout = (int)vector_number(figures, "cost_timeout");
	assert_int_equal(vector_number(figures, "capacity"), RETRY_QUOTA);
	/* Two failures, then a success. */
	int quota = RETRY_QUOTA;
	assert_true(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, RETRY_QUOTA - retry);
	assert_true(allowed(&policy, RETRY_TRANSIENT, 2, &quota));
	assert_int_equal(quota, RETRY_QUOTA - 2 * retry);
	refund(RETRY_TRANSIENT, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry);
	assert_true(allowed(&policy, RETRY_TIMEOUT, 1, &quota));
	assert_int_equal(quota, RETRY_QUOTA - retry - timeout);
	refund(RETRY_TIMEOUT, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry);
	/* A success at the first try gives 1 back; never more than there was. */
	refund(RETRY_NEVER, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry + 1);
	for (int i = 0; i < 10; i++)
		refund(RETRY_NEVER, &quota);
	assert_int_equal(quota, RETRY_QUOTA);
	refund(RETRY_TIMEOUT, &quota);
	assert_int_equal(quota, RETRY_QUOTA);
	/* Too little left: no retry, nothing taken. */
	quota = retry;
	assert_true(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, 0);
	assert_false(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, 0);
	quota = timeout - 1;
	assert_false(allowed(&policy, RETRY_TIMEOUT, 1, &quota));
	assert_int_equal(quota, timeout - 1);
	quota = retry - 1;
	assert_false(allowed(&policy, RETRY_THROTTLING, 1, &quota));
	cJSON_Delete(data);
}

/* --- settings --- */

struct setting_case {
	const char *mode, *attempts; /* environment; NULL: unset */
	const char *config;
	int rc, max_attempts;
	bool endless;
};

static void the_policy_is_read(void **state) {
	(void)state;
	static const struct setting_case cases[] = {
		{NULL, NULL, "", 0, 3, true},
		{"standard", NULL, "", 0, 3, true},
		{"adaptive", NULL, "", 0, 3, true},
		{"legacy", NULL, "", 0, 5, true},
		{"", "", "", 0, 3, true},
		{NULL, "7", "", 0, 7, false},
		{NULL, "1", "", 0, 1, false},
		{"legacy", "2", "", 0, 2, false},
		{NULL, NULL, "[default]\nretry_mode=legacy\n", 0, 5, true},
		{NULL, NULL, "[default]\nmax_attempts=4\n", 0, 4, false},
		{"standard", NULL, "[default]\nretry_mode=legacy\n", 0, 3, true},
		{NULL, "6", "[default]\nmax_attempts=4\n", 0, 6, false},
		{"bogus", NULL, "", -1, 0, false},
		/* The AWS CLI takes these too. */
		{NULL, "200", "", 0, 100, false},
		{NULL, "+5", "", 0, 5, false},
		{NULL, "99999999999999999999", "", 0, 100, false},
		{NULL, NULL, "[default]\nmax_attempts=200\n", 0, 100, false},
		{NULL, "0", "", -1, 0, false},
		{NULL, "-1", "", -1, 0, false},
		{NULL, "+", "", -1, 0, false},
		{NULL, "+-5", "", -1, 0, false},
		{NULL, "many", "", -1, 0, false},
		{NULL, "1.5", "", -1, 0, false},
		{NULL, NULL, "[default]\nretry_mode=bogus\n", -1, 0, false},
		{NULL, NULL, "[default]\nmax_attempts=none\n", -1, 0, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct setting_case *c = &cases[i];
		struct err e = {.code = ERR_NONE};
		struct retry_policy policy = {0};
		struct profile_set *profiles = profile_parse(c->config, NULL, "default", false, &e);
		environment_clear();
		if (c->mode)
			setenv("AWS_RETRY_MODE", c->mode, 1);
		if (c->attempts)
			setenv("AWS_MAX_ATTEMPTS", c->attempts, 1);
		expect_whole(retry_policy_read(profiles, &policy, &e), c->rc, "case %zu: %s", i,
			e.message);
		if (c->rc == 0) {
			expect_whole(policy.max_attempts, c->max_attempts, "case %zu: attempts", i);
			expect(policy.throttling_endless == c->endless, "case %zu: throttling", i);
		} else {
			expect_whole(e.code, ERR_CONFIG, "case %zu: code", i);
		}
		profile_free(profiles);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_pause_doubles_up_to_20_s),
		UNIT_TEST(a_header_lengthens_the_pause),
		UNIT_TEST(attempts_are_counted),
		UNIT_TEST(the_pause_fits_into_the_time_left),
		UNIT_TEST(endless_retries_are_left_out),
		UNIT_TEST(the_quota_pays_for_retries),
		UNIT_TEST(the_policy_is_read),
	};
	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
