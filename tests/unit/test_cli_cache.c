/* The AWS CLI's cache: its names, and which of its entries are taken. */
#include "config.h"

#include "cache_stage.h"

#include "aws/identity/sts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the AWS CLI's cache --- */

static void names_are_those_of_the_cli(void **state) {
	(void)state;
	cJSON *data = vectors_load("cache-keys.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "assume_role")) {
		const cJSON *args = vector_member(c, "args");
		const cJSON *duration = cJSON_GetObjectItemCaseSensitive(args, "DurationSeconds");
		const struct sts_role role = {.role_arn = vector_text(args, "RoleArn"),
			.session_name = vector_text_or_null(args, "RoleSessionName"),
			.external_id = vector_text_or_null(args, "ExternalId"),
			.duration_s = duration ? (int64_t)duration->valuedouble : 0};
		struct buf text;
		buf_init(&text, 4096);
		expect_whole(cli_cache_identity_of_role(&role,
				     vector_text_or_null(args, "SerialNumber"), &text),
			0, "case %d", count);
		expect_text(buf_str(&text), vector_text(c, "json"), "case %d", count);
		buf_free(&text);
		count++;
	}
	assert_int_equal(count, 5);
	cJSON_Delete(data);
}

static void odd_characters_are_escaped_as_python_does(void **state) {
	(void)state;
	static const struct {
		const char *external_id,
			*wanted; /* NULL: no UTF-8; else from Python's json.dumps */
	} cases[] = {
		{"a\b\f\n\r\t\x01\x7f/\\\"", "a\\b\\f\\n\\r\\t\\u0001\\u007f/\\\\\\\""},
		{"\xe2\x82\xac", "\\u20ac"},
		{"\xf0\x9f\x98\x80", "\\ud83d\\ude00"},
		{"\xf4\x8f\xbf\xbf", "\\udbff\\udfff"},
		{"", ""},
		{"\xff", NULL},
		{"\xed\xa0\x80", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct sts_role role = {.role_arn = "r", .external_id = cases[i].external_id};
		struct buf text, wanted;
		buf_init(&text, 4096);
		buf_init(&wanted, 4096);
		expect_whole(cli_cache_identity_of_role(&role, NULL, &text),
			cases[i].wanted ? 0 : -1, "case %zu", i);
		buf_addf(&wanted, "{\"ExternalId\": \"%s\", \"RoleArn\": \"r\"}",
			cases[i].wanted ? cases[i].wanted : "");
		if (cases[i].wanted)
			expect_text(buf_str(&text), buf_str(&wanted), "case %zu", i);
		buf_free(&text);
		buf_free(&wanted);
	}
	struct buf small;
	buf_init(&small, 10);
	expect_whole(cli_cache_identity_of_role(&(struct sts_role){.role_arn = "r"}, NULL, &small),
		-1, "no room");
	buf_free(&small);
	buf_init(&small, 0);
	expect_whole(cli_cache_identity_of_role(&(struct sts_role){.role_arn = "r"}, NULL, &small),
		-1, "no room at all");
	buf_free(&small);
}

static const char *cli_file(const char *file, const char *text) {
	char name[LINE_BYTES];
	(void)mkdir(scratch_path("home"), 0755);
	(void)mkdir(scratch_path("home/.aws"), 0755);
	(void)mkdir(scratch_path("home/.aws/cli"), 0755);
	(void)mkdir(scratch_path("home/.aws/cli/cache"), 0755);
	setenv("HOME", scratch_path("home"), 1);
	(void)snprintf(name, sizeof name, "home/.aws/cli/cache/%s", file);
	const char *path = scratch_text(name, text);
	assert_int_equal(chmod(path, 0600), 0);
	return path;
}

/* What the AWS CLI writes: the published example. */
static const char *cli_text(const cJSON *responses) {
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(responses, "credentials")) {
		if (strcmp(vector_text(c, "service"), "cli_cache") == 0)
			return vector_text(c, "body");
	}
	fail_msg("no example of the AWS CLI's cache");
	return NULL;
}

static void expect_cli(const char *identity, bool used, const char *what) {
	struct source aws = {.id = "ASIAASKED"};
	struct keys got;
	struct err e = {.code = ERR_NONE};
	expect_whole(asked(&aws, identity, &got, &e), 0, "%s", what);
	expect_text(got.access_key_id, used ? "ASIAEXAMPLEEXAMPLE00" : "ASIAASKED", "%s", what);
	if (used)
		expect_whole(got.expires_s, NOW_S + HOUR_S, "%s: until", what);
	keys_free(&got);
}

static void entries_of_the_cli_are_taken(void **state) {
	(void)state;
	static const char *const lists[] = {"assume_role", "sso_role"};
	cJSON *data = vectors_load("cache-keys.json");
	cJSON *responses = vectors_load("responses.json");
	const cJSON *c;
	int count = 0;
	begin();
	for (size_t i = 0; i < LENGTH(lists); i++) {
		cJSON_ArrayForEach(c, vector_member(data, lists[i])) {
			const char *hashed = vector_text(c, "json");
			const char *path = cli_file(vector_text(c, "file"), cli_text(responses));
			clock_at(NOW_S);
			expect_cli(hashed, true, hashed);
			clock_at(NOW_S + HOUR_S - 900);
			expect_cli(hashed, true, "15 minutes are left");
			clock_at(NOW_S + HOUR_S - 899);
			expect_cli(hashed, false, "less is left");
			expect(access(path, F_OK) == 0, "the file stays");
			count++;
		}
	}
	assert_int_equal(count, 7);
	/* Keys of the Identity Center, whose time ends in Z. */
	clock_at(NOW_S);
	(void)cli_file("31b260dab331b2af063485cea75f7b8b3cf54c71.json",
		"{\"ProviderType\": \"sso\", \"Credentials\": {\"AccessKeyId\": \"ASIAEXAMPLEEXAMPLE00\", "
		"\"SecretAccessKey\": \"b\", \"SessionToken\": \"c\", \"Expiration\": \"2026-01-01T01:00:00Z\", "
		"\"AccountId\": \"123456789012\"}}");
	expect_cli(
		"{\"accountId\":\"123456789012\",\"roleName\":\"ReadOnly\",\"sessionName\":\"my-sso\"}",
		true, "sso");
	cJSON_Delete(data);
	cJSON_Delete(responses);
}

#define CLI_JSON "{\"RoleArn\": \"arn:aws:iam::123456789012:role/RoleA\"}"
#define CLI_FILE "330942beff5b0648244cebd8031e0bfca87ac4a0.json"

static void other_entries_of_the_cli_are_not(void **state) {
	(void)state;
	cJSON *responses = vectors_load("responses.json");
	const char *text = cli_text(responses);
	begin();
	const char *path = cli_file(CLI_FILE, text);
	const char *folder = scratch_path("home/.aws/cli/cache");
	expect_cli(CLI_JSON, true, "as it should be");
	expect_cli(NULL, false, "no such name");
	spent = "ASIAEXAMPLEEXAMPLE00";
	expect_cli(CLI_JSON, false, "AWS calls it expired");
	spent = NULL;
	no_cache = true;
	expect_cli(CLI_JSON, false, "--no-cache");
	no_cache = false;
	assert_int_equal(chmod(path, 0620), 0);
	expect_cli(CLI_JSON, false, "others may write it");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	expect_cli(CLI_JSON, false, "others may exchange it");
	assert_int_equal(chmod(folder, 0755), 0);
	char cut[LINE_BYTES];
	for (size_t n = 0; n < strlen(text); n++) {
		(void)snprintf(cut, sizeof cut, "%.*s", (int)n, text);
		assert_int_equal(truncate(path, 0), 0);
		int fd = open(path, O_WRONLY);
		assert_int_equal(write(fd, cut, n), n);
		assert_int_equal(close(fd), 0);
		expect_cli(CLI_JSON, false, "cut");
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(scratch_text("elsewhere", text), path), 0);
	expect_cli(CLI_JSON, false, "symbolic link");
	cJSON_Delete(responses);
}

/* --- looking only --- */

static void looking_asks_nobody(void **state) {
	(void)state;
	cJSON *responses = vectors_load("responses.json");
	struct source aws = {.id = "ASIAASKED", .lives_s = HOUR_S};
	struct keys got;
	const struct cache_request r = {.what = "role R",
		.identity = IDENTITY,
		.cli_identity = CLI_JSON,
		.fetch = fetch,
		.ctx = &aws};
	begin();
	struct provider_context context = context_now();
	expect_whole(cache_get(&context, &r, &got), 1, "nothing");
	expect(!got.access_key_id, "no key");
	expect(access(scratch_path("cache"), F_OK) != 0, "nothing is made");
	(void)cli_file(CLI_FILE, cli_text(responses));
	expect_whole(cache_get(&context, &r, &got), 0, "the AWS CLI's");
	expect_text(got.access_key_id, "ASIAEXAMPLEEXAMPLE00", "the AWS CLI's");
	keys_free(&got);
	put_good_entry();
	expect_whole(cache_get(&context, &r, &got), 0, "ours");
	expect_text(got.access_key_id, "ASIAOLD", "ours");
	keys_free(&got);
	context.no_cache = true;
	expect_whole(cache_get(&context, &r, &got), 1, "--no-cache");
	expect_whole(aws.calls, 0, "AWS is not asked");
	cJSON_Delete(responses);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(names_are_those_of_the_cli),
		UNIT_TEST(odd_characters_are_escaped_as_python_does),
		UNIT_TEST(entries_of_the_cli_are_taken),
		UNIT_TEST(other_entries_of_the_cli_are_not),
		UNIT_TEST(looking_asks_nobody),
	};
	return cmocka_run_group_tests_name("cli_cache", tests, NULL, stage_end);
}
