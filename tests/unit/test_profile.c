/* The shared config and credentials files, against the test set that the AWS SDKs share. */
#include "config.h"

#include "profile_each.h"
#include "support.h"

#include "aws/config/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the published cases --- */

struct visit {
	const cJSON *wanted; /* the sections of this kind */
	const char *id;
};

/* Nothing but what is wanted may be there. */
static void on_setting(void *ctx, const char *section, const char *key, const char *value) {
	struct visit *v = ctx;
	(void)value;
	const cJSON *keys = cJSON_GetObjectItemCaseSensitive(v->wanted, section);
	expect(keys != NULL, "%s: [%s] is wanted", v->id, section);
	/* A section without settings comes without a key. */
	if (key)
		expect(cJSON_GetObjectItemCaseSensitive(keys, key) != NULL, "%s: [%s] %s is wanted",
			v->id, section, key);
}

static struct profile_set *parse_case(const cJSON *c, const char *name, struct err *e) {
	return profile_parse(vector_text(c, "config"), vector_text(c, "credentials"), name, false,
		e);
}

/* The settings of one wanted profile. */
static void check_profile(const cJSON *c, const cJSON *profile) {
	const char *id = vector_text(c, "id");
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = parse_case(c, profile->string, &e);
	expect(s != NULL, "%s with profile %s: %s", id, profile->string, e.message);
	if (!s)
		return;
	expect(profile_exists(s, profile->string), "%s: profile %s exists", id, profile->string);
	const cJSON *setting;
	cJSON_ArrayForEach(setting, profile) {
		const char *wanted = cJSON_GetStringValue(setting);
		expect_text(profile_get(s, setting->string), *wanted ? wanted : NULL, "%s: [%s] %s",
			id, profile->string, setting->string);
	}
	profile_free(s);
}

struct session_visit {
	const char *section, *key;
	char value[256];
};

static void find_setting(void *ctx, const char *section, const char *key, const char *value) {
	struct session_visit *v = ctx;
	if (key && strcmp(section, v->section) == 0 && strcmp(key, v->key) == 0)
		(void)snprintf(v->value, sizeof v->value, "%s", value);
}

static void check_sessions(const struct profile_set *s, const cJSON *sessions, const char *id) {
	const cJSON *session;
	const cJSON *setting;
	cJSON_ArrayForEach(session, sessions) {
		cJSON_ArrayForEach(setting, session) {
			struct session_visit v = {.section = session->string,
				.key = setting->string};
			profile_each(s, "sso-session", find_setting, &v);
			expect_text(v.value, cJSON_GetStringValue(setting), "%s: sso-session %s %s",
				id, session->string, setting->string);
		}
	}
}

static void check_case(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const cJSON *wanted = vector_member(c, "expect");
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = parse_case(c, "default", &e);
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(wanted, "error"))) {
		expect(s == NULL, "%s is refused", id);
		bool says_so = e.code == ERR_CONFIG || e.code == ERR_SYNTAX;
		expect(s || (says_so && *e.message), "%s: the error", id);
		profile_free(s);
		return;
	}
	expect(s != NULL, "%s is read: %s", id, e.message);
	if (!s)
		return;
	struct visit profiles = {.wanted = vector_member(wanted, "profiles"), .id = id};
	struct visit sessions = {.wanted = vector_member(wanted, "sso_sessions"), .id = id};
	profile_each(s, "profile", on_setting, &profiles);
	profile_each(s, "sso-session", on_setting, &sessions);
	check_sessions(s, sessions.wanted, id);
	/* What botocore alone takes for a profile is none. */
	const cJSON *botocore = cJSON_GetObjectItemCaseSensitive(c, "botocore");
	const cJSON *profile;
	cJSON_ArrayForEach(profile, cJSON_GetObjectItemCaseSensitive(botocore, "profiles"))
		expect(profile_exists(s, profile->string) ==
				(cJSON_GetObjectItemCaseSensitive(profiles.wanted,
					 profile->string) != NULL),
			"%s: profile %s", id, profile->string);
	cJSON_ArrayForEach(profile, profiles.wanted) check_profile(c, profile);
	profile_free(s);
}

static void the_shared_cases_hold(void **state) {
	(void)state;
	cJSON *cases = vectors_load("profile-parser.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(cases, "cases")) {
		check_case(c);
		checked++;
	}
	assert_int_equal(checked, 63);
	cJSON_Delete(cases);
}

/* --- what the cases leave open --- */

static void oddities_are_taken_kindly(void **state) {
	(void)state;
	static const struct {
		const char *what, *config, *credentials, *profile, *key, *value;
	} cases[] = {
		{"quotes round a name", "[profile \"a b\"]\nk=v\n", NULL, "a b", "k", "v"},
		{"quotes round a value stay", "[default]\nk=\"v\"\n", NULL, "default", "k",
			"\"v\""},
		{"a byte order mark", "\xef\xbb\xbf[default]\nk=v\n", NULL, "default", "k", "v"},
		{"CRLF", "[default]\r\nk = v\r\nl = w\r\n", NULL, "default", "k", "v"},
		{"keys in capitals", "[default]\nREGION = eu-west-1\n", NULL, "default", "region",
			"eu-west-1"},
		{"values keep their case", "[default]\nk = VaLuE\n", NULL, "default", "k", "VaLuE"},
		{"no interpolation", "[default]\nk = $HOME %(x)s ~\n", NULL, "default", "k",
			"$HOME %(x)s ~"},
		{"[DEFAULT] is nothing special", "[DEFAULT]\nk=1\n[profile p]\nl=2\n", NULL, "p",
			"k", NULL},
		{"[default] is no fall-back", "[default]\nk=1\n[profile p]\nl=2\n", NULL, "p", "k",
			NULL},
		{"empty is absent", "[default]\nk =\n", NULL, "default", "k", NULL},
		{"the credentials file wins", "[profile p]\nk=1\nl=2\n", "[p]\nk=3\n", "p", "k",
			"3"},
		{"key by key", "[profile p]\nk=1\nl=2\n", "[p]\nk=3\n", "p", "l", "2"},
		{"an empty one does not win", "[profile p]\nk=1\n", "[p]\nk=\n", "p", "k", "1"},
		{"no newline at the end", "[profile p]\nk=1", NULL, "p", "k", "1"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct profile_set *s = profile_parse(cases[i].config, cases[i].credentials,
			cases[i].profile, true, &e);
		expect(s != NULL, "%s: %s", cases[i].what, e.message);
		if (s)
			expect_text(profile_get(s, cases[i].key), cases[i].value, "%s",
				cases[i].what);
		profile_free(s);
	}
}

static void long_values_are_whole(void **state) {
	(void)state;
	struct buf b;
	char token[5001];
	memset(token, 'T', 5000);
	token[5000] = '\0';
	buf_init(&b, 10000);
	buf_addf(&b, "[default]\naws_session_token = %s\nafter = x\n", token);
	struct profile_set *s = profile_parse(NULL, buf_str(&b), "default", true, NULL);
	assert_non_null(s);
	assert_string_equal(profile_get(s, "aws_session_token"), token);
	assert_string_equal(profile_get(s, "after"), "x");
	profile_free(s);
	buf_free(&b);
}

static void one_file_can_be_asked_alone(void **state) {
	(void)state;
	struct profile_set *s = profile_parse("[profile p]\nk=1\nl=2\n", "[p]\nk=3\n", "p", true,
		NULL);
	assert_non_null(s);
	assert_string_equal(profile_name(s), "p");
	assert_string_equal(profile_get_from(s, PROFILE_CONFIG, "k"), "1");
	assert_string_equal(profile_get_from(s, PROFILE_CREDENTIALS, "k"), "3");
	assert_null(profile_get_from(s, PROFILE_CREDENTIALS, "l"));
	assert_null(profile_get(s, "K"));
	assert_true(profile_exists(s, "p"));
	assert_false(profile_exists(s, "default"));
	profile_free(s);
	profile_free(NULL);
}

static void services_have_settings(void **state) {
	(void)state;
	static const char text[] =
		"[default]\nservices = s\n[services s]\n"
		"ecs =\n  endpoint_url = http://e\n\n  other = 1\n"
		"s3 = \n  endpoint_url=http://s3\n"
		"[profile lost]\nservices = nowhere\n[profile none]\nregion = x\n";
	struct err e = {.code = ERR_NONE};
	char *value = NULL;
	struct profile_set *s = profile_parse(text, NULL, "default", true, &e);
	assert_non_null(s);
	assert_int_equal(profile_get_service(s, "ecs", "endpoint_url", &value, &e), 0);
	assert_non_null(value);
	assert_string_equal(value, "http://e");
	free(value);
	assert_int_equal(profile_get_service(s, "cloudwatch", "endpoint_url", &value, &e), 0);
	assert_null(value);
	assert_int_equal(profile_get_service(s, "s3", "endpoint_url", &value, &e), 0);
	assert_non_null(value);
	assert_string_equal(value, "http://s3");
	free(value);
	assert_int_equal(profile_get_service(s, "ecs", "missing", &value, &e), 0);
	assert_null(value);
	profile_free(s);
	s = profile_parse(text, NULL, "none", true, &e);
	assert_int_equal(profile_get_service(s, "ecs", "endpoint_url", &value, &e), 0);
	assert_null(value);
	profile_free(s);
	s = profile_parse(text, NULL, "lost", true, &e);
	assert_int_equal(profile_get_service(s, "ecs", "endpoint_url", &value, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.message, "services"));
	assert_null(strstr(e.message, "nowhere"));
	profile_free(s);
}

/* --- files and environment --- */

static void check_choice(const char *what, const char *option, const char *wanted) {
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = profile_load(option, NULL, &e);
	expect((s != NULL) == (wanted != NULL), "%s: %s", what, e.message);
	if (s) {
		expect_text(profile_name(s), wanted, "%s", what);
		expect_text(profile_get(s, "me"), wanted, "%s: its setting", what);
		expect(profile_is_option(s) == (option != NULL), "%s: by option", what);
	} else {
		expect_whole(e.code, ERR_CONFIG, "%s", what);
	}
	profile_free(s);
}

static void the_profile_is_chosen_as_the_cli_does(void **state) {
	(void)state;
	static const char text[] = "[default]\nme=default\n[profile a]\nme=a\n[profile b]\nme=b\n"
				   "[profile c]\nme=c\n";
	setenv("AWS_CONFIG_FILE", scratch_text("config", text), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", scratch_path("missing"), 1);
	check_choice("nothing said", NULL, "default");
	setenv("AWS_DEFAULT_PROFILE", "c", 1);
	check_choice("AWS_DEFAULT_PROFILE", NULL, "c");
	setenv("AWS_PROFILE", "b", 1);
	check_choice("AWS_PROFILE first", NULL, "b");
	check_choice("the option first", "a", "a");
	setenv("AWS_PROFILE", "", 1);
	check_choice("empty is unset", NULL, "c");
	setenv("AWS_PROFILE", "nope", 1);
	check_choice("in neither file", NULL, NULL);
	check_choice("in neither file, by option", "nada", NULL);
}

static void files_are_found(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	/* Missing files are no error. */
	setenv("AWS_CONFIG_FILE", scratch_path("no-config"), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", scratch_path("no-credentials"), 1);
	struct profile_set *s = profile_load(NULL, NULL, &e);
	assert_non_null(s);
	assert_false(profile_file_exists(s, PROFILE_CONFIG));
	assert_string_equal(profile_path(s, PROFILE_CONFIG), getenv("AWS_CONFIG_FILE"));
	profile_free(s);
	setenv("AWS_CONFIG_FILE", scratch_text("there", "[default]\nk=v\n"), 1);
	s = profile_load(NULL, NULL, &e);
	assert_non_null(s);
	assert_true(profile_file_exists(s, PROFILE_CONFIG));
	assert_false(profile_file_exists(s, PROFILE_CREDENTIALS));
	profile_free(s);
	/* Below HOME. */
	unsetenv("AWS_CONFIG_FILE");
	unsetenv("AWS_SHARED_CREDENTIALS_FILE");
	setenv("HOME", "/nonexistent/home", 1);
	s = profile_load(NULL, NULL, &e);
	assert_non_null(s);
	assert_string_equal(profile_path(s, PROFILE_CONFIG), "/nonexistent/home/.aws/config");
	assert_string_equal(profile_path(s, PROFILE_CREDENTIALS),
		"/nonexistent/home/.aws/credentials");
	profile_free(s);
	/* A broken one, a directory: errors that name the path. */
	setenv("AWS_CONFIG_FILE", scratch_text("broken", "[default]\nk=v\nneither\n"), 1);
	assert_null(profile_load(NULL, NULL, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	expect_holds(e.message, "broken&3", "the file and the line");
	setenv("AWS_CONFIG_FILE", "/", 1);
	assert_null(profile_load(NULL, NULL, &e));
	assert_int_equal(e.code, ERR_CONFIG);
}

static void expect_too_many(const char *config, const char *words, const char *what) {
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = profile_parse(config, NULL, "default", false, &e);
	expect(s == NULL, "%s: refused", what);
	expect(e.code == ERR_LIMIT, "%s: a limit", what);
	expect_holds(e.message, words, "%s", what);
	profile_free(s);
}

static void files_have_bounds(void **state) {
	(void)state;
	struct buf config;
	buf_init(&config, 1024 * 1024);
	buf_adds(&config, "[default]\n");
	for (int i = 0; i < 300; i++)
		buf_addf(&config, "key%d=v\n", i);
	expect_too_many(buf_str(&config), "more than&keys&default", "keys");
	buf_free(&config);
	buf_init(&config, 1024 * 1024);
	for (int i = 0; i < 10500; i++)
		buf_addf(&config, "[profile p%d]\n", i);
	expect_too_many(buf_str(&config), "more than&sections", "sections");
	buf_free(&config);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_shared_cases_hold),
		UNIT_TEST(oddities_are_taken_kindly),
		UNIT_TEST(long_values_are_whole),
		UNIT_TEST(one_file_can_be_asked_alone),
		UNIT_TEST(services_have_settings),
		UNIT_TEST(the_profile_is_chosen_as_the_cli_does),
		UNIT_TEST(files_are_found),
		UNIT_TEST(files_have_bounds),
	};
	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
