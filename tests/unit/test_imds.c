/* The instance metadata service: its settings, and waiting within a deadline. Exchanges are left to
 * the end-to-end tests. */
#include "config.h"

#include "support.h"

#include "aws/identity/imds.h"

#include <stdlib.h>
#include <string.h>

static int read_with(const char *config, struct imds_settings *out, struct err *e) {
	struct profile_set *profiles = profile_parse(config, NULL, "default", false, e);
	assert_non_null(profiles);
	int rc = imds_settings_read(profiles, out, e);
	profile_free(profiles);
	return rc;
}

#define MODE     "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define V1       "AWS_EC2_METADATA_V1_DISABLED"
#define TIMEOUT  "AWS_METADATA_SERVICE_TIMEOUT"
#define ATTEMPTS "AWS_METADATA_SERVICE_NUM_ATTEMPTS"
#define IPV4_URL "http://169.254.169.254/"
#define IPV6_URL "http://[fd00:ec2::254]/"

static void settings_are_read(void **state) {
	(void)state;
	static const struct {
		const char *name, *value; /* of the environment */
		const char *profile;      /* lines of the profile */
		const char *base;
		int attempts;
		int64_t timeout_ms;
		bool version_1;
	} cases[] = {
		{NULL, NULL, "", IPV4_URL, 1, 1000, false},
		{ENDPOINT, "http://localhost:99", "", "http://localhost:99/", 1, 1000, false},
		{ENDPOINT, "https://h/a/", "", "https://h/a/", 1, 1000, false},
		{NULL, NULL, "ec2_metadata_service_endpoint=http://p", "http://p/", 1, 1000, false},
		{ENDPOINT, "http://e", "ec2_metadata_service_endpoint=http://p", "http://e/", 1,
			1000, false},
		{ENDPOINT, "http://e", "ec2_metadata_service_endpoint_mode=ipv6", "http://e/", 1,
			1000, false},
		{MODE, "IPv6", "", IPV6_URL, 1, 1000, false},
		{MODE, "ipv4", "", IPV4_URL, 1, 1000, false},
		{NULL, NULL, "ec2_metadata_service_endpoint_mode=IPV6", IPV6_URL, 1, 1000, false},
		{MODE, "IPv4", "ec2_metadata_service_endpoint_mode=ipv6", IPV4_URL, 1, 1000, false},
		{"AWS_IMDS_USE_IPV6", "True", "", IPV6_URL, 1, 1000, false},
		{"AWS_IMDS_USE_IPV6", "1", "", IPV4_URL, 1, 1000, false},
		{"AWS_IMDS_USE_IPV6", "true", "ec2_metadata_service_endpoint_mode=ipv4", IPV4_URL,
			1, 1000, false},
		{TIMEOUT, "7", "metadata_service_num_attempts=3", IPV4_URL, 3, 7000, false},
		{ATTEMPTS, "100", "metadata_service_timeout=3600", IPV4_URL, 100, 3600000, false},
		{ATTEMPTS, "2", "metadata_service_num_attempts=3", IPV4_URL, 2, 1000, false},
		{V1, "false", "", IPV4_URL, 1, 1000, true},
		{V1, "FALSE", "ec2_metadata_v1_disabled=true", IPV4_URL, 1, 1000, true},
		{V1, "true", "ec2_metadata_v1_disabled=false", IPV4_URL, 1, 1000, false},
		{V1, "no", "", IPV4_URL, 1, 1000, false},
		{NULL, NULL, "ec2_metadata_v1_disabled=False", IPV4_URL, 1, 1000, true},
		{"AWS_EC2_METADATA_DISABLED", "false", "", IPV4_URL, 1, 1000, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct imds_settings s;
		struct err e = {.code = ERR_NONE};
		struct buf config;
		buf_init(&config, 1000);
		buf_addf(&config, "[default]\n%s\n", cases[i].profile);
		if (cases[i].name)
			setenv(cases[i].name, cases[i].value, 1);
		expect_whole(read_with(buf_str(&config), &s, &e), 0, "case %zu: %s", i, e.message);
		expect(!s.is_off, "case %zu: on", i);
		expect_text(buf_str(&s.base), cases[i].base, "case %zu: base", i);
		expect_whole(s.attempts, cases[i].attempts, "case %zu: attempts", i);
		expect_whole(s.timeout_ms, cases[i].timeout_ms, "case %zu: timeout", i);
		expect(s.version_1 == cases[i].version_1, "case %zu: version 1", i);
		imds_settings_free(&s);
		buf_free(&config);
		environment_clear();
	}
}

static void bad_settings_are_errors(void **state) {
	(void)state;
	static const struct {
		const char *name, *value, *config, *words;
	} cases[] = {
		{TIMEOUT, "0", "", TIMEOUT},
		{TIMEOUT, "1.5", "", TIMEOUT},
		{TIMEOUT, "-1", "", TIMEOUT},
		{TIMEOUT, "3601", "", TIMEOUT},
		{TIMEOUT, "x", "[default]\nmetadata_service_timeout=1\n", TIMEOUT},
		{NULL, NULL, "[default]\nmetadata_service_timeout=1s\n",
			"metadata_service_timeout"},
		{ATTEMPTS, "0", "", ATTEMPTS},
		{ATTEMPTS, "101", "", ATTEMPTS},
		{ATTEMPTS, "99999999999999999999", "", ATTEMPTS},
		{NULL, NULL, "[default]\nmetadata_service_num_attempts=many\n",
			"metadata_service_num_attempts"},
		{MODE, "IPv5", "", MODE},
		{NULL, NULL, "[default]\nec2_metadata_service_endpoint_mode=both\n",
			"ec2_metadata_service_endpoint_mode"},
		{ENDPOINT, "169.254.169.254", "", ENDPOINT},
		{ENDPOINT, "ftp://h", "", ENDPOINT},
		{ENDPOINT, "http://user@h", "", ENDPOINT},
		{NULL, NULL, "[default]\nec2_metadata_service_endpoint=h\n",
			"ec2_metadata_service_endpoint"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct imds_settings s;
		struct err e = {.code = ERR_NONE};
		if (cases[i].name)
			setenv(cases[i].name, cases[i].value, 1);
		expect_whole(read_with(cases[i].config, &s, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CONFIG, "case %zu: code", i);
		expect_holds(e.message, cases[i].words, "case %zu: message", i);
		imds_settings_free(&s);
		/* Where the service is off, they do not matter. */
		setenv("AWS_EC2_METADATA_DISABLED", "True", 1);
		expect_whole(read_with(cases[i].config, &s, &e), 0, "case %zu: off", i);
		expect(s.is_off, "case %zu: off", i);
		imds_settings_free(&s);
		environment_clear();
	}
}

static void texts_are_one_clean_line(void **state) {
	(void)state;
	static const struct {
		const char *body, *text; /* NULL: not taken */
	} cases[] = {{"role", "role"}, {"role\n", "role"}, {"role\r\nother", "role"}, {"", NULL},
		{"\nrole", NULL}, {"a b", NULL}, {"a\tb", NULL}, {"r\xc3\xb6le", NULL},
		{"\x7f", NULL}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf body;
		struct buf out;
		struct err e = {.code = ERR_NONE};
		buf_init(&body, 1000);
		buf_init(&out, 1000);
		buf_adds(&body, cases[i].body);
		enum metadata_verdict verdict = imds_judge_text(&out, &body, &e);
		expect_whole(verdict, cases[i].text ? METADATA_TAKEN : METADATA_UNFIT, "case %zu",
			i);
		expect_text(buf_str(&out), cases[i].text ? cases[i].text : "", "case %zu", i);
		buf_free(&body);
		buf_free(&out);
	}
}

/* --- time --- */

static int64_t stepping_ms(void *ctx) {
	int64_t *now_ms = ctx;
	return *now_ms += 10;
}

static void waiting_ends_with_the_time(void **state) {
	(void)state;
	int64_t now_ms = 0;
	volatile sig_atomic_t stop = 0;
	const struct clock clock = {.monotonic_ms = stepping_ms, .ctx = &now_ms};
	struct deadline deadline = {.clock = &clock, .at_ms = 300, .stop = &stop};
	struct err e = {.code = ERR_NONE};
	struct http *h = http_new(NULL, "test", &e);
	assert_non_null(h);
	assert_int_equal(http_pause(h, 50, &deadline, &e), 0);
	assert_true(now_ms < 150);
	assert_int_equal(http_pause(h, 10000, &deadline, &e), -1);
	assert_int_equal(e.code, ERR_DEADLINE);
	assert_true(deadline_is_over(&deadline));
	/* Nothing is begun any more. */
	struct http_response response;
	const struct http_request request = {.url = "http://127.0.0.1:1/", .timeout_ms = 1000};
	e = (struct err){0};
	assert_int_equal(http_fetch(h, &request, &deadline, &response, &e), -1);
	assert_int_equal(e.code, ERR_DEADLINE);
	deadline.at_ms = INT64_MAX;
	assert_false(deadline_is_over(&deadline));
	stop = 1;
	assert_true(deadline_is_over(&deadline));
	assert_int_equal(http_pause(h, 1000, &deadline, &e), -1);
	http_free(h);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(settings_are_read),
		UNIT_TEST(bad_settings_are_errors),
		UNIT_TEST(texts_are_one_clean_line),
		UNIT_TEST(waiting_ends_with_the_time),
	};
	return cmocka_run_group_tests_name("imds", tests, NULL, NULL);
}
