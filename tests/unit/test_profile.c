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
	const cJSON *also;   /* NULL, or what else may be there */
	const char *id;
};

/* Nothing but what is wanted may be there. */
static void on_setting(void *ctx, const char *section, const char *key, const char *value) {
	struct visit *v = ctx;
	(void)value;
	const cJSON *keys = cJSON_GetObjectItemCaseSensitive(v->wanted, section);
	if (!keys)
		keys = cJSON_GetObjectItemCaseSensitive(v->also, section);
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
		if (!wanted)
			continue;
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

/* A malformed section spoils itself alone: whoever asks for that profile is told. Text before the
 * first section counts as the default profile's. */
static void check_refused(const cJSON *c, const char *id) {
	static const char *const names[] = {"default", "foo"};
	bool refused = false;
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct err e = {.code = ERR_NONE};
		struct profile_set *s = parse_case(c, names[i], &e);
		refused = refused || (!s && e.code == ERR_CONFIG && strstr(e.message, "line "));
		profile_free(s);
	}
	expect(refused, "%s is refused", id);
}

/* Where the AWS CLI reads what the other SDKs refuse or ignore, the CLI counts. */
static void check_case(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const cJSON *wanted = vector_member(c, "expect");
	const cJSON *cli = cJSON_GetObjectItemCaseSensitive(c, "botocore");
	bool cli_reads = cli && !cJSON_GetObjectItemCaseSensitive(cli, "error");
	struct err e = {.code = ERR_NONE};
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(wanted, "error"))) {
		if (!cli_reads) {
			check_refused(c, id);
			return;
		}
		wanted = cli;
	}
	struct profile_set *s = parse_case(c, "default", &e);
	expect(s != NULL, "%s is read: %s", id, e.message);
	if (!s)
		return;
	const cJSON *of_cli = cJSON_GetObjectItemCaseSensitive(cli, "profiles");
	struct visit profiles = {.wanted = vector_member(wanted, "profiles"),
		.also = of_cli,
		.id = id};
	struct visit sessions = {.wanted = vector_member(wanted, "sso_sessions"), .id = id};
	profile_each(s, "profile", on_setting, &profiles);
	profile_each(s, "sso-session", on_setting, &sessions);
	check_sessions(s, sessions.wanted, id);
	const cJSON *profile;
	cJSON_ArrayForEach(profile, of_cli)
		expect(profile_exists(s, profile->string) == (profile->string[0] != ' '),
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
		{"[DEFAULT] gives what is missing", "[DEFAULT]\nk=1\n[profile p]\nl=2\n", NULL, "p",
			"k", "1"},
		{"[DEFAULT] does not win", "[DEFAULT]\nk=1\n[profile p]\nk=2\n", NULL, "p", "k",
			"2"},
		{"[DEFAULT] is for its own file", "[DEFAULT]\nk=1\n", "[p]\nl=2\n", "p", "k", NULL},
		{"names as a shell quotes them", "[profile 'a'\" b\"\\ c]\nk=v\n", NULL, "a b c",
			"k", "v"},
		{"a keyword that goes on", "[profiles p]\nk=v\n", NULL, "p", "k", "v"},
		{"a name in letters of its own", "[profile m\xc3\xbcnchen]\nk=v\n", NULL,
			"m\xc3\xbcnchen", "k", "v"},
		{"a name with signs", "[profile a&b,c!]\nk=v\n", NULL, "a&b,c!", "k", "v"},
		{"any name in the credentials file", NULL, "[prod (eu)]\nk=v\n", "prod (eu)", "k",
			"v"},
		{"quotes there are the name's", NULL, "['a b']\nk=v\n", "'a b'", "k", "v"},
		{"a malformed neighbour", "[profile x]\nneither\n[profile p]\nk=v\n[y\n",
			"[x]\nk\n", "p", "k", "v"},
		{"text before another section", "neither\n[profile p]\nk=v\n", NULL, "p", "k", "v"},
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

static void expect_refused(const char *config, const char *profile, enum err_code code,
	const char *words, const char *what) {
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = profile_parse(config, NULL, profile, true, &e);
	expect(s == NULL, "%s: refused", what);
	expect_whole(e.code, code, "%s", what);
	expect_holds(e.message, words, "%s", what);
	expect(!strstr(e.message, "secret"), "%s: no value is quoted: %s", what, e.message);
	profile_free(s);
}

static void what_is_malformed_names_its_line(void **state) {
	(void)state;
	static const struct {
		const char *config, *profile, *words;
	} cases[] = {
		{"[profile p]\nk = v\nsecret\n", "p", "config&line 3&neither&'p'"},
		{"[profile p]\nk = v\n[profile q]\n[profile p]\n= secret\n", "p",
			"config&line 5&no key&'p'"},
		{"[profile p\nk = secret\n", "p", "config&line 1&]&'p'"},
		{"[profile p]\ns3 =\n  secret\n", "p", "config&line 3&name = value&'p'"},
		{"k = secret\n[default]\n", "default", "config&line 1&before the first&'default'"},
		{"k = secret\n[profile p]\n", "q",
			"'q' is in neither&config&line 1&before the first"},
		{"[DEFAULT]\nsecret\n[profile p]\nk = v\n", "p", "config&line 2&'p'"},
		{"[profile p]\nservices = s\n[services s]\nsecret\n", "p", "config&line 4&'p'"},
		{"[profile p]\nsso_session = s\n[sso-session s]\nsecret\n", "p",
			"config&line 4&'p'"},
		/* What is there under another heading. */
		{"[default]\n[p]\nk = secret\n", "p",
			"'p' is in neither&config&line 2&[profile NAME]"},
		{"[profile a b]\nk = secret\n", "a b", "'a b' is in neither&line 1&quotes"},
		{"[Profile p]\nk = secret\n", "p", "'p' is in neither&line 1&small letters"},
		{"[profile prod]\n", "prdo", "'prdo' is in neither&did you mean prod"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_refused(cases[i].config, cases[i].profile, ERR_CONFIG, cases[i].words,
			cases[i].words);
	struct err e = {.code = ERR_NONE};
	struct profile_set *s = profile_parse("[default]\n[profile bad]\nsecret\n", NULL, "default",
		true, &e);
	assert_non_null(s);
	assert_int_equal(profile_check(s, "default", &e), 0);
	assert_int_equal(profile_check(s, "nowhere", &e), 0);
	assert_int_equal(profile_check(s, "bad", &e), -1);
	expect_holds(e.message, "line 3&'bad'", "another profile than the chosen one");
	profile_free(s);
	assert_null(profile_parse(NULL, "[profile p]\nk = secret\n", "p", true, &e));
	expect_holds(e.message, "'p' is in neither&credentials&line 1&[NAME]",
		"a keyword too many");
}

static void add_keys(struct buf *config, const char *name, int count) {
	buf_addf(config, "[profile %s]\n", name);
	for (int i = 0; i < count; i++)
		buf_addf(config, "key%d=v\n", i);
}

static void files_have_bounds(void **state) {
	(void)state;
	struct buf config;
	buf_init(&config, 16 * 1024 * 1024);
	add_keys(&config, "full", 200);
	add_keys(&config, "over", 201);
	buf_addf(&config, "[profile long]\nk = v\n");
	for (int i = 0; i < 40; i++)
		buf_addf(&config, " %02000d\n", i);
	struct profile_set *s = profile_parse(buf_str(&config), NULL, "full", true, NULL);
	assert_non_null(s);
	assert_string_equal(profile_get(s, "key199"), "v");
	profile_free(s);
	expect_refused(buf_str(&config), "over", ERR_CONFIG, "line 403&more than 200 keys&over",
		"keys");
	expect_refused(buf_str(&config), "long", ERR_CONFIG, "line 438&more than 64 KiB&long",
		"a value");
	buf_truncate(&config, 0);
	for (int i = 0; i < 100000; i++)
		buf_addf(&config, "[profile p%d]\nk = %d\n", i, i);
	s = profile_parse(buf_str(&config), NULL, "p99999", true, NULL);
	assert_non_null(s);
	assert_string_equal(profile_get(s, "k"), "99999");
	profile_free(s);
	buf_adds(&config, "[profile more]\n");
	expect_refused(buf_str(&config), "p0", ERR_LIMIT, "more than&sections", "sections");
	buf_free(&config);
}

static void paths_are_expanded(void **state) {
	(void)state;
	(void)scratch_text("there", "[default]\nk=v\n");
	char directory[4096];
	(void)snprintf(directory, sizeof directory, "%s", scratch_path("there"));
	*strrchr(directory, '/') = '\0';
	setenv("HOME", directory, 1);
	setenv("PLACE", "there", 1);
	unsetenv("NOWHERE");
	setenv("AWS_SHARED_CREDENTIALS_FILE", scratch_path("missing"), 1);
	static const struct {
		const char *path;
		bool found;
	} cases[] = {
		{"~/there", true},
		{"$HOME/there", true},
		{"${HOME}/${PLACE}", true},
		{"~/$PLACE", true},
		{"$HOME/$PLACE$NOWHERE", false},
		{"~nobody-of-this-name/there", false},
		{"${HOME/there", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		setenv("AWS_CONFIG_FILE", cases[i].path, 1);
		struct profile_set *s = profile_load(NULL, NULL, &e);
		expect(s != NULL, "%s: %s", cases[i].path, e.message);
		if (s)
			expect(profile_file_exists(s, PROFILE_CONFIG) == cases[i].found, "%s",
				cases[i].path);
		profile_free(s);
	}
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
		UNIT_TEST(what_is_malformed_names_its_line),
		UNIT_TEST(files_have_bounds),
		UNIT_TEST(paths_are_expanded),
	};
	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
