/* Keys kept on disk: how long they serve, and many processes at once. */
#include "config.h"

#include "cache_stage.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- freshness --- */

static void keys_are_kept(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	(void)umask(0);
	expect_whole(calls_for(&aws, "ASIAONE", "cold"), 1, "the first one asks");
	expect_whole(calls_for(&aws, "ASIAONE", "warm"), 0, "the next one does not");
	expect_holds(buf_str(&trace), "role R&key AS...&2026-01-01T01:00:00Z", "trace");
	expect_whole(mode_of(scratch_path("cache")), 0700, "made folder");
	expect_whole(mode_of(scratch_path(FOLDER)), 0700, "folder");
	expect_whole(mode_of(entry_path()), 0600, "entry");
	expect_whole(mode_of(scratch_path(FOLDER "/" HASH ".lock")), 0600, "lock");
	expect_whole(count_names(scratch_path(FOLDER)), 2, "nothing else is there");
	(void)umask(022);
	no_cache = true;
	expect_whole(calls_for(&aws, "ASIAONE", "--no-cache"), 1, "--no-cache asks");
}

static void no_cache_leaves_no_trace(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	no_cache = true;
	expect_whole(calls_for(&aws, "ASIAONE", "--no-cache"), 1, "asks");
	expect(access(scratch_path("cache"), F_OK) != 0, "no folder is made");
}

static void keys_serve_and_are_renewed_by_age(void **state) {
	(void)state;
	static const struct {
		int64_t lives_s, left_s;
		int calls;
	} cases[] = {
		{HOUR_S, HOUR_S, 0},
		{HOUR_S, 900, 0},
		{HOUR_S, 899, 1},
		{HOUR_S, 61, 1},
		{HOUR_S, 60, 1},
		{HOUR_S, -1, 1},
		{12 * HOUR_S, 901, 0},
		{12 * HOUR_S, 899, 1},
		{900, 225, 0},
		{900, 224, 1},
		{100, 61, 0},
		{100, 60, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin();
		(void)unlink(entry_path());
		struct source aws = {.id = "ASIAOLD", .lives_s = cases[i].lives_s};
		expect_whole(calls_for(&aws, "ASIAOLD", "made"), 1, "case %zu", i);
		clock_at(NOW_S + cases[i].lives_s - cases[i].left_s);
		aws.id = "ASIANEW";
		expect_whole(calls_for(&aws, cases[i].calls ? "ASIANEW" : "ASIAOLD", "later"),
			cases[i].calls, "case %zu: calls", i);
		aws.id = NULL;
		expect_whole(calls_for(&aws, cases[i].calls ? "ASIANEW" : "ASIAOLD", "kept"), 0,
			"case %zu: kept", i);
	}
}

static void a_failed_renewal_is_no_loss(void **state) {
	(void)state;
	static const struct {
		enum err_code code;
		int64_t left_s;
		bool serves;
	} cases[] = {
		{ERR_NETWORK, 300, true},
		{ERR_SERVICE, 61, true},
		{ERR_CREDENTIALS, 300, true},
		{ERR_DEADLINE, 300, true}, /* of the attempt, not of the run */
		{ERR_DENIED, 300, false},
		{ERR_NETWORK, 60, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin();
		put_good_entry();
		clock_at(NOW_S + HOUR_S - cases[i].left_s);
		struct source aws = {.code = cases[i].code};
		struct keys got;
		struct err e = {.code = ERR_NONE};
		int rc = asked(&aws, NULL, &got, &e);
		expect_whole(rc, cases[i].serves ? 0 : -1, "case %zu: %s", i, e.message);
		expect_text(got.access_key_id, cases[i].serves ? "ASIAOLD" : NULL, "case %zu", i);
		expect_whole(e.code, cases[i].serves ? ERR_NONE : (int64_t)cases[i].code,
			"case %zu: code", i);
		expect_whole(aws.calls, 1, "case %zu: calls", i);
		if (cases[i].serves)
			expect_holds(buf_str(&trace), "old keys stay in use&not at home",
				"case %zu", i);
		if (cases[i].left_s > 60)
			expect(aws.seen_ms > 5000 && aws.seen_ms <= 10000,
				"case %zu: a third of the time is given: %lld ms", i,
				(long long)aws.seen_ms);
		keys_free(&got);
	}
}

static void what_aws_calls_expired_is_not_given_again(void **state) {
	(void)state;
	begin();
	put_good_entry();
	struct source aws = {.id = "ASIANEW", .lives_s = HOUR_S};
	expect_whole(calls_for(&aws, "ASIAOLD", "kept"), 0, "before");
	spent = "ASIAOLD";
	expect_whole(calls_for(&aws, "ASIANEW", "spent"), 1, "AWS is asked");
	expect_whole(calls_for(&aws, "ASIANEW", "again"), 0, "once");
}

static void keys_that_never_end_are_not_kept(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "AKIALONG"};
	expect_whole(calls_for(&aws, "AKIALONG", "first"), 1, "asks");
	expect_whole(calls_for(&aws, "AKIALONG", "second"), 1, "asks again");
	expect(access(entry_path(), F_OK) != 0, "no entry");
}

/* --- several at once --- */

enum { PROCESSES = 50 };

/* Lets so many processes ask at once; returns how many of them failed. */
static int crowd(struct source *aws, int n) {
	int failed = 0;
	pid_t pids[PROCESSES];
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct keys got;
			struct err e = {.code = ERR_NONE};
			int rc = asked(aws, NULL, &got, &e);
			_exit(rc == 0 && strcmp(got.secret_access_key, "SECRETkey") == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < n; i++) {
		int status;
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	}
	return failed;
}

static int64_t tallied(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void a_cold_cache_asks_once_for_all(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE",
		.lives_s = HOUR_S,
		.tally = scratch_path("tally"),
		.takes_ms = 100};
	expect_whole(crowd(&aws, PROCESSES), 0, "none fails");
	int64_t calls = tallied(aws.tally);
	expect(calls >= 1 && calls <= 3, "%lld calls", (long long)calls);
}

static void early_renewal_asks_once_for_all(void **state) {
	(void)state;
	begin();
	put_good_entry();
	clock_at(NOW_S + HOUR_S - 300);
	struct source aws = {.id = "ASIANEW",
		.lives_s = HOUR_S,
		.tally = scratch_path("tally"),
		.takes_ms = 100};
	expect_whole(crowd(&aws, PROCESSES), 0, "none fails");
	int64_t calls = tallied(aws.tally);
	expect(calls >= 1 && calls <= 3, "%lld calls", (long long)calls);
}

static void a_failure_is_met_one_by_one(void **state) {
	(void)state;
	begin();
	limit_ms = 60000;
	struct source aws = {.code = ERR_SERVICE, .tally = scratch_path("tally"), .takes_ms = 10};
	expect_whole(crowd(&aws, 5), 5, "all fail, each by its own");
	expect_whole(tallied(aws.tally), 5, "calls");
}

/* A process that asks and never gets an answer; returns when it is asking. */
static pid_t stuck_holder(void) {
	struct source aws = {.tally = scratch_path("held"), .takes_ms = 30000};
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct keys got;
		struct err e = {.code = ERR_NONE};
		(void)asked(&aws, NULL, &got, &e);
		_exit(0);
	}
	for (int i = 0; i < 1000 && tallied(aws.tally) == 0; i++)
		wait_ms(10);
	assert_int_equal(tallied(aws.tally), 1);
	return pid;
}

static void end(pid_t pid) {
	int status;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void a_killed_holder_holds_nobody(void **state) {
	(void)state;
	begin();
	end(stuck_holder());
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	int64_t begun_ms = clock_monotonic_ms(&host_clock);
	expect_whole(calls_for(&aws, "ASIAONE", "after it"), 1, "asks");
	expect(clock_monotonic_ms(&host_clock) - begun_ms < 5000, "at once");
}

static void a_stuck_holder_holds_for_two_thirds(void **state) {
	(void)state;
	begin();
	pid_t holder = stuck_holder();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	limit_ms = 900;
	expect_whole(calls_for(&aws, "ASIAONE", "stuck"), 1, "asks by itself");
	expect_holds(buf_str(&trace), "another check is taking too long to fetch the keys",
		"stuck");
	expect(aws.seen_ms > 0 && aws.seen_ms <= 300, "%lld ms were left", (long long)aws.seen_ms);
	/* While the other one renews, old keys serve at once. */
	put_good_entry();
	clock_at(NOW_S + HOUR_S - 300);
	limit_ms = 30000;
	expect_whole(calls_for(&aws, "ASIAOLD", "renewed by another"), 0, "does not ask");
	/* A signal ends the wait. */
	assert_int_equal(unlink(entry_path()), 0);
	struct keys got;
	struct err e = {.code = ERR_NONE};
	stop = 1;
	expect_whole(asked(&aws, NULL, &got, &e), -1, "stopped");
	expect_whole(e.code, ERR_DEADLINE, "stopped");
	expect_holds(e.message, "waiting for", "stopped");
	end(holder);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(keys_are_kept),
		UNIT_TEST(no_cache_leaves_no_trace),
		UNIT_TEST(keys_serve_and_are_renewed_by_age),
		UNIT_TEST(a_failed_renewal_is_no_loss),
		UNIT_TEST(what_aws_calls_expired_is_not_given_again),
		UNIT_TEST(keys_that_never_end_are_not_kept),
		UNIT_TEST(a_cold_cache_asks_once_for_all),
		UNIT_TEST(early_renewal_asks_once_for_all),
		UNIT_TEST(a_failure_is_met_one_by_one),
		UNIT_TEST(a_killed_holder_holds_nobody),
		UNIT_TEST(a_stuck_holder_holds_for_two_thirds),
	};
	return cmocka_run_group_tests_name("credential_cache", tests, NULL, stage_end);
}
