/* Regions, partitions and endpoints, against the published vectors. */
#include "config.h"

#include "support.h"

#include "aws/config/endpoint.h"
#include "aws/call/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- endpoint vectors --- */

static enum endpoint_service service_of(const char *name) {
	static const char *const names[] = {"ecs", "monitoring", "sts", "sso", "sso-oidc"};
	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum endpoint_service)i;
	/* The configuration's vectors call it so. */
	assert_string_equal(name, "cloudwatch");
	return ENDPOINT_CLOUDWATCH;
}

/* The services' own names for themselves (botocore: service-2.json, signingName). */
static const char *signing_name_of(const char *service) {
	if (strcmp(service, "sso") == 0)
		return "awsssoportal";
	return strcmp(service, "sso-oidc") == 0 ? "sso-oauth" : service;
}

static void check_vector(const cJSON *v) {
	const char *service = vector_text(v, "service");
	const char *custom = vector_text(v, "custom_endpoint");
	const char *error = vector_text(v, "error");
	const char *wanted = vector_text(v, "url");
	struct err e = {.code = ERR_NONE};
	struct profile_set *profiles = profile_parse(NULL, NULL, "default", false, &e);
	struct region region;
	struct endpoint ep;
	/* Signing needs a region; which one does not matter to a custom URL. */
	const char *name = vector_text(v, "region") ? vector_text(v, "region") : "us-east-1";
	setenv("AWS_USE_FIPS_ENDPOINT", vector_flag(v, "fips") ? "true" : "false", 1);
	setenv("AWS_USE_DUALSTACK_ENDPOINT", vector_flag(v, "dualstack") ? "true" : "false", 1);
	setenv("AWS_STS_REGIONAL_ENDPOINTS",
		cJSON_IsTrue(cJSON_GetObjectItem(v, "sts_legacy_global")) ? "legacy" : "regional",
		1);
	/* The rule sets refuse dual-stack with a custom endpoint; like botocore we let the URL
	 * win, since no promise is lost. FIPS is one. */
	if (error && strcmp(error, "dualstack_with_custom_endpoint") == 0) {
		wanted = custom;
		error = NULL;
	}
	assert_int_equal(region_set(&region, name, "test", &e), 0);
	int rc = endpoint_resolve(service_of(service), &region, custom, profiles, &ep, &e);
	expect_whole(rc, error ? -1 : 0, "%s in %s: %s", service, name, e.message);
	if (error) {
		expect_whole(e.code, ERR_CONFIG, "%s in %s", service, name);
	} else {
		expect_text(ep.url, wanted, "%s in %s", service, name);
		expect_text(ep.signing_name, signing_name_of(service), "%s in %s: signing name",
			service, name);
		expect(ep.is_custom == (custom != NULL), "%s in %s: custom", service, name);
		expect_text(ep.parts.host_header, strstr(wanted, "://") + 3, "%s in %s: host",
			service, name);
		expect_text(ep.signing_region,
			vector_text(v, "signing_region") ? vector_text(v, "signing_region") : name,
			"%s in %s: signing region", service, name);
	}
	const char *partition = vector_text(v, "partition");
	if (partition && vector_text(v, "region"))
		expect_text(partition_of(region.name), partition, "%s: partition", name);
	endpoint_free(&ep);
	profile_free(profiles);
}

static void the_published_vectors_hold(void **state) {
	(void)state;
	cJSON *data = vectors_load("endpoints.json");
	size_t checked = 0;
	const cJSON *v;
	cJSON_ArrayForEach(v, vector_member(data, "vectors")) {
		const char *error = vector_text(v, "error");
		/* Without a region: see regions_are_found_in_order. */
		if (error && strcmp(error, "missing_region") == 0)
			continue;
		check_vector(v);
		checked++;
	}
	/* 244, less one of each service without a region. */
	assert_int_equal(checked, 239);
	cJSON_Delete(data);
}

/* Nothing is suggested in place of a known region. */
static void expect_known(const char *region) {
	struct err e = {.code = ERR_NONE};
	(void)err_set(&e, ERR_CONFIG, "x");
	(void)region_suggest(region, &e);
	expect_text(e.message, "x", "%s is known", region);
}

static void every_known_region_has_its_partition(void **state) {
	(void)state;
	cJSON *data = vectors_load("endpoints.json");
	size_t checked = 0;
	const cJSON *partition;
	const cJSON *region;
	cJSON_ArrayForEach(partition, vector_member(data, "partitions")) {
		cJSON_ArrayForEach(region, vector_member(partition, "regions")) {
			expect_text(partition_of(cJSON_GetStringValue(region)),
				vector_text(partition, "id"), "%s", cJSON_GetStringValue(region));
			/* The isolated ones and the pseudo regions are not suggested. */
			if (strncmp(vector_text(partition, "id"), "aws-iso", strlen("aws-iso")) !=
					0 &&
				!strstr(cJSON_GetStringValue(region), "-global"))
				expect_known(cJSON_GetStringValue(region));
			checked++;
		}
	}
	assert_true(checked > 40);
	static const char *const unknown[] = {"mars-east-1", "us", "us-east", "us-east-1-x", "x",
		"us-gov-west", "cn-", "eusc-fr-west-1", ""};
	for (size_t i = 0; i < LENGTH(unknown); i++)
		expect_text(partition_of(unknown[i]), "aws", "'%s'", unknown[i]);
	cJSON_Delete(data);
	/* Younger than the vectors: of November 2026. */
	expect_known("me-west-1");
	expect_known("sa-west-1");
}

/* --- environment and profile --- */

/* Where design and advice settle it otherwise than the tool that computed the vectors. */
static const struct {
	int index; /* in the file's list */
	const char *reason;
	const char *url; /* NULL: an error */
} differences[] = {
	{0, "AWS_REGION is read first", "https://ecs.eu-west-1.amazonaws.com"},
	{7, "FIPS together with a custom endpoint is an error", NULL},
	{15, "an empty AWS_PROFILE is unset", "http://e"},
	{17, "AWS_PROFILE goes before AWS_DEFAULT_PROFILE", "http://e"},
};

static void check_config_case(const cJSON *c, int index) {
	const cJSON *wanted = vector_member(c, "expect");
	const char *url = vector_text_or_null(wanted, "url");
	const char *region_name = vector_text_or_null(wanted, "region");
	struct err e = {.code = ERR_NONE};
	struct region region;
	struct endpoint ep = {0};
	const cJSON *variable;
	for (size_t i = 0; i < LENGTH(differences); i++) {
		if (differences[i].index == index) {
			url = differences[i].url;
			region_name = NULL;
		}
	}
	environment_clear();
	cJSON_ArrayForEach(variable, vector_member(c, "env"))
		setenv(variable->string, cJSON_GetStringValue(variable), 1);
	setenv("AWS_CONFIG_FILE", scratch_text("config", vector_text(c, "config")), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	struct profile_set *profiles = profile_load(NULL, NULL, &e);
	int rc = -1;
	if (profiles && region_resolve(NULL, profiles, &region, &e) == 0) {
		rc = endpoint_resolve(service_of(vector_text(c, "service")), &region, NULL,
			profiles, &ep, &e);
		if (region_name)
			expect_text(region.name, region_name, "case %d: region", index);
	}
	expect_whole(rc, url ? 0 : -1, "case %d: %s", index, e.message);
	expect(rc == 0 || (e.code == ERR_CONFIG && *e.message), "case %d: the error", index);
	if (rc == 0)
		expect_text(ep.url, url, "case %d: URL", index);
	endpoint_free(&ep);
	profile_free(profiles);
}

static void the_configured_endpoint_is_found(void **state) {
	(void)state;
	cJSON *data = vectors_load("config-vectors.json");
	size_t checked = 0;
	int index = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "endpoints")) {
		check_config_case(c, index++);
		checked++;
	}
	assert_int_equal(checked, 38);
	cJSON_Delete(data);
}

static void the_first_hit_wins(void **state) {
	(void)state;
	static const char text[] = "[default]\nendpoint_url = http://profile\nservices = s\n"
				   "[services s]\ncloudwatch =\n  endpoint_url = http://section\n";
	struct err e = {.code = ERR_NONE};
	struct region region;
	struct profile_set *profiles = profile_parse(text, NULL, "default", true, &e);
	assert_int_equal(region_set(&region, "eu-west-1", "test", &e), 0);
	static const struct {
		const char *variable, *value, *option, *ecs, *cloudwatch;
	} steps[] = {
		{"AWS_X", "", NULL, "http://profile", "http://section"},
		{"AWS_ENDPOINT_URL", "http://all", NULL, "http://all", "http://all"},
		{"AWS_ENDPOINT_URL_CLOUDWATCH", "http://cw", NULL, "http://all", "http://cw"},
		{"AWS_X", "", "http://option", "http://option", "http://option"},
		{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", NULL,
			"https://ecs.eu-west-1.amazonaws.com",
			"https://monitoring.eu-west-1.amazonaws.com"},
		{"AWS_X", "", "http://option", "http://option", "http://option"},
		{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1", NULL, "http://all", "http://cw"},
	};
	for (size_t i = 0; i < LENGTH(steps); i++) {
		setenv(steps[i].variable, steps[i].value, 1);
		struct endpoint ep;
		expect_whole(endpoint_resolve(ENDPOINT_ECS, &region, steps[i].option, profiles, &ep,
				     &e),
			0, "step %zu: %s", i, e.message);
		expect_text(ep.url, steps[i].ecs, "step %zu: ECS", i);
		endpoint_free(&ep);
		expect_whole(endpoint_resolve(ENDPOINT_CLOUDWATCH, &region, steps[i].option,
				     profiles, &ep, &e),
			0, "step %zu: %s", i, e.message);
		expect_text(ep.url, steps[i].cloudwatch, "step %zu: CloudWatch", i);
		endpoint_free(&ep);
	}
	profile_free(profiles);
}

static void expect_url(enum endpoint_service service, const struct region *region,
	const struct profile_set *profiles, const char *url, const char *source) {
	struct endpoint ep;
	struct err e = {.code = ERR_NONE};
	expect_whole(endpoint_resolve(service, region, NULL, profiles, &ep, &e), 0, "%s: %s",
		source, e.message);
	expect_text(ep.url, url, "from %s", source);
	expect_holds(ep.source, source, "source of %s", url);
	endpoint_free(&ep);
}

/* Each of the services that issue keys has a variable and a sub-section of its own, and the general
 * ones serve them as well. */
static void issuers_are_redirected(void **state) {
	(void)state;
	static const char text[] = "[default]\nendpoint_url = http://profile\nservices = s\n"
				   "[services s]\nsts =\n  endpoint_url = http://section-sts\n"
				   "sso =\n  endpoint_url = http://section-sso\n"
				   "sso_oidc =\n  endpoint_url = http://section-oidc\n"
				   "[profile plain]\nendpoint_url = http://profile\n";
	static const struct {
		enum endpoint_service service;
		const char *variable, *section, *standard;
	} cases[] = {
		{ENDPOINT_STS, "AWS_ENDPOINT_URL_STS", "http://section-sts",
			"https://sts.eu-west-1.amazonaws.com"},
		{ENDPOINT_SSO, "AWS_ENDPOINT_URL_SSO", "http://section-sso",
			"https://portal.sso.eu-west-1.amazonaws.com"},
		{ENDPOINT_SSO_OIDC, "AWS_ENDPOINT_URL_SSO_OIDC", "http://section-oidc",
			"https://oidc.eu-west-1.amazonaws.com"},
	};
	struct err e = {.code = ERR_NONE};
	struct region region;
	struct profile_set *with = profile_parse(text, NULL, "default", true, &e);
	struct profile_set *plain = profile_parse(text, NULL, "plain", true, &e);
	assert_int_equal(region_set(&region, "eu-west-1", "test", &e), 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		environment_clear();
		expect_url(cases[i].service, &region, plain, "http://profile", "endpoint_url");
		expect_url(cases[i].service, &region, with, cases[i].section, "[services]");
		setenv("AWS_ENDPOINT_URL", "http://all", 1);
		expect_url(cases[i].service, &region, with, "http://all", "AWS_ENDPOINT_URL");
		setenv(cases[i].variable, "http://own", 1);
		expect_url(cases[i].service, &region, with, "http://own", cases[i].variable);
		/* FIPS is a promise that a URL of the user's cannot keep. */
		struct endpoint ep;
		setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
		expect_whole(endpoint_resolve(cases[i].service, &region, NULL, with, &ep, &e), -1,
			"FIPS and %s", cases[i].variable);
		expect_whole(e.code, ERR_CONFIG, "FIPS and %s", cases[i].variable);
		expect_holds(e.message, cases[i].variable, "FIPS");
		endpoint_free(&ep);
		unsetenv("AWS_USE_FIPS_ENDPOINT");
		setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
		expect_url(cases[i].service, &region, with, cases[i].standard, "region");
	}
	profile_free(with);
	profile_free(plain);
}

static void sts_is_regional_unless_told_otherwise(void **state) {
	(void)state;
	static const struct {
		const char *region, *environment, *profile, *url, *signing; /* url NULL: refused */
	} cases[] = {
		{"eu-west-1", NULL, NULL, "https://sts.eu-west-1.amazonaws.com", "eu-west-1"},
		{"eu-west-1", "regional", "legacy", "https://sts.eu-west-1.amazonaws.com",
			"eu-west-1"},
		{"eu-west-1", NULL, "legacy", "https://sts.amazonaws.com", "us-east-1"},
		{"eu-west-1", "", "legacy", "https://sts.amazonaws.com", "us-east-1"},
		{"eu-west-1", "legacy", "regional", "https://sts.amazonaws.com", "us-east-1"},
		{"eu-south-1", "legacy", NULL, "https://sts.eu-south-1.amazonaws.com",
			"eu-south-1"},
		{"cn-north-1", "legacy", NULL, "https://sts.cn-north-1.amazonaws.com.cn",
			"cn-north-1"},
		{"fips-us-east-1", "legacy", NULL, "https://sts-fips.us-east-1.amazonaws.com",
			"us-east-1"},
		{"aws-global", NULL, NULL, "https://sts.amazonaws.com", "us-east-1"},
		{"eu-west-1", "Legacy", NULL, NULL, NULL},
		{"eu-west-1", NULL, "global", NULL, NULL},
		{"eu-south-1", "1", NULL, NULL, NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct buf text;
		struct region region;
		struct endpoint ep;
		environment_clear();
		buf_init(&text, 1000);
		buf_addf(&text, "[default]\nsts_regional_endpoints = %s\n",
			cases[i].profile ? cases[i].profile : "");
		if (cases[i].environment)
			setenv("AWS_STS_REGIONAL_ENDPOINTS", cases[i].environment, 1);
		struct profile_set *p = profile_parse(buf_str(&text), NULL, "default", true, &e);
		assert_int_equal(region_set(&region, cases[i].region, "test", &e), 0);
		int rc = endpoint_resolve(ENDPOINT_STS, &region, NULL, p, &ep, &e);
		expect_whole(rc, cases[i].url ? 0 : -1, "case %zu: %s", i, e.message);
		if (rc == 0) {
			expect_text(ep.url, cases[i].url, "case %zu", i);
			expect_text(ep.signing_region, cases[i].signing, "case %zu", i);
		} else {
			expect_whole(e.code, ERR_CONFIG, "case %zu", i);
			expect_holds(e.message, "AWS_STS_REGIONAL_ENDPOINTS&regional&legacy",
				"case %zu", i);
		}
		endpoint_free(&ep);
		/* Nobody else is bothered with it. */
		expect_whole(endpoint_resolve(ENDPOINT_ECS, &region, NULL, p, &ep, &e), 0,
			"case %zu: ECS", i);
		endpoint_free(&ep);
		profile_free(p);
		buf_free(&text);
	}
}

/* AWS refuses a signature for another region than its host's. */
static void sts_signs_for_the_region_of_its_host(void **state) {
	(void)state;
	static const struct {
		enum endpoint_service service;
		const char *url, *region;
	} cases[] = {
		{ENDPOINT_STS, "https://sts.us-east-1.amazonaws.com", "us-east-1"},
		{ENDPOINT_STS, "https://sts.ap-south-2.amazonaws.com/", "ap-south-2"},
		{ENDPOINT_STS, "https://sts.us-west-2.amazonaws.com:443", "us-west-2"},
		{ENDPOINT_STS, "https://sts-fips.us-west-2.amazonaws.com", "us-west-2"},
		{ENDPOINT_STS, "https://sts.eu-central-1.api.aws", "eu-central-1"},
		{ENDPOINT_STS, "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{ENDPOINT_STS, "https://sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
		{ENDPOINT_STS, "https://sts.amazonaws.com", "us-east-1"},
		{ENDPOINT_STS, "https://vpce-0abc123-xyz.sts.eu-north-1.vpce.amazonaws.com",
			"eu-north-1"},
		{ENDPOINT_STS,
			"https://vpce-0abc123-xyz-eu-north-1a.sts.eu-north-1.vpce.amazonaws.com",
			"eu-north-1"},
		/* Not AWS's hosts: the run's region. */
		{ENDPOINT_STS, "http://127.0.0.1:4566", "eu-west-1"},
		{ENDPOINT_STS, "https://sts.example.com", "eu-west-1"},
		{ENDPOINT_STS, "https://sts.us-east-1.example.com", "eu-west-1"},
		{ENDPOINT_STS, "https://sts.us-east-1.amazonaws.com.example.com", "eu-west-1"},
		{ENDPOINT_STS, "https://sts.cn-north-1.amazonaws.com", "eu-west-1"},
		{ENDPOINT_STS, "https://proxy.sts.us-east-1.amazonaws.com", "eu-west-1"},
		{ENDPOINT_STS, "https://sts", "eu-west-1"},
		{ENDPOINT_STS, "https://sts.", "eu-west-1"},
		{ENDPOINT_STS, "https://localhost", "eu-west-1"},
		/* The data services sign for the run's region, whatever answers. */
		{ENDPOINT_ECS, "https://ecs.us-east-1.amazonaws.com", "eu-west-1"},
		{ENDPOINT_ECS, "https://sts.us-east-1.amazonaws.com", "eu-west-1"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct profile_set *profiles = profile_parse(NULL, NULL, "default", false, &e);
		struct region region;
		struct endpoint ep;
		environment_clear();
		assert_int_equal(region_set(&region, "eu-west-1", "test", &e), 0);
		setenv(cases[i].service == ENDPOINT_STS ? "AWS_ENDPOINT_URL_STS"
							: "AWS_ENDPOINT_URL_ECS",
			cases[i].url, 1);
		expect_whole(endpoint_resolve(cases[i].service, &region, NULL, profiles, &ep, &e),
			0, "%s: %s", cases[i].url, e.message);
		expect_text(ep.signing_region, cases[i].region, "%s", cases[i].url);
		expect_text(ep.url, cases[i].url, "%s: unchanged", cases[i].url);
		endpoint_free(&ep);
		profile_free(profiles);
	}
}

static void bad_urls_are_refused(void **state) {
	(void)state;
	static const char *const urls[] = {"ftp://h", "h", "h:80", "http://", "https:///x",
		"http:/h", "http://user@h", "http://user:pw@h/", "http://h/?q=1", "http://h/#f",
		" http://h", "http://h ", "http://h:0x50", "http://h:99999", "http://h\n"};
	struct err e = {.code = ERR_NONE};
	struct region region;
	struct profile_set *profiles = profile_parse(NULL, NULL, "default", false, &e);
	assert_int_equal(region_set(&region, "eu-west-1", "test", &e), 0);
	for (size_t i = 0; i < LENGTH(urls); i++) {
		struct endpoint ep;
		e = (struct err){.code = ERR_NONE};
		expect_whole(endpoint_resolve(ENDPOINT_ECS, &region, urls[i], profiles, &ep, &e),
			-1, "%s", urls[i]);
		expect_whole(e.code, ERR_CONFIG, "%s: code", urls[i]);
		endpoint_free(&ep);
	}
	profile_free(profiles);
}

/* --- regions --- */

static void region_names_are_checked(void **state) {
	(void)state;
	static const struct {
		const char *from, *name;
		bool fips;
	} good[] = {{"eu-west-1", "eu-west-1", false}, {"fips-us-east-1", "us-east-1", true},
		{"us-east-1-fips", "us-east-1", true}, {"r", "r", false}, {"mars", "mars", false},
		{"a23456789012345678901234567890123456789012345678901234567890123",
			"a23456789012345678901234567890123456789012345678901234567890123", false}};
	struct region r;
	struct err e = {.code = ERR_NONE};
	for (size_t i = 0; i < LENGTH(good); i++) {
		expect_whole(region_set(&r, good[i].from, "the test", &e), 0, "%s", good[i].from);
		expect_text(r.name, good[i].name, "name of %s", good[i].from);
		expect(r.fips == good[i].fips, "FIPS of %s", good[i].from);
		expect_text(r.source, "the test", "source of %s", good[i].from);
	}
	static const char *const bad[] = {"", " eu-west-1", "eu-west-1 ", "eu west 1", "-eu-west-1",
		"eu-west-1-", "123", "eu/west", "eu.west-1", "eu_west_1", "eu-west-1\n", "fips-",
		"-fips", "fips-1", "\xc3\xa9u-west-1", "eu-west-1:80", "x@evil.example", "*",
		"a234567890123456789012345678901234567890123456789012345678901234"};
	for (size_t i = 0; i < LENGTH(bad); i++) {
		e = (struct err){.code = ERR_NONE};
		expect_whole(region_set(&r, bad[i], "the test", &e), -1, "'%s'", bad[i]);
		expect_whole(e.code, ERR_CONFIG, "'%s': code", bad[i]);
		expect_holds(e.message, "the test", "'%s': message", bad[i]);
	}
}

/* What AWS spells like a region although no call goes there (its docs: Regions and Zones). */
static void look_alikes_are_refused(void **state) {
	(void)state;
	static const char *const good[] = {"eu-west-1", "us-gov-west-1", "cn-north-1", "mars",
		"me-west-1", "local", "x-1a", "eu", "eu-wst-1"};
	static const struct {
		const char *name, *words;
	} bad[] = {{"EU-WEST-1", "the test&small letters"}, {"Eu-west-1", "small letters"},
		{"eu-west-1a", "availability zone&leave out the letter"},
		{"us-gov-west-1b", "availability zone"}, {"aws-global", "not a region"},
		{"aws-us-gov-global", "not a region"},
		/* No region has capitals. */
		{"LOCAL", "the test&not a valid region name"}, {"Ireland", "write one such as"},
		{"eu-wst", "with its number"}, {"us-gov-wst", "with its number"}};
	struct region r;
	for (size_t i = 0; i < LENGTH(good); i++) {
		struct err e = {.code = ERR_NONE};
		expect_whole(region_set(&r, good[i], "the test", &e), 0, "%s", good[i]);
		expect_whole(region_check(&r, &e), 0, "%s: %s", good[i], e.message);
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct err e = {.code = ERR_NONE};
		expect_whole(region_set(&r, bad[i].name, "the test", &e), 0, "%s", bad[i].name);
		expect_whole(region_check(&r, &e), -1, "%s", bad[i].name);
		expect_whole(e.code, ERR_CONFIG, "%s: code", bad[i].name);
		expect_holds(e.message, bad[i].words, "%s: message", bad[i].name);
		expect(strstr(e.message, bad[i].name) == NULL, "%s is not quoted", bad[i].name);
	}
}

static void regions_are_found_in_order(void **state) {
	(void)state;
	static const char text[] = "[default]\nregion = r-default\n[profile p]\nregion = r-p\n"
				   "[profile none]\noutput = json\n";
	struct err e = {.code = ERR_NONE};
	struct region r;
	struct profile_set *p = profile_parse(text, NULL, "p", true, &e);
	struct profile_set *none = profile_parse(text, NULL, "none", true, &e);
	/* [default] is no fall-back. */
	assert_int_equal(region_resolve(NULL, none, &r, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	expect_holds(e.message, "-r&AWS_REGION", "how to give a region");
	assert_int_equal(region_resolve(NULL, p, &r, &e), 0);
	assert_string_equal(r.name, "r-p");
	setenv("AWS_DEFAULT_REGION", "r-env", 1);
	assert_int_equal(region_resolve(NULL, p, &r, &e), 0);
	assert_string_equal(r.name, "r-env");
	setenv("AWS_REGION", "r-first", 1);
	assert_int_equal(region_resolve(NULL, p, &r, &e), 0);
	assert_string_equal(r.name, "r-first");
	expect_holds(r.source, "AWS_REGION", "source");
	assert_int_equal(region_resolve("r-option", p, &r, &e), 0);
	assert_string_equal(r.name, "r-option");
	setenv("AWS_REGION", "", 1);
	assert_int_equal(region_resolve(NULL, p, &r, &e), 0);
	assert_string_equal(r.name, "r-env");
	profile_free(p);
	profile_free(none);
}

/* The credentials file has the profile, and so it exists; the config file's settings for it are
 * ignored, since their heading is not one of a profile (botocore: configloader.py). */
static void a_heading_that_hides_the_region_is_named(void **state) {
	(void)state;
	static const struct {
		const char *config, *name, *words; /* words NULL: nothing is said of headings */
	} cases[] = {
		{"[default]\n[x]\nregion = r-x\n", "x",
			"no region&line 2&write [profile NAME] there"},
		{"[profile Foo Bar]\nregion = r-x\n", "Foo Bar",
			"no region&line 1&write [profile 'NAME'], in quotes"},
		{"\n\n[Profile x]\nregion = r-x\n", "x",
			"no region&line 3&write [profile NAME], in small letters"},
		{"[profile x]\noutput = json\n[x]\nregion = r-x\n", "x", NULL},
		{"[profile y]\nregion = r-x\n", "x", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct region r;
		struct buf credentials;
		environment_clear();
		buf_init(&credentials, 1000);
		buf_addf(&credentials, "[%s]\naws_access_key_id = AKID\n", cases[i].name);
		struct profile_set *p = profile_parse(cases[i].config, buf_str(&credentials),
			cases[i].name, true, &e);
		buf_free(&credentials);
		assert_non_null(p);
		expect_whole(region_resolve(NULL, p, &r, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CONFIG, "case %zu: code", i);
		if (cases[i].words)
			expect_holds(e.message, cases[i].words, "case %zu", i);
		else
			expect(!strstr(e.message, "; "), "case %zu: %s", i, e.message);
		profile_free(p);
	}
}

/* A region that cannot be resolved may be mistyped; one that is known, or not ours to judge by, is
 * not. */
static void unresolved_regions_get_their_nearest_names(void **state) {
	(void)state;
	static const struct {
		const char *region;
		bool is_custom;
		const char *end; /* of the message */
	} cases[] = {
		{"eu-wset-1", false, "DNS; did you mean eu-west-1, eu-west-2 or eu-west-3?"},
		{"us-east1", false, "DNS; did you mean us-east-1 or us-east-2?"},
		{"eu-central-3", false,
			"; did you mean eu-central-1, eu-central-2 or ca-central-1?"},
		{"eu-west-1", false, "this host's DNS"},
		{"mars-base-9", false, "this host's DNS"},
		{"eu-wset-1", true, "this host's DNS"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char host[] = "h";
		struct endpoint ep = {.parts.host_header = host, .is_custom = cases[i].is_custom};
		struct http_response response = {.failure = HTTP_FAILED_RESOLVE};
		struct err e;
		(void)snprintf(ep.signing_region, sizeof ep.signing_region, "%s", cases[i].region);
		explain_transport("ListServices", &ep, &response, &e);
		size_t len = strlen(e.message);
		size_t end = strlen(cases[i].end);
		expect(len > end, "a message for %s", cases[i].region);
		expect_text(e.message + (len > end ? len - end : 0), cases[i].end, "%s",
			cases[i].region);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(unresolved_regions_get_their_nearest_names),
		UNIT_TEST(the_published_vectors_hold),
		UNIT_TEST(every_known_region_has_its_partition),
		UNIT_TEST(the_configured_endpoint_is_found),
		UNIT_TEST(the_first_hit_wins),
		UNIT_TEST(issuers_are_redirected),
		UNIT_TEST(sts_is_regional_unless_told_otherwise),
		UNIT_TEST(sts_signs_for_the_region_of_its_host),
		UNIT_TEST(bad_urls_are_refused),
		UNIT_TEST(region_names_are_checked),
		UNIT_TEST(look_alikes_are_refused),
		UNIT_TEST(regions_are_found_in_order),
		UNIT_TEST(a_heading_that_hides_the_region_is_named),
	};
	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
