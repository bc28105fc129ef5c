/* The chain of credential providers, against computed cases of the AWS CLI's order. */
#include "config.h"

#include "support.h"

#include "aws/identity/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The vectors' names of providers, and ours. */
static const struct {
	const char *theirs, *ours;
	bool has_keys_here; /* without a network and files of others */
} providers[] = {
	{"env", "environment", true},
	{"assume-role", "role", false},
	{"assume-role-with-web-identity", "web identity", false},
	{"sso", "IAM Identity Center", false},
	{"shared-credentials-file", "shared credentials file", true},
	{"custom-process", "credential_process", true},
	{"config-file", "config file", true},
};

/* Where the search ends without keys: in which provider (NULL: before the first), with what words.
 * The vectors name errors by their class; which provider raises it follows from the CLI's order. */
static const struct {
	int index;
	const char *provider, *words;
} ends[] = {
	{3, "role", "profile 'p'&source_profile&credential_source"},
	{4, "web identity", "/t"},
	{5, "web identity", "/t&AWS_ROLE_ARN"},
	{6, "web identity", "/t"},
	{8, "web identity", "/t"},
	/* The CLI refuses the spelling; we take any case and miss the keys. */
	{9, "role", "profile 'p'&AWS_ACCESS_KEY_ID"},
	{10, "role", "profile 'p'&AWS_ACCESS_KEY_ID"},
	{11, "role", "profile 'p'&credential_source must be Environment"},
	{13, "role", "profile 'p'&arn:aws:iam::123456789012:role/r&region"},
	{14, "role", "profile 'p'&source_profile&credential_source"},
	{15, "role", "profile 'p'&source_profile&credential_source"},
	{16, "role", "profile 'p'&source_profile&neither"},
	{17, "role", "profile 'q'"},
	/* The CLI asks STS for the role "x"; we know that this is no ARN. */
	{18, "role", "profile 'p'&ARN"},
	{19, "role", "source_profile&p&q"},
	{22, "IAM Identity Center", "aws sso login&p"},
	{23, "IAM Identity Center", "profile 'p'&sso_role_name"},
	{25, "environment", "AWS_SECRET_ACCESS_KEY"},
	{26, "instance metadata", "no AWS credentials"},
	{28, "config file", "profile 'p'&aws_secret_access_key"},
	{29, NULL, "profile 'p'"},
	{30, NULL, "profile 'p'"},
	{34, "credential_process", "profile 'p'&/bin/false"},
	{35, "credential_process", "profile 'p'&Version"},
	{36, "credential_process", "profile 'p'&Version"},
	{37, "IAM Identity Center", "aws sso login&s"},
	{38, "IAM Identity Center", "sso_region&profile 'p'&[sso-session s]"},
	{39, "IAM Identity Center", "[sso-session&sso_session"},
	{40, "container", "AWS_CONTAINER_CREDENTIALS_FULL_URI&https"},
	{41, "instance metadata", "no AWS credentials"},
};

static struct provider_context context_of(const struct profile_set *profiles,
	const struct clock *clock) {
	return (struct provider_context){.profiles = profiles,
		.settings = profiles,
		.run = {.deadline = {.clock = clock, .at_ms = clock_monotonic_ms(clock) + 60000}}};
}

static void set_up(const cJSON *c) {
	const cJSON *variable;
	environment_clear();
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	cJSON_ArrayForEach(variable, vector_member(c, "env"))
		setenv(variable->string, cJSON_GetStringValue(variable), 1);
	setenv("AWS_CONFIG_FILE", scratch_text("config", vector_text(c, "config")), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE",
		scratch_text("credentials", vector_text(c, "credentials")), 1);
}

/* AWS_SESSION_TOKEN goes before AWS_SECURITY_TOKEN, as in the other SDKs. */
static const char *wanted_token(const cJSON *c) {
	const cJSON *env = vector_member(c, "env");
	const char *session = vector_text_or_null(env, "AWS_SESSION_TOKEN");
	const char *old = vector_text_or_null(env, "AWS_SECURITY_TOKEN");
	if (session && *session && old)
		return session;
	return vector_text(vector_member(c, "expect"), "session_token");
}

/* Writes the name of the provider whose word ended the search: the last one of the trace. */
static void last_asked(const struct buf *trace, char out[static 64]) {
	static const char head[] = "credentials: ";
	const char *last = NULL;
	for (const char *at = buf_str(trace); (at = strstr(at, head)); at++)
		if (at == buf_str(trace) || at[-1] == '\n')
			last = at + strlen(head);
	(void)snprintf(out, 64, "%.*s", last ? (int)strcspn(last, ":") : 0, last ? last : "");
}

/* What the vectors say about the provider, in our words; *has_keys: whether it has any here. */
static const char *wanted_provider(const cJSON *wanted, bool *has_keys) {
	const char *provider = vector_text_or_null(wanted, "provider");
	*has_keys = false;
	for (size_t i = 0; provider && i < LENGTH(providers); i++)
		if (strcmp(provider, providers[i].theirs) == 0) {
			*has_keys = providers[i].has_keys_here;
			return providers[i].ours;
		}
	expect(!provider, "%s: a provider nobody knows", provider ? provider : "");
	return NULL;
}

static void check_found(const cJSON *c, int index, const struct keys *found) {
	const cJSON *wanted = vector_member(c, "expect");
	expect_text(found->access_key_id, vector_text(wanted, "access_key_id"), "case %d: key",
		index);
	expect_text(found->secret_access_key, "s", "case %d: secret", index);
	expect_text(found->session_token, wanted_token(c), "case %d: token", index);
}

/* provider: what the vectors name, or NULL. */
static void check_end(int index, const char *provider, const char *asked, const struct err *e) {
	for (size_t i = 0; i < LENGTH(ends); i++) {
		if (ends[i].index != index)
			continue;
		expect_text(asked, ends[i].provider ? ends[i].provider : "", "case %d: provider",
			index);
		expect_holds(e->message, ends[i].words, "case %d: message", index);
		if (provider)
			expect_text(ends[i].provider, provider, "case %d: as in the vectors",
				index);
		expect_whole(e->code, ends[i].provider ? ERR_CREDENTIALS : ERR_CONFIG,
			"case %d: code", index);
		return;
	}
	expect(false, "case %d ends with: %s", index, e->message);
}

static bool check_case(const cJSON *c, int index) {
	bool has_keys;
	const char *provider = wanted_provider(vector_member(c, "expect"), &has_keys);
	char asked[64];
	struct buf trace;
	struct err e = {.code = ERR_NONE};
	struct keys found = {0};
	set_up(c);
	buf_init(&trace, 10000);
	struct profile_set *profiles = profile_load(vector_text(c, "explicit_profile"), NULL, &e);
	const struct clock clock = clock_standing_at(1767225600);
	struct provider_context context = context_of(profiles, &clock);
	context.run.trace = &trace;
	int rc = profiles ? chain_resolve(&context, &found, &e) : -1;
	last_asked(&trace, asked);
	expect_whole(rc, has_keys ? 0 : -1, "case %d: %s", index, e.message);
	if (rc == 0) {
		expect_text(asked, provider, "case %d: provider", index);
		expect_text(found.provider, provider, "case %d: provider of the keys", index);
		check_found(c, index, &found);
	} else {
		check_end(index, provider, asked, &e);
		expect(found.access_key_id == NULL, "case %d: no keys of another provider", index);
	}
	keys_free(&found);
	buf_free(&trace);
	profile_free(profiles);
	return rc == 0;
}

static void the_order_of_the_cli_holds(void **state) {
	(void)state;
	cJSON *data = vectors_load("config-vectors.json");
	int index = 0;
	size_t found = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "credentials")) found += check_case(c, index++);
	assert_int_equal(index, 42);
	assert_int_equal(found + LENGTH(ends), 42);
	cJSON_Delete(data);
}

/* --- what is told --- */

static int resolve(const char *option, struct keys *found, struct buf *trace, struct err *e) {
	struct profile_set *profiles = profile_load(option, NULL, e);
	assert_non_null(profiles);
	const struct clock clock = clock_standing_at(1767225600);
	struct provider_context context = context_of(profiles, &clock);
	context.run.trace = trace;
	int rc = chain_resolve(&context, found, e);
	profile_free(profiles);
	return rc;
}

static void no_secret_is_told(void **state) {
	(void)state;
	static const char file[] =
		"[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\n"
		"aws_secret_access_key=FILESECRET\naws_session_token=FILETOKEN\n";
	struct buf trace;
	struct err e = {.code = ERR_NONE};
	struct keys found = {0};
	setenv("AWS_SHARED_CREDENTIALS_FILE", scratch_text("credentials", file), 1);
	setenv("AWS_SECRET_ACCESS_KEY", "LONELYSECRET", 1);
	buf_init(&trace, 10000);
	assert_int_equal(resolve(NULL, &found, &trace, &e), 0);
	assert_string_equal(found.access_key_id, "AKIAIOSFODNN7EXAMPLE");
	assert_true(trace.len > 0);
	assert_null(strstr(buf_str(&trace), "SECRET"));
	assert_null(strstr(buf_str(&trace), "FILETOKEN"));
	assert_null(strstr(buf_str(&trace), "AKIAIOSFODNN7EXAMPLE"));
	char id[16];
	assert_string_equal(keys_short_id(&found, id), "AKIA...MPLE");
	keys_free(&found);
	buf_free(&trace);
}

static void places_that_were_tried_are_listed(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct keys found = {0};
	setenv("AWS_CONFIG_FILE", "/nonexistent/here/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/there/credentials", 1);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	assert_int_equal(resolve(NULL, &found, NULL, &e), -1);
	assert_int_equal(e.code, ERR_CREDENTIALS);
	/* Every place, in the order they were tried. */
	static const char *const places[] = {"AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"profile 'default'", "role", "SSO", "keys", "login", "credential_process",
		"/nonexistent/there/credentials (missing)", "/nonexistent/here/config (missing)",
		"AWS_CONTAINER_CREDENTIALS_",
		"instance metadata: switched off by AWS_EC2_METADATA_DISABLED"};
	const char *at = e.message;
	for (size_t i = 0; at && i < LENGTH(places); i++) {
		at = strstr(at, places[i]);
		expect(at != NULL, "%s in its place", places[i]);
	}
	assert_null(strchr(e.message, '\n'));
	/* HOME, where the files are looked for below it. */
	assert_null(strstr(e.message, "HOME"));
	unsetenv("HOME");
	assert_int_equal(resolve(NULL, &found, NULL, &e), -1);
	expect_holds(e.message, "HOME is not set", "without HOME");
	/* The last place is told of also where the paths are long. */
	char path[400] = "/nonexistent";
	while (strlen(path) + 20 < sizeof path)
		strcat(path, "/a-folder-like-this");
	setenv("AWS_CONFIG_FILE", path, 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
	assert_int_equal(resolve(NULL, &found, NULL, &e), -1);
	expect_holds(e.message, "/a-folder-like-this&HOME is not set&AWS_EC2_METADATA_DISABLED",
		"long paths");
	expect(strlen(e.message) < 600, "one line of a message");
}

static void half_a_pair_is_an_error(void **state) {
	(void)state;
	static const struct {
		const char *config, *credentials;
	} cases[] = {{"", "[default]\naws_access_key_id=AKIDEXAMPLE\n"},
		{"[default]\naws_access_key_id=AKIDEXAMPLE\n", ""},
		/* Not completed from the other file's pair. */
		{"[default]\naws_access_key_id=c\naws_secret_access_key=d\n",
			"[default]\naws_access_key_id=AKIDEXAMPLE\n"},
		{"", "[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=\n"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct keys found = {0};
		setenv("AWS_CONFIG_FILE", scratch_text("config", cases[i].config), 1);
		setenv("AWS_SHARED_CREDENTIALS_FILE",
			scratch_text("credentials", cases[i].credentials), 1);
		expect_whole(resolve(NULL, &found, NULL, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CREDENTIALS, "case %zu: code", i);
		expect_holds(e.message, "aws_secret_access_key", "case %zu: message", i);
		keys_free(&found);
	}
}

static void credentials_are_values(void **state) {
	(void)state;
	struct keys c = {0};
	struct err e = {.code = ERR_NONE};
	keys_free(&c);
	assert_int_equal(keys_set(&c, "id", "secret", NULL, &e), 0);
	assert_string_equal(c.access_key_id, "id");
	assert_string_equal(c.secret_access_key, "secret");
	assert_null(c.session_token);
	assert_int_equal(c.expires_s, 0);
	keys_free(&c);
	assert_null(c.access_key_id);
	assert_int_equal(keys_set(&c, "id", "secret", "token", &e), 0);
	assert_string_equal(c.session_token, "token");
	keys_free(&c);
}

static void ids_are_never_shown_whole(void **state) {
	(void)state;
	static const char whole[] = "AKIAIOSFODNN7EXAMPLE";
	for (size_t n = 3; n <= strlen(whole); n++) {
		struct keys c = {0};
		char part[sizeof whole];
		char id[16];
		memcpy(part, whole, n);
		part[n] = '\0';
		assert_int_equal(keys_set(&c, part, "secret", NULL, NULL), 0);
		expect(strstr(keys_short_id(&c, id), part) == NULL, "%s is shown as %s", part, id);
		keys_free(&c);
	}
}

static void expired_keys_of_the_environment_are_an_error(void **state) {
	(void)state;
	static const struct {
		const char *expires;
		int rc;
		int64_t expires_s;
	} cases[] = {{"2026-01-01T01:00:00Z", 0, 1767229200}, {"2025-12-31T23:59:59Z", -1, 0},
		{"", 0, 0}, {"soon", -1, 0}};
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct keys found = {0};
		struct err e = {.code = ERR_NONE};
		setenv("AWS_CREDENTIAL_EXPIRATION", cases[i].expires, 1);
		expect_whole(resolve(NULL, &found, NULL, &e), cases[i].rc, "'%s': %s",
			cases[i].expires, e.message);
		expect_whole(found.expires_s, cases[i].expires_s, "'%s'", cases[i].expires);
		keys_free(&found);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_order_of_the_cli_holds),
		UNIT_TEST(no_secret_is_told),
		UNIT_TEST(places_that_were_tried_are_listed),
		UNIT_TEST(half_a_pair_is_an_error),
		UNIT_TEST(credentials_are_values),
		UNIT_TEST(ids_are_never_shown_whole),
		UNIT_TEST(expired_keys_of_the_environment_are_an_error),
	};
	return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
