/* IAM Identity Center and aws login: what a profile asks for, and where their files are. */
#include "config.h"

#include "support.h"

#include "aws/identity/sso/sso.h"
#include "base/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- settings --- */

/* The config file of a case of assume-role-chains.json, whose sessions are not among its data. */
static const char *config_of(const cJSON *profiles) {
	static char text[4096];
	size_t n = 0;
	const cJSON *profile, *setting;
	cJSON_ArrayForEach(profile, profiles) {
		n += (size_t)snprintf(text + n, sizeof text - n, "[profile %s]\n", profile->string);
		cJSON_ArrayForEach(setting, profile)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s = %s\n",
				setting->string, cJSON_GetStringValue(setting));
	}
	(void)snprintf(text + n, sizeof text - n,
		"[sso-session foo]\nsso_region = us-east-7\nsso_start_url = https://foo.bar\n");
	return text;
}

/* Unlike in smithy-rs a session without account and role asks for no keys (as in the AWS CLI, where
 * it serves other uses): its cases are not configured, whatever the session is. */
static bool is_token_alone(const cJSON *profile) {
	return vector_text_or_null(profile, "sso_session") &&
		!vector_text_or_null(profile, "sso_account_id") &&
		!vector_text_or_null(profile, "sso_role_name");
}

static void check_published(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const char *selected = vector_text(c, "selected");
	const cJSON *profiles = vector_member(c, "profiles");
	const cJSON *chain = cJSON_GetObjectItem(vector_member(c, "expect"), "chain");
	struct err e = {.code = ERR_NONE};
	struct sso_settings s;
	struct profile_set *p = profile_parse(config_of(profiles), NULL, selected, true, &e);
	assert_non_null(p);
	enum provider_outcome wanted = chain ? PROVIDER_FOUND : PROVIDER_FAILED;
	if (is_token_alone(vector_member(profiles, selected)))
		wanted = PROVIDER_NOT_CONFIGURED;
	expect_whole(sso_settings_read(p, &s, &e), wanted, "%s: %s", id, e.message);
	if (wanted == PROVIDER_FOUND) {
		const cJSON *sso = vector_member(cJSON_GetArrayItem(chain, 0), "Sso");
		expect_text(s.account_id, vector_text(sso, "sso_account_id"), "%s: account", id);
		expect_text(s.role_name, vector_text(sso, "sso_role_name"), "%s: role", id);
		expect_text(s.region, vector_text(sso, "sso_region"), "%s: region", id);
		expect_text(s.start_url, vector_text(sso, "sso_start_url"), "%s: URL", id);
	}
	profile_free(p);
}

static void published_profiles_are_read(void **state) {
	(void)state;
	cJSON *data = vectors_load("assume-role-chains.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "cases")) {
		const char *id = vector_text(c, "id");
		if (strcmp(id, "a23") >= 0 && strcmp(id, "a28") <= 0) {
			check_published(c);
			count++;
		}
	}
	assert_int_equal(count, 6);
	cJSON_Delete(data);
}

static void settings_that_do_not_fit_are_named(void **state) {
	(void)state;
	static const char session[] =
		"[sso-session s]\nsso_region=us-east-1\nsso_start_url=https://x\n";
	static const char keys[] = "sso_account_id=1\nsso_role_name=r\n";
	static const struct {
		const char *profile, *session;
		enum provider_outcome outcome;
		const char *words;
	} cases[] = {
		{"sso_session=s\n", session, PROVIDER_FOUND, ""},
		{"sso_session=s\nsso_region=us-east-1\n", session, PROVIDER_FOUND, ""},
		{"sso_session=s\nsso_region=us-east-2\n", session, PROVIDER_FAILED,
			"sso_region&'default'&[sso-session s]"},
		{"sso_session=s\nsso_start_url=https://y\n", session, PROVIDER_FAILED,
			"sso_start_url&[sso-session s]"},
		{"sso_session=t\n", session, PROVIDER_FAILED, "[sso-session&sso_session"},
		{"sso_session=s\nsso_region=us-east-1\n", "[sso-session s]\nsso_start_url=x\n",
			PROVIDER_FAILED, "[sso-session s]&sso_region"},
		{"sso_region=us-east-1\n", session, PROVIDER_FAILED, "sso_start_url"},
		{"sso_start_url=x\n", session, PROVIDER_FAILED, "sso_region"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char config[1024];
		struct err e = {.code = ERR_NONE};
		struct sso_settings s;
		(void)snprintf(config, sizeof config, "[default]\n%s%s%s", keys, cases[i].profile,
			cases[i].session);
		struct profile_set *p = profile_parse(config, NULL, "default", true, &e);
		assert_non_null(p);
		expect_whole(sso_settings_read(p, &s, &e), cases[i].outcome, "case %zu: %s", i,
			e.message);
		expect_holds(e.message, cases[i].words, "case %zu", i);
		if (cases[i].outcome == PROVIDER_FOUND)
			expect_text(s.command, "aws sso login --sso-session s", "case %zu", i);
		profile_free(p);
	}
}

/* --- names of files --- */

static void token_files_are_the_clis(void **state) {
	(void)state;
	cJSON *data = vectors_load("cache-keys.json");
	const cJSON *c;
	setenv("HOME", "/home/x", 1);
	cJSON_ArrayForEach(c, vector_member(data, "sso_token")) {
		const struct sso_settings s = {.session = vector_text(c, "sso_session"),
			.start_url = vector_text(c, "start_url")};
		char wanted[200];
		struct err e = {.code = ERR_NONE};
		struct buf path;
		buf_init(&path, 4096);
		(void)snprintf(wanted, sizeof wanted, "/home/x/.aws/sso/cache/%s",
			vector_text(c, "file"));
		assert_int_equal(sso_token_path(&s, &path, &e), 0);
		expect_text(buf_str(&path), wanted, "%s", s.session ? s.session : "old form");
		buf_free(&path);
	}
	cJSON_Delete(data);
}

static void check_cli_identity(const cJSON *c, const struct sso_settings *s) {
	unsigned char digest[CRYPTO_SHA1_BYTES];
	char name[2 * CRYPTO_SHA1_BYTES + sizeof ".json"];
	struct err e = {.code = ERR_NONE};
	struct buf text;
	buf_init(&text, 4096);
	sso_add_cli_identity(s, &text);
	expect_text(buf_str(&text), vector_text(c, "json"), "identity");
	assert_int_equal(crypto_sha1(buf_str(&text), text.len, digest, &e), 0);
	crypto_hex(digest, sizeof digest, name);
	memcpy(name + 2 * CRYPTO_SHA1_BYTES, ".json", sizeof ".json");
	expect_text(name, vector_text(c, "file"), "file");
	buf_free(&text);
}

static void key_files_are_the_clis(void **state) {
	(void)state;
	cJSON *data = vectors_load("cache-keys.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "sso_role")) {
		const struct sso_settings s = {.account_id = "123456789012",
			.role_name = "ReadOnly",
			.session = strstr(vector_text(c, "json"), "sessionName") ? "my-sso" : NULL,
			.start_url = "https://example.awsapps.com/start"};
		check_cli_identity(c, &s);
		count++;
	}
	assert_int_equal(count, 2);
	cJSON_Delete(data);
}

static void login_files_are_the_clis(void **state) {
	(void)state;
	cJSON *data = vectors_load("cache-keys.json");
	const cJSON *c;
	setenv("HOME", "/nonexistent", 1);
	cJSON_ArrayForEach(c, vector_member(data, "login_token")) {
		char config[300];
		struct err e = {.code = ERR_NONE};
		struct keys out = {0};
		const struct clock clock = clock_standing_at(1767225600);
		(void)snprintf(config, sizeof config, "[default]\nlogin_session = %s\n",
			vector_text(c, "login_session"));
		struct profile_set *p = profile_parse(config, NULL, "default", true, &e);
		assert_non_null(p);
		const struct provider_context context = {.profiles = p,
			.settings = p,
			.run = {.deadline = {.clock = &clock}}};
		assert_int_equal(provider_login.fetch(&context, &out, &e), PROVIDER_FAILED);
		expect_holds(e.message,
			"/nonexistent/.aws/login/cache/&aws login --profile default", "the path");
		expect_holds(e.message, vector_text(c, "file"), "the name");
		profile_free(p);
	}
	cJSON_Delete(data);
}

static void a_missing_token_file_is_named(void **state) {
	(void)state;
	const struct sso_settings s = {.session = "my-sso",
		.start_url = "x",
		.region = "us-east-1",
		.command = "aws sso login --sso-session my-sso"};
	const struct clock clock = clock_standing_at(1767225600); /* 2026-01-01T00:00:00Z */
	const struct provider_context context = {
		.run = {.deadline = {.clock = &clock,
				.at_ms = clock_monotonic_ms(&clock) + 60000}}};
	struct err e = {.code = ERR_NONE};
	struct buf out;
	buf_init(&out, 4096);
	setenv("HOME", "/nonexistent", 1);
	assert_int_equal(sso_token_get(&context, &s, &out, &e), -1);
	assert_int_equal(e.code, ERR_CREDENTIALS);
	expect_holds(e.message,
		"/nonexistent/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json&"
		"aws sso login --sso-session my-sso as the user",
		"no file");
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(published_profiles_are_read),
		UNIT_TEST(settings_that_do_not_fit_are_named),
		UNIT_TEST(token_files_are_the_clis),
		UNIT_TEST(key_files_are_the_clis),
		UNIT_TEST(login_files_are_the_clis),
		UNIT_TEST(a_missing_token_file_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
