/* The SDKs' standard retry figures since November 2026 (published in retry.json, "standard_2_1").
 */
#include "config.h"

#include "support.h"

#include "aws/call/retry.h"
#include "aws/config/retry_config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000 };

/* The pause after so many attempts that nothing but the rules for pauses bounds. */
static int64_t pause_ms(enum retry_kind kind, int attempts, double random_unit,
	const char *retry_after) {
	const struct retry_policy endless = {.max_attempts = INT_MAX, .throttling_endless = true};
	const struct retry_failure failure = {kind, retry_after, random_unit, HOUR_MS};
	struct retry_tally tally = {.attempts = attempts};
	int quota = RETRY_QUOTA;
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

/* The published case of that name in the present mode. */
static const cJSON *published(const cJSON *data, const char *name) {
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "vectors")) {
		const char *mode = vector_text_or_null(c, "mode");
		const char *found = vector_text_or_null(c, "case");
		if (mode && found && strcmp(mode, "standard_2_1") == 0 && strcmp(found, name) == 0)
			return c;
	}
	fail_msg("no case '%s' in retry.json", name);
	return NULL;
}

static void check_ladder(const cJSON *data, const char *name, enum retry_kind kind, int count) {
	int attempt = 1;
	const cJSON *v;
	cJSON_ArrayForEach(v, vector_member(published(data, name), "delays_s_by_failed_attempt")) {
		int64_t wanted_ms = (int64_t)(v->valuedouble * 1000 + 0.5);
		expect_whole(pause_ms(kind, attempt, 1, NULL), wanted_ms, "%s: attempt %d", name,
			attempt);
		expect_whole(pause_ms(kind, attempt, 0.5, ""), wanted_ms / 2, "%s: half of %d",
			name, attempt);
		expect_whole(pause_ms(kind, attempt, 0, NULL), 0, "%s: nothing of %d", name,
			attempt);
		attempt++;
	}
	assert_int_equal(attempt, count + 1);
}

static void the_pause_doubles_up_to_20_s(void **state) {
	(void)state;
	static const int many[] = {31, 32, 63, 64, 65, 1000, 2147483646};
	cJSON *data = vectors_load("retry.json");
	check_ladder(data, "backoff ladder, not throttled", RETRY_TRANSIENT, 11);
	check_ladder(data, "backoff ladder, throttled", RETRY_THROTTLING, 6);
	for (size_t i = 0; i < LENGTH(many); i++) {
		expect_whole(pause_ms(RETRY_TRANSIENT, many[i], 1, NULL), 20000, "attempt %d",
			many[i]);
		expect_whole(pause_ms(RETRY_THROTTLING, many[i], 1, NULL), 20000,
			"throttled: attempt %d", many[i]);
	}
	cJSON_Delete(data);
}

/* delay = max(t, min(header, t + 5 s)), whole milliseconds; an invalid value is ignored. */
static void a_header_lengthens_the_pause(void **state) {
	(void)state;
	static const struct {
		const char *header;
		int64_t delay_ms; /* where t is 1000 */
	} cases[] = {{"1500", 1500}, {"1000", 1000}, {"0", 1000}, {"999", 1000}, {"5999", 5999},
		{"6000", 6000}, {"6001", 6000}, {"10000", 6000}, {"999999999999", 6000},
		{"invalid", 1000}, {"-100", 1000}, {"1.5", 1000}, {"2000ms", 1000}, {"1e4", 1000},
		{"0x1000", 1000}, {"Thu, 01 Jan 2026 00:00:00 GMT", 1000}};
	cJSON *data = vectors_load("retry.json");
	const cJSON *v;
	int checked = 0;
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(pause_ms(RETRY_THROTTLING, 1, 1, cases[i].header), cases[i].delay_ms,
			"'%s'", cases[i].header);
	cJSON_ArrayForEach(v, vector_member(published(data, "retry-after"), "header_to_delay_s")) {
		expect_whole(pause_ms(RETRY_TRANSIENT, 1, 1, v->string),
			(int64_t)(v->valuedouble * 1000 + 0.5), "status 500 with '%s'", v->string);
		checked++;
	}
	assert_int_equal(checked, 5);
	assert_int_equal(pause_ms(RETRY_TRANSIENT, 1, 0, "10000"), 5000);
	assert_int_equal(pause_ms(RETRY_THROTTLING, 9, 1, "90000"), 25000);
	cJSON_Delete(data);
}

/* Follows a published case attempt by attempt: pauses, quota, end. */
static void check_steps(const cJSON *data, const char *name) {
	const cJSON *c = published(data, name);
	const cJSON *most = cJSON_GetObjectItemCaseSensitive(c, "max_attempts");
	const struct retry_policy policy = {.max_attempts = most ? most->valueint : 3};
	struct retry_tally tally = {.attempts = 0};
	int quota = (int)vector_number(c, "start");
	const cJSON *step;
	cJSON_ArrayForEach(step, vector_member(c, "steps")) {
		const char *code = vector_text_or_null(step, "code");
		const long status = (long)vector_number(step, "status");
		const struct retry_failure failure = {
			.kind = retry_kind_of_error(aws_error_classify(code ? code : "", status)),
			.random_unit = 1,
			.left_ms = HOUR_MS};
		tally.attempts++;
		int64_t pause = -1;
		if (status == 200)
			retry_refund(&tally, &quota);
		else
			pause = retry_decide(&policy, &failure, &tally, &quota);
		if (status != 200 && vector_text_or_null(step, "stop"))
			expect_whole(pause, -1, "%s: attempt %d is the last", name, tally.attempts);
		else if (status != 200)
			expect_whole(pause, (int64_t)(vector_number(step, "delay_s") * 1000 + 0.5),
				"%s: the pause after attempt %d", name, tally.attempts);
		expect_whole(quota, (int64_t)vector_number(step, "quota"),
			"%s: the quota after attempt %d", name, tally.attempts);
	}
	expect(tally.attempts > 0, "%s: has steps", name);
}

static void the_published_cases_hold(void **state) {
	(void)state;
	static const char *const cases[] = {"two 500 then 200", "502 until attempts are used up",
		"quota for one retry only", "empty quota", "five attempts",
		"throttle then success"};
	cJSON *data = vectors_load("retry.json");
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_steps(data, cases[i]);
	cJSON_Delete(data);
}

/* An answer that does not come in time is a failure like the others: no cost of its own. */
static void failures_have_kinds(void **state) {
	(void)state;
	static const struct {
		enum http_failure failure;
		enum retry_kind kind;
	} cases[] = {
		{HTTP_FAILED_TIMEOUT, RETRY_TRANSIENT},
		{HTTP_FAILED_CONNECT, RETRY_TRANSIENT},
		{HTTP_FAILED_RESOLVE, RETRY_TRANSIENT},
		{HTTP_FAILED_TLS, RETRY_TRANSIENT},
		{HTTP_FAILED_PROXY, RETRY_TRANSIENT},
		{HTTP_REFUSED_BY_PROXY, RETRY_NEVER},
		{HTTP_MALFORMED_PROXY, RETRY_NEVER},
		{HTTP_FAILED_CERTIFICATE, RETRY_NEVER},
		{HTTP_FAILED_CA_FILE, RETRY_NEVER},
		{HTTP_FAILED_TOO_LARGE, RETRY_NEVER},
		{HTTP_FAILED_LOCAL, RETRY_NEVER},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(retry_kind_of_failure(cases[i].failure), cases[i].kind, "failure %d",
			(int)cases[i].failure);
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
		{RETRY_TRANSIENT, RETRY_TRANSIENT, true},
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
	expect_whole(quota, RETRY_QUOTA - 14 - 14, "the quota");
}

static void the_quota_pays_for_retries(void **state) {
	(void)state;
	const struct retry_policy policy = {.max_attempts = 10};
	cJSON *data = vectors_load("retry.json");
	const cJSON *figures = vector_member(vector_member(data, "standard_2_1"), "quota");
	const int retry = (int)vector_number(figures, "cost_other");
	const int throttled = (int)vector_number(figures, "cost_throttling");
	assert_int_equal(vector_number(figures, "capacity"), RETRY_QUOTA);
	/* Two failures, then a success. */
	int quota = RETRY_QUOTA;
	assert_true(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, RETRY_QUOTA - retry);
	assert_true(allowed(&policy, RETRY_TRANSIENT, 2, &quota));
	assert_int_equal(quota, RETRY_QUOTA - 2 * retry);
	refund(RETRY_TRANSIENT, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry);
	assert_true(allowed(&policy, RETRY_THROTTLING, 1, &quota));
	assert_int_equal(quota, RETRY_QUOTA - retry - throttled);
	refund(RETRY_THROTTLING, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry);
	/* A success at the first attempt gives 1 back; never more than there was. */
	refund(RETRY_NEVER, &quota);
	assert_int_equal(quota, RETRY_QUOTA - retry + 1);
	for (int i = 0; i < retry + 5; i++)
		refund(RETRY_NEVER, &quota);
	assert_int_equal(quota, RETRY_QUOTA);
	refund(RETRY_TRANSIENT, &quota);
	assert_int_equal(quota, RETRY_QUOTA);
	/* Too little left: no retry, nothing taken. */
	quota = retry;
	assert_true(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, 0);
	assert_false(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, 0);
	quota = retry - 1;
	assert_false(allowed(&policy, RETRY_TRANSIENT, 1, &quota));
	assert_int_equal(quota, retry - 1);
	assert_true(allowed(&policy, RETRY_THROTTLING, 1, &quota));
	assert_int_equal(quota, retry - 1 - throttled);
	quota = throttled - 1;
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
		{NULL, "5 ", "", 0, 5, false},
		{NULL, "\t+5\n", "", 0, 5, false},
		{NULL, " ", "", -1, 0, false},
		{NULL, "+ 5", "", -1, 0, false},
		{NULL, "5 5", "", -1, 0, false},
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
		UNIT_TEST(the_published_cases_hold),
		UNIT_TEST(failures_have_kinds),
		UNIT_TEST(attempts_are_counted),
		UNIT_TEST(the_pause_fits_into_the_time_left),
		UNIT_TEST(endless_retries_are_left_out),
		UNIT_TEST(the_quota_pays_for_retries),
		UNIT_TEST(the_policy_is_read),
	};
	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
