/* Keys from the program that a profile names: its answers, its ends, its limits. */
#include "config.h"

#include "support.h"

#include "aws/identity/provider.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, NOW_S = 1767225600 /* 2026-01-01T00:00:00Z */ };

static struct clock host_clock;
static volatile sig_atomic_t stop;
static pid_t groups[8];
static size_t group_count;

static void note_group(pid_t group) {
	assert_true(group_count < LENGTH(groups));
	groups[group_count++] = group;
}

/* Runs the provider with a command line; limit_ms is the time it has. */
static enum provider_outcome fetch(const char *command, int64_t limit_ms, struct keys *found,
	struct err *e) {
	char config[LINE_BYTES];
	(void)snprintf(config, sizeof config, "[default]\ncredential_process = %s\n", command);
	struct profile_set *profiles = profile_parse(config, NULL, "default", true, e);
	assert_non_null(profiles);
	host_clock = clock_standing_at(NOW_S);
	group_count = 0;
	const struct provider_context context = {
		.profiles = profiles,
		.run = {.deadline = {.clock = &host_clock,
				.at_ms = clock_monotonic_ms(&host_clock) + limit_ms,
				.stop = &stop},
			.child_started = note_group},
	};
	*found = (struct keys){0};
	enum provider_outcome outcome = provider_process.fetch(&context, found, e);
	profile_free(profiles);
	return outcome;
}

/* The same with a program that prints n bytes. */
static enum provider_outcome answer(const char *bytes, size_t n, struct keys *found,
	struct err *e) {
	char command[LINE_BYTES];
	(void)snprintf(command, sizeof command, "cat '%s'", scratch_write("answer", bytes, n));
	return fetch(command, 60000, found, e);
}

/* --- answers --- */

static void published_answers_are_read(void **state) {
	(void)state;
	cJSON *data = vectors_load("responses.json");
	size_t seen = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "credentials")) {
		const char *service = vector_text(c, "service");
		const char *id = vector_text(c, "id");
		/* What the AWS CLI keeps in its cache has another shape: not taken. */
		if (strcmp(service, "credential_process") != 0 && strcmp(service, "cli_cache") != 0)
			continue;
		bool is_ours = strcmp(service, "credential_process") == 0;
		const cJSON *wanted = vector_member(c, "credentials");
		const char *body = vector_text(c, "body");
		struct err e = {.code = ERR_NONE};
		struct keys found;
		seen++;
		if (!is_ours || !cJSON_IsObject(wanted)) {
			expect_whole(answer(body, strlen(body), &found, &e), PROVIDER_FAILED, "%s",
				id);
			expect_whole(e.code, ERR_CREDENTIALS, "%s: code", id);
			expect_holds(e.message, "Version", "%s: message", id);
			continue;
		}
		expect_whole(answer(body, strlen(body), &found, &e), PROVIDER_FOUND, "%s: %s", id,
			e.message);
		expect_text(found.access_key_id, vector_text(wanted, "access_key_id"), "%s", id);
		expect_text(found.secret_access_key, vector_text(wanted, "secret_access_key"), "%s",
			id);
		expect_text(found.session_token, vector_text(wanted, "session_token"), "%s", id);
		expect_whole(found.expires_s, (int64_t)vector_number(wanted, "expiration_epoch"),
			"%s", id);
		keys_free(&found);
	}
	assert_int_equal(seen, 3);
	cJSON_Delete(data);
}

#define PAIR "\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"HIDDEN\""

static void good_answers_are_taken(void **state) {
	(void)state;
	static const struct {
		const char *text, *token;
		int64_t expires_s;
	} cases[] = {
		{"{\"Version\":1," PAIR "}", NULL, 0},
		{"\n {\"Version\" : 1.0, " PAIR " }\r\n\n", NULL, 0},
		{"{\"Version\":1," PAIR ",\"SessionToken\":\"T\"}", "T", 0},
		{"{\"Version\":1," PAIR ",\"SessionToken\":null,\"Expiration\":null}", NULL, 0},
		{"{\"Version\":1," PAIR ",\"SessionToken\":\"\"}", NULL, 0},
		{"{\"Version\":1," PAIR ",\"AccountId\":\"123456789012\",\"Other\":[{}]}", NULL, 0},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"2026-01-01T00:00:01Z\"}", NULL,
			NOW_S + 1},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"2026-01-01T01:00:00UTC\"}", NULL,
			NOW_S + 3600},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"2025-12-31T20:00:00.5-0500\"}", NULL,
			NOW_S + 3600},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *text = cases[i].text;
		struct err e = {.code = ERR_NONE};
		struct keys found;
		expect_whole(answer(text, strlen(text), &found, &e), PROVIDER_FOUND, "%s: %s", text,
			e.message);
		expect_text(found.access_key_id, "A", "%s: id", text);
		expect_text(found.secret_access_key, "HIDDEN", "%s: secret", text);
		expect_text(found.session_token, cases[i].token, "%s: token", text);
		expect_whole(found.expires_s, cases[i].expires_s, "%s: end", text);
		keys_free(&found);
	}
}

static void other_answers_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", "JSON"},
		{"HIDDEN", "JSON"},
		{"{\"Version\":1," PAIR, "JSON"},
		{"{\"Version\":1," PAIR "}{}", "JSON"},
		{"{\"Version\":1," PAIR "}\n{\"Version\":1," PAIR "}", "JSON"},
		{"[1]", "not a JSON object"},
		{"null", "not a JSON object"},
		{"[{\"Version\":1," PAIR "}]", "not a JSON object"},
		{"{" PAIR "}", "Version 1"},
		{"{\"version\":1," PAIR "}", "Version 1"},
		{"{\"Version\":\"1\"," PAIR "}", "Version 1"},
		{"{\"Version\":2," PAIR "}", "Version 1"},
		{"{\"Version\":1.5," PAIR "}", "Version 1"},
		{"{\"Version\":true," PAIR "}", "Version 1"},
		{"{\"Version\":null," PAIR "}", "Version 1"},
		{"{\"Version\":1,\"SecretAccessKey\":\"HIDDEN\"}", "must have AccessKeyId"},
		{"{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"HIDDEN\"}",
			"must have AccessKeyId"},
		{"{\"Version\":1,\"AccessKeyId\":5,\"SecretAccessKey\":\"HIDDEN\"}",
			"must have AccessKeyId"},
		{"{\"Version\":1,\"AccessKeyId\":\"A\"}", "must have SecretAccessKey"},
		{"{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\"}",
			"must have SecretAccessKey"},
		{"{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":[\"HIDDEN\"]}",
			"must have SecretAccessKey"},
		{"{\"Version\":1," PAIR ",\"SessionToken\":7}", "SessionToken"},
		{"{\"Version\":1," PAIR ",\"Expiration\":1767229200}", "Expiration"},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"tomorrow\"}", "Expiration"},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"\"}", "Expiration"},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"2026-01-01T00:00:00Z\"}",
			"expired&2026-01-01T00:00:00Z"},
		{"{\"Version\":1," PAIR ",\"Expiration\":\"2026-01-01T00:59:59+01:00\"}",
			"expired&2025-12-31T23:59:59Z"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *text = cases[i].text;
		struct err e = {.code = ERR_NONE};
		struct keys found;
		expect_whole(answer(text, strlen(text), &found, &e), PROVIDER_FAILED, "%s", text);
		expect_whole(e.code, ERR_CREDENTIALS, "%s: code", text);
		expect_holds(e.message, "credential_process of profile 'default': ", "%s", text);
		expect_holds(e.message, cases[i].words, "%s: message", text);
		expect(!strstr(e.message, "HIDDEN"), "%s: no secret", text);
		expect(!found.access_key_id && !found.secret_access_key, "%s: no keys", text);
	}
}

static void an_answer_is_bounded(void **state) {
	(void)state;
	enum { MAX = 64 * 1024 };
	static const char good[] = "{\"Version\":1," PAIR "}";
	static char text[MAX + 1];
	struct err e = {.code = ERR_NONE};
	struct keys found;
	memset(text, ' ', sizeof text);
	memcpy(text, good, sizeof good - 1);
	assert_int_equal(answer(text, MAX, &found, &e), PROVIDER_FOUND);
	keys_free(&found);
	assert_int_equal(answer(text, MAX + 1, &found, &e), PROVIDER_FAILED);
	assert_int_equal(e.code, ERR_CREDENTIALS);
	expect_holds(e.message, "larger than 65536 bytes", "one byte more");
	/* Without an end, too. */
	assert_int_equal(fetch("yes HIDDEN", 60000, &found, &e), PROVIDER_FAILED);
	expect_holds(e.message, "larger than 65536 bytes", "endless");
}

/* --- ends --- */

static void every_end_has_its_word(void **state) {
	(void)state;
	static const struct {
		const char *command, *words;
	} cases[] = {
		{"false", "false failed with exit status 1"},
		{"sh -c 'exit 7'", "sh failed with exit status 7"},
		{"sh -c 'echo HIDDEN; echo \"no | luck  today\" >&2; exit 7'",
			"exit status 7: no / luck today"},
		{"sh -c 'kill -9 $$'", "sh was killed by signal 9"},
		{"sh -c 'echo ouch >&2; kill -TERM $$'", "killed by signal 15: ouch"},
		{"''", "the command is empty"},
		{"'' HIDDEN", "the command is empty"},
		{"echo 'HIDDEN", "a quote (') is not closed"},
		{"echo HIDDEN\\", "backslash"},
		{"sh -c 'echo \"{\\\"SecretAccessKey\\\": \\\"HIDDEN\\\"}\" >&2; exit 1'",
			"exit status 1&left out"},
		{"sh -c 'echo aws_session_token=HIDDEN >&2; exit 1'", "exit status 1&left out"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *command = cases[i].command;
		struct err e = {.code = ERR_NONE};
		struct keys found;
		expect_whole(fetch(command, 60000, &found, &e), PROVIDER_FAILED, "%s", command);
		expect_whole(e.code, ERR_CREDENTIALS, "%s: code", command);
		expect_holds(e.message, cases[i].words, "%s: message", command);
		expect(!strstr(e.message, "HIDDEN"), "%s: no secret: %s", command, e.message);
	}
}

static void what_cannot_be_started_is_named(void **state) {
	(void)state;
	static const struct {
		const char *command, *program, *reason;
	} cases[] = {
		{"/nonexistent/tool --password HIDDEN", "/nonexistent/tool",
			"No such file or directory"},
		{"no-such-program-anywhere", "no-such-program-anywhere",
			"No such file or directory"},
		{"$HOME/x", "$HOME/x", "No such file or directory"},
		{"/", "/", "Permission denied"},
	};
	/* A directory in PATH that may not be searched would give "Permission denied" to all. */
	assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char sooner[LINE_BYTES], later[LINE_BYTES];
		struct err e = {.code = ERR_NONE};
		struct keys found;
		const char *program = cases[i].program;
		expect_whole(fetch(cases[i].command, 60000, &found, &e), PROVIDER_FAILED, "%s",
			program);
		/* posix_spawn may leave it to the child to fail, and does below valgrind. */
		/* A word that is no program may be a secret. */
		const char *shown = *program == '/' ? program
						    : "its program (not an absolute path)";
		(void)snprintf(sooner, sizeof sooner, "cannot start %s: %s", shown,
			cases[i].reason);
		(void)snprintf(later, sizeof later, "%s failed with exit status 127", shown);
		expect(strstr(e.message, sooner) || strstr(e.message, later), "%s: %s", program,
			e.message);
		expect(!strstr(e.message, "HIDDEN"), "%s: no secret: %s", program, e.message);
	}
}

static void much_error_text_is_cut(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found;
	static const char loud[] =
		"sh -c 'i=0; while [ $i -lt 9000 ]; do echo 0123456789 >&2; i=$((i+1)); done; exit 2'";
	assert_int_equal(fetch(loud, 60000, &found, &e), PROVIDER_FAILED);
	expect_holds(e.message, "exit status 2: 0123456789 0123456789&...", "the beginning");
	assert_true(strlen(e.message) < 450);
}

static void what_is_left_running_is_not_waited_for(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found;
	/* The background program keeps both pipes open. */
	static const char command[] =
		"sh -c 'sleep 20 & echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"A\\\",\\\"SecretAccessKey\\\":\\\"S\\\"}\"'";
	struct clock c = clock_system();
	int64_t begin_ms = clock_monotonic_ms(&c);
	assert_int_equal(fetch(command, 60000, &found, &e), PROVIDER_FOUND);
	assert_true(clock_monotonic_ms(&c) - begin_ms < 15000);
	keys_free(&found);
	assert_true(groups[0] > 0);
	(void)kill(-groups[0], SIGKILL);
}

/* --- limits --- */

static void group_is_gone(const char *what) {
	expect_whole((int64_t)group_count, 2, "%s: told of the start and of the end", what);
	expect(groups[0] > 0 && groups[1] == 0, "%s: the group, and then none", what);
	/* Ours are reaped; a grandchild is until somebody has done so. */
	bool gone = false;
	for (int i = 0; i < 500 && !gone; i++) {
		gone = kill(-groups[0], 0) < 0 && errno == ESRCH;
		if (!gone)
			(void)usleep(10000);
	}
	expect(gone, "%s: nobody is left in the group", what);
	expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "%s: reaped", what);
}

static void the_deadline_ends_it(void **state) {
	(void)state;
	static const char *const commands[] = {"sleep 1000", "sh -c 'sleep 1000 & wait'",
		"sh -c 'trap \"\" TERM; while :; do sleep 1; done'",
		"sh -c 'exec >&- 2>&-; sleep 1000'", "sh -c 'while :; do echo x >&2; done'",
		"sh -c 'kill -STOP $$'"};
	for (size_t i = 0; i < LENGTH(commands); i++) {
		struct err e = {.code = ERR_NONE};
		struct keys found;
		struct clock c = clock_system();
		int64_t begin_ms = clock_monotonic_ms(&c);
		expect_whole(fetch(commands[i], 300, &found, &e), PROVIDER_FAILED, "%s",
			commands[i]);
		int64_t took_ms = clock_monotonic_ms(&c) - begin_ms;
		expect(took_ms >= 300 && took_ms < 20000, "%s: in time", commands[i]);
		expect_whole(e.code, ERR_DEADLINE, "%s: code", commands[i]);
		expect_holds(e.message, "did not answer before the run's deadline", "%s",
			commands[i]);
		group_is_gone(commands[i]);
	}
}

static void nothing_is_started_without_time(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found;
	assert_int_equal(fetch("echo", 0, &found, &e), PROVIDER_FAILED);
	assert_int_equal(e.code, ERR_DEADLINE);
	assert_int_equal(group_count, 0);
	stop = 1;
	assert_int_equal(fetch("echo", 60000, &found, &e), PROVIDER_FAILED);
	stop = 0;
	assert_int_equal(e.code, ERR_DEADLINE);
	assert_int_equal(group_count, 0);
}

static void raise_stop(int signal_number) {
	(void)signal_number;
	stop = 1;
}

static void the_stop_flag_ends_it(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found;
	struct sigaction before;
	const struct sigaction action = {.sa_handler = raise_stop};
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	char command[LINE_BYTES];
	(void)snprintf(command, sizeof command, "sh -c 'kill -USR1 %ld; sleep 1000'",
		(long)getpid());
	assert_int_equal(fetch(command, 60000, &found, &e), PROVIDER_FAILED);
	stop = 0;
	assert_int_equal(e.code, ERR_DEADLINE);
	expect_holds(e.message, "before the run was stopped", "message");
	group_is_gone("stopped");
	assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void no_command_is_not_configured(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found;
	assert_int_equal(fetch("", 60000, &found, &e), PROVIDER_NOT_CONFIGURED);
	assert_true(*e.message != '\0');
	assert_int_equal(group_count, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(published_answers_are_read),
		UNIT_TEST(good_answers_are_taken),
		UNIT_TEST(other_answers_are_refused),
		UNIT_TEST(an_answer_is_bounded),
		UNIT_TEST(every_end_has_its_word),
		UNIT_TEST(what_cannot_be_started_is_named),
		UNIT_TEST(much_error_text_is_cut),
		UNIT_TEST(what_is_left_running_is_not_waited_for),
		UNIT_TEST(the_deadline_ends_it),
		UNIT_TEST(nothing_is_started_without_time),
		UNIT_TEST(the_stop_flag_ends_it),
		UNIT_TEST(no_command_is_not_configured),
	};
	return cmocka_run_group_tests_name("credential_process", tests, NULL, NULL);
}
