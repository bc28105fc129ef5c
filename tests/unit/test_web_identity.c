/* The settings of web identity: which of environment and profile counts, the token file. Nothing is
 * asked: there is no region, or no file. */
#include "config.h"

#include "support.h"

#include "aws/identity/chain.h"

#include <stdlib.h>
#include <string.h>

#define ROLE  "arn:aws:iam::123456789012:role/RoleA"
#define OTHER "arn:aws:iam::123456789012:role/Other"

static enum provider_outcome fetch_from(const struct profile_set *profiles, bool is_source,
	struct err *e) {
	struct keys out = {0};
	const struct clock clock = clock_standing_at(1767225600);
	const struct provider_context context = {.profiles = profiles,
		.settings = profiles,
		.is_source = is_source,
		.run = {.deadline = {.clock = &clock,
				.at_ms = clock_monotonic_ms(&clock) + 60000}}};
	*e = (struct err){.code = ERR_NONE};
	enum provider_outcome outcome = provider_web_identity.fetch(&context, &out, e);
	expect(out.access_key_id == NULL, "no keys without a request");
	expect(*e->message != '\0', "a reason");
	keys_free(&out);
	return outcome;
}

static enum provider_outcome fetch_with(const char *config, const char *option, bool is_source,
	struct err *e) {
	setenv("AWS_CONFIG_FILE", scratch_text("config", config), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
	struct profile_set *profiles = profile_load(option, NULL, e);
	assert_non_null(profiles);
	enum provider_outcome outcome = fetch_from(profiles, is_source, e);
	profile_free(profiles);
	return outcome;
}

/* With a whole token file the call is as good as made: then the missing region is what is
 * complained about. */
#define MADE "AssumeRoleWithWebIdentity&region"

static void environment_beats_profile_key_by_key(void **state) {
	(void)state;
	const char *good = scratch_text("token", " eyJhbGciOi.eyJpc3M.sig \r\n");
	struct buf of_profile;
	buf_init(&of_profile, 4096);
	buf_addf(&of_profile, "[profile p]\nweb_identity_token_file=%s\nrole_arn=" ROLE "\n", good);
	const struct {
		const char *file, *role, *name; /* of the environment */
		const char *config, *option;
		bool is_source;
		enum provider_outcome outcome;
		const char *words;
	} cases[] = {
		{NULL, NULL, NULL, "", NULL, false, PROVIDER_NOT_CONFIGURED, ""},
		{NULL, ROLE, "name", "", NULL, false, PROVIDER_NOT_CONFIGURED, ""},
		{NULL, NULL, NULL, "[default]\nrole_arn=" ROLE "\n", NULL, false,
			PROVIDER_NOT_CONFIGURED, ""},
		{good, ROLE, NULL, "", NULL, false, PROVIDER_FAILED, MADE},
		{good, ROLE, "name", "", NULL, false, PROVIDER_FAILED, MADE},
		{good, NULL, NULL, "", NULL, false, PROVIDER_FAILED,
			"web identity&without a role&AWS_ROLE_ARN"},
		/* The profile completes the environment, and the other way round. */
		{good, NULL, NULL, "[default]\nrole_arn=" ROLE "\n", NULL, false, PROVIDER_FAILED,
			MADE},
		{NULL, ROLE, NULL, "[default]\nweb_identity_token_file=/nonexistent/t\n", NULL,
			false, PROVIDER_FAILED, "token file /nonexistent/t does not exist"},
		{good, ROLE, NULL,
			"[default]\nweb_identity_token_file=/nonexistent/t\nrole_session_name=a b\n",
			NULL, false, PROVIDER_FAILED, "role_session_name"},
		{good, ROLE, "name",
			"[default]\nweb_identity_token_file=/nonexistent/t\nrole_session_name=a b\n"
			"role_arn=x\n",
			NULL, false, PROVIDER_FAILED, MADE},
		{good, "x", NULL, "[default]\nrole_arn=" ROLE "\n", NULL, false, PROVIDER_FAILED,
			"AWS_ROLE_ARN"},
		{good, ROLE, "a b", "", NULL, false, PROVIDER_FAILED, "AWS_ROLE_SESSION_NAME"},
		/* Nothing of the environment where a profile was asked for, or is a source. */
		{good, ROLE, NULL, "[profile p]\nregion=x\n", "p", false, PROVIDER_NOT_CONFIGURED,
			""},
		{good, ROLE, NULL, "", NULL, true, PROVIDER_NOT_CONFIGURED, ""},
		{"/nonexistent/e", "x", "a b", buf_str(&of_profile), "p", false, PROVIDER_FAILED,
			MADE},
		{NULL, ROLE, NULL, "[default]\nweb_identity_token_file=/nonexistent/t\n", NULL,
			true, PROVIDER_FAILED, "without a role"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e;
		setenv("AWS_WEB_IDENTITY_TOKEN_FILE", cases[i].file ? cases[i].file : "", 1);
		setenv("AWS_ROLE_ARN", cases[i].role ? cases[i].role : "", 1);
		setenv("AWS_ROLE_SESSION_NAME", cases[i].name ? cases[i].name : "", 1);
		expect_whole(fetch_with(cases[i].config, cases[i].option, cases[i].is_source, &e),
			cases[i].outcome, "case %zu: %s", i, e.message);
		if (cases[i].outcome == PROVIDER_FAILED)
			expect_holds(e.message, cases[i].words, "case %zu", i);
	}
	buf_free(&of_profile);
}

static void token_files_are_checked(void **state) {
	(void)state;
	static char token[30000];
	static const struct {
		size_t n;          /* of x */
		const char *after; /* written behind them */
		const char *words;
	} cases[] = {
		{4, "", MADE},
		{4, "\n", MADE},
		{20000, "", MADE},
		{20000, " \t\r\n", MADE},
		{3, "\n", "4 to 20000"},
		{20001, "", "4 to 20000"},
		{29000, "", "larger than"},
		{0, "", "empty"},
		{0, " \r\n", "empty"},
		{10, "\nxxxxxxxxxxx\n", "control character"},
		{10, "\x1b[1m", "control character"},
	};
	memset(token, 'x', sizeof token);
	setenv("AWS_ROLE_ARN", ROLE, 1);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e;
		struct buf file;
		buf_init(&file, 100000);
		buf_add(&file, token, cases[i].n);
		buf_adds(&file, cases[i].after);
		setenv("AWS_WEB_IDENTITY_TOKEN_FILE", scratch_text("token", buf_str(&file)), 1);
		expect_whole(fetch_with("", NULL, false, &e), PROVIDER_FAILED, "case %zu", i);
		expect_holds(e.message, cases[i].words, "case %zu", i);
		expect(strstr(e.message, "xxx") == NULL, "case %zu: the token is not shown", i);
		buf_free(&file);
	}
	struct err e;
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", scratch_write("token", "abc\0defgh", 9), 1);
	expect_whole(fetch_with("", NULL, false, &e), PROVIDER_FAILED, "NUL");
	expect_holds(e.message, "control character", "NUL");
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/", 1);
	expect_whole(fetch_with("", NULL, false, &e), PROVIDER_FAILED, "a directory");
	expect_holds(e.message, "directory", "a directory");
}

/* --- the place in the chain: computed cases of the AWS CLI's order --- */

static bool holds_web_identity(const cJSON *c) {
	char *text = cJSON_PrintUnformatted(c);
	bool found = strstr(text, "WEB_IDENTITY") || strstr(text, "web_identity");
	cJSON_free(text);
	return found;
}

static void check_case(const cJSON *c, int index) {
	const cJSON *wanted = vector_member(c, "expect");
	const char *provider = vector_text_or_null(wanted, "provider");
	const char *error = vector_text_or_null(wanted, "error");
	const cJSON *variable;
	struct err e = {.code = ERR_NONE};
	struct keys found = {0};
	environment_clear();
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	cJSON_ArrayForEach(variable, vector_member(c, "env"))
		setenv(variable->string, cJSON_GetStringValue(variable), 1);
	setenv("AWS_CONFIG_FILE", scratch_text("config", vector_text(c, "config")), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE",
		scratch_text("credentials", vector_text(c, "credentials")), 1);
	struct profile_set *profiles = profile_load(vector_text(c, "explicit_profile"), NULL, &e);
	assert_non_null(profiles);
	const struct clock clock = clock_standing_at(1767225600);
	const struct provider_context context = {.profiles = profiles,
		.settings = profiles,
		.run = {.deadline = {.clock = &clock,
				.at_ms = clock_monotonic_ms(&clock) + 60000}}};
	int rc = chain_resolve(&context, &found, &e);
	if (provider && strcmp(provider, "assume-role-with-web-identity") == 0) {
		/* Its token file is not there. */
		expect_whole(rc, -1, "case %d", index);
		expect_holds(e.message, "web identity: &token file /t does not exist", "case %d",
			index);
	} else if (provider) {
		expect_text(found.access_key_id, vector_text(wanted, "access_key_id"), "case %d",
			index);
	} else if (error && strcmp(error, "InvalidConfigError") == 0) {
		expect_holds(e.message, "web identity: &without a role", "case %d", index);
	} else {
		/* A role without a source: not web identity's. */
		expect_whole(rc, -1, "case %d", index);
		expect(strstr(e.message, "web identity") == NULL, "case %d: %s", index, e.message);
	}
	keys_free(&found);
	profile_free(profiles);
}

static void the_order_of_the_cli_holds(void **state) {
	(void)state;
	cJSON *data = vectors_load("config-vectors.json");
	int checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "credentials")) if (holds_web_identity(c))
		check_case(c, checked++);
	assert_int_equal(checked, 6);
	cJSON_Delete(data);
}

static void it_goes_before_sso_and_files(void **state) {
	(void)state;
	static const char *const others[] = {"sso_account_id=123456789012\nsso_role_name=r\n",
		"login_session=x\n", "credential_process=/nonexistent/p\n",
		"aws_access_key_id=k\naws_secret_access_key=s\n"};
	for (size_t i = 0; i < LENGTH(others); i++) {
		struct err e = {.code = ERR_NONE};
		struct keys found = {0};
		struct buf config;
		buf_init(&config, 4096);
		buf_addf(&config,
			"[default]\nrole_arn=" OTHER "\nweb_identity_token_file=/nonexistent/t\n%s",
			others[i]);
		struct profile_set *profiles = profile_parse(buf_str(&config), NULL, "default",
			false, &e);
		assert_non_null(profiles);
		const struct clock clock = clock_standing_at(1767225600);
		const struct provider_context context = {.profiles = profiles,
			.settings = profiles,
			.run = {.deadline = {.clock = &clock,
					.at_ms = clock_monotonic_ms(&clock) + 60000}}};
		expect_whole(chain_resolve(&context, &found, &e), -1, "case %zu", i);
		expect_holds(e.message, "web identity: &/nonexistent/t", "case %zu", i);
		profile_free(profiles);
		buf_free(&config);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(environment_beats_profile_key_by_key),
		UNIT_TEST(token_files_are_checked),
		UNIT_TEST(the_order_of_the_cli_holds),
		UNIT_TEST(it_goes_before_sso_and_files),
	};
	return cmocka_run_group_tests_name("web_identity", tests, NULL, NULL);
}
