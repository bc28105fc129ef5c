/* What a run needs before the first request, and where it came from. */
#include "config.h"

#include "support.h"

#include "aws/client/session.h"

#include <stdlib.h>
#include <string.h>

static void use_files(const char *config) {
	setenv("AWS_CONFIG_FILE", scratch_text("config", config), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
}

static void an_arn_rules_the_region(void **state) {
	(void)state;
	static const struct {
		const char *option, *of_arn, *environment, *region; /* region NULL: refused */
	} cases[] = {{NULL, "eu-west-1", NULL, "eu-west-1"},
		{NULL, "eu-west-1", "us-east-1", "eu-west-1"},
		{"eu-west-1", "eu-west-1", "us-east-1", "eu-west-1"},
		{"us-east-1", "eu-west-1", NULL, NULL},
		{"us-east-1", NULL, "eu-west-1", "us-east-1"},
		{NULL, NULL, "eu-west-1", "eu-west-1"}, {NULL, NULL, NULL, "eu-north-1"}};
	use_files("[default]\nregion = eu-north-1\n");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct session_options o = {.region = cases[i].option,
			.arn_region = cases[i].of_arn};
		struct session s;
		struct err e = {.code = ERR_NONE};
		unsetenv("AWS_REGION");
		if (cases[i].environment)
			setenv("AWS_REGION", cases[i].environment, 1);
		expect_whole(session_open(&o, &s, &e), cases[i].region ? 0 : -1, "case %zu: %s", i,
			e.message);
		if (cases[i].region) {
			expect_text(s.region.name, cases[i].region, "case %zu", i);
			expect(strstr(s.endpoints[ENDPOINT_ECS].url, cases[i].region) &&
					strstr(s.endpoints[ENDPOINT_CLOUDWATCH].url,
						cases[i].region),
				"case %zu: endpoints", i);
		} else {
			expect_whole(e.code, ERR_USAGE, "case %zu", i);
			expect_holds(e.message, "us-east-1&eu-west-1", "case %zu", i);
		}
		session_free(&s);
	}
}

/* What no call can be sent to, be it in the ARN or beside it (AWS's docs: Regions and Zones). */
static void look_alikes_of_a_region_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *option, *of_arn, *words;
	} cases[] = {
		{NULL, "EU-WEST-1", "the cluster's ARN&small letters"},
		{NULL, "eu-west-1a", "the cluster's ARN&availability zone"},
		{NULL, "aws-global", "the cluster's ARN&not a region"},
		{"EU-WEST-1", "EU-WEST-1", "the cluster's ARN&small letters"},
		{"EU-WEST-1", "eu-west-1", "small letters"},
		{"eu-west-1a", "eu-west-1", "availability zone"},
	};
	use_files("");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct session_options o = {.region = cases[i].option,
			.arn_region = cases[i].of_arn};
		struct session s;
		struct err e = {.code = ERR_NONE};
		expect_whole(session_open(&o, &s, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CONFIG, "case %zu: code", i);
		expect_holds(e.message, cases[i].words, "case %zu", i);
		session_free(&s);
	}
}

/* The AWS CLI takes quotes and blanks for a part of these values too, and finds nothing. */
static void quotes_and_blanks_are_named(void **state) {
	(void)state;
	static const char quotes[] = "; remove the quotes around it";
	static const char blank[] = "; remove the blank or line break at its end or beginning";
	static const struct {
		const char *variable, *value, *config, *what;
	} cases[] = {
		{"AWS_PROFILE", "default ", "", blank},
		{"AWS_PROFILE", "\"default\"", "", quotes},
		{"AWS_ENDPOINT_URL_ECS", "\"http://h\"", "", quotes},
		{"AWS_ENDPOINT_URL", "http://h ", "", blank},
		{NULL, NULL, "endpoint_url = \"http://h\"\n", quotes},
		{NULL, NULL, "services = 's'\n[services s]\necs =\n  endpoint_url = http://h\n",
			quotes},
		{NULL, NULL, "services = s\n[services s]\necs =\n  endpoint_url = 'http://h'\n",
			quotes},
		{"AWS_CA_BUNDLE", "/x.crt ", "", blank},
		{"AWS_CA_BUNDLE", "'/x.crt'", "", quotes},
		{NULL, NULL, "ca_bundle = \"/x.crt\"\n", quotes},
		{"AWS_MAX_ATTEMPTS", "\"5\"", "", quotes},
		{"AWS_RETRY_MODE", "standard ", "", blank},
		{NULL, NULL, "retry_mode = 'standard'\n", quotes},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct session_options o = {.region = "eu-west-1"};
		struct session s;
		struct err e = {.code = ERR_NONE};
		struct buf config;
		buf_init(&config, 1000);
		buf_addf(&config, "[default]\n%s", cases[i].config);
		use_files(buf_str(&config));
		buf_free(&config);
		if (cases[i].variable)
			setenv(cases[i].variable, cases[i].value, 1);
		expect_whole(session_open(&o, &s, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CONFIG, "case %zu: code", i);
		expect_holds(e.message, cases[i].what, "case %zu", i);
		session_free(&s);
		if (cases[i].variable)
			unsetenv(cases[i].variable);
	}
}

static void the_trust_store_is_chosen(void **state) {
	(void)state;
	struct session_options o = {.region = "eu-west-1"};
	struct session s;
	struct err e = {.code = ERR_NONE};
	struct buf config;
	const char *profile_pem = scratch_text("profile.pem", "x");
	const char *env_pem = scratch_text("env.pem", "x");
	const char *option_pem = scratch_text("option.pem", "x");
	use_files("");
	assert_int_equal(session_open(&o, &s, &e), 0);
	assert_null(s.ca_file);
	session_free(&s);
	buf_init(&config, 1000);
	buf_addf(&config, "[default]\nca_bundle = %s\n", profile_pem);
	use_files(buf_str(&config));
	buf_free(&config);
	assert_int_equal(session_open(&o, &s, &e), 0);
	assert_string_equal(s.ca_file, profile_pem);
	session_free(&s);
	setenv("AWS_CA_BUNDLE", env_pem, 1);
	assert_int_equal(session_open(&o, &s, &e), 0);
	assert_string_equal(s.ca_file, env_pem);
	session_free(&s);
	o.ca_bundle = option_pem;
	assert_int_equal(session_open(&o, &s, &e), 0);
	assert_string_equal(s.ca_file, option_pem);
	session_free(&s);
	o.ca_bundle = "/nonexistent/ca.pem";
	assert_int_equal(session_open(&o, &s, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.message, "/nonexistent/ca.pem"));
	session_free(&s);
}

static void where_it_came_from_is_told(void **state) {
	(void)state;
	const struct session_options o = {.region = NULL};
	struct session s;
	struct err e = {.code = ERR_NONE};
	struct buf b;
	use_files("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = SECRET\n");
	setenv("AWS_REGION", "eu-west-1", 1);
	setenv("AWS_ENDPOINT_URL_CLOUDWATCH", "http://127.0.0.1:1", 1);
	assert_int_equal(session_open(&o, &s, &e), 0);
	buf_init(&b, 10000);
	session_describe(&s, &b);
	expect_holds(buf_str(&b),
		"eu-west-1&AWS_REGION&http://127.0.0.1:1&AWS_ENDPOINT_URL_CLOUDWATCH&"
		"https://ecs.eu-west-1.amazonaws.com",
		"what is told");
	expect_holds(buf_str(&b), getenv("AWS_CONFIG_FILE"), "the config file");
	assert_null(strstr(buf_str(&b), "SECRET"));
	assert_true(b.len > 0 && b.data[b.len - 1] == '\n');
	buf_free(&b);
	session_free(&s);
}

static void broken_settings_end_it(void **state) {
	(void)state;
	static const char *const variables[][2] = {{"AWS_PROFILE", "nope"},
		{"AWS_REGION", "not a one"}, {"AWS_ENDPOINT_URL", "ftp://h"},
		{"AWS_RETRY_MODE", "bogus"}, {"AWS_CA_BUNDLE", "/nonexistent/ca.pem"}};
	use_files("");
	for (size_t i = 0; i < LENGTH(variables); i++) {
		const struct session_options o = {.region = i == 1 ? NULL : "eu-west-1"};
		struct session s;
		struct err e = {.code = ERR_NONE};
		setenv(variables[i][0], variables[i][1], 1);
		expect_whole(session_open(&o, &s, &e), -1, "%s", variables[i][0]);
		expect_whole(e.code, ERR_CONFIG, "%s: code", variables[i][0]);
		session_free(&s);
		unsetenv(variables[i][0]);
	}
}

/* Values of files and variables may be secrets that strayed; the command line shows itself. */
static void what_is_not_understood_is_not_quoted(void **state) {
	(void)state;
	static const char secret[] = "wJalrXUtnFEMI-bPxRfiCY";
	static const struct {
		const char *variable;
		struct session_options o;
		const char *config;
		bool quoted;
	} cases[] = {
		{NULL, {.region = "eu west wJalrXUtnFEMI-bPxRfiCY"}, "", true},
		{NULL, {.region = "wJalrXUtnFEMI-bPxRfiCY x", .region_is_private = true}, "",
			false},
		{NULL, {.region = "r-1", .ca_bundle = secret}, "", true},
		{NULL, {.region = "r-1", .ca_bundle = secret, .ca_bundle_is_private = true}, "",
			false},
		{NULL, {.region = "r-1", .profile = secret}, "", true},
		{NULL, {.region = "r-1", .profile = secret, .profile_is_private = true}, "", false},
		{"AWS_REGION", {.region = NULL}, "", false},
		{"AWS_CA_BUNDLE", {.region = "r-1"}, "", false},
		{"AWS_RETRY_MODE", {.region = "r-1"}, "", false},
		{"AWS_MAX_ATTEMPTS", {.region = "r-1"}, "", false},
		{"AWS_ENDPOINT_URL", {.region = "r-1"}, "", false},
		{NULL, {.region = "r-1"}, "[default]\nservices = wJalrXUtnFEMI-bPxRfiCY\n", false},
		{NULL, {.region = "r-1"}, "[default]\nca_bundle = wJalrXUtnFEMI-bPxRfiCY\n", false},
		{NULL, {.region = NULL}, "[default]\nregion = wJalrXUtnFEMI-bPxRfiCY x\n", false},
		{NULL, {.region = "r-1"}, "[default]\nwJalrXUtnFEMI-bPxRfiCY\n", false},
		{NULL, {.region = "r-1"}, "[default]\nx =\n  wJalrXUtnFEMI-bPxRfiCY\n", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct session s;
		struct err e = {.code = ERR_NONE};
		use_files(cases[i].config);
		if (cases[i].variable)
			setenv(cases[i].variable, "wJalrXUtnFEMI-bPxRfiCY x", 1);
		expect_whole(session_open(&cases[i].o, &s, &e), -1, "case %zu", i);
		expect(!strstr(e.message, secret) == !cases[i].quoted, "case %zu: %s", i,
			e.message);
		session_free(&s);
		if (cases[i].variable)
			unsetenv(cases[i].variable);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(an_arn_rules_the_region),
		UNIT_TEST(look_alikes_of_a_region_are_refused),
		UNIT_TEST(quotes_and_blanks_are_named),
		UNIT_TEST(the_trust_store_is_chosen),
		UNIT_TEST(where_it_came_from_is_told),
		UNIT_TEST(broken_settings_end_it),
		UNIT_TEST(what_is_not_understood_is_not_quoted),
	};
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
