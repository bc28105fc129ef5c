/* The plan of roles that a profile leads to, against published cases and the AWS CLI's rules. */
#include "config.h"

#include "support.h"

#include "aws/service/arn.h"
#include "aws/identity/provider.h"
#include "aws/config/role_chain.h"

#include <string.h>

/* Where this program differs from a case, and why. */
enum deviation { AS_PUBLISHED, LEFT_TO_PROVIDER, NOT_SSO };
static const struct {
	const char *id;
	enum deviation deviation;
} deviations[] = {
	/* The plan names web identity or SSO; that a setting is missing is for its provider to say.
	 */
	{"a21", LEFT_TO_PROVIDER},
	{"a24", LEFT_TO_PROVIDER},
	{"a25", LEFT_TO_PROVIDER},
	/* A token without account and role: the AWS CLI takes a profile for SSO by sso_account_id
	 * or sso_role_name, since there are no keys to be had otherwise. */
	{"a27", NOT_SSO},
};

static enum deviation deviation_of(const char *id) {
	for (size_t i = 0; i < LENGTH(deviations); i++)
		if (strcmp(deviations[i].id, id) == 0)
			return deviations[i].deviation;
	return AS_PUBLISHED;
}

static void add_profiles(const cJSON *profiles, struct buf *out) {
	const cJSON *profile, *setting;
	cJSON_ArrayForEach(profile, profiles) {
		buf_addf(out, "[profile %s]\n", profile->string);
		cJSON_ArrayForEach(setting, profile)
			buf_addf(out, "%s = %s\n", setting->string, cJSON_GetStringValue(setting));
	}
}

static void expect_setting(const struct profile_set *p, const cJSON *wanted, const char *member,
	const char *key, const char *id) {
	const char *text = vector_text_or_null(wanted, member);
	if (text)
		expect_text(profile_get(p, key), text, "%s: %s", id, key);
}

static void expect_base(const struct profile_set *all, const struct role_chain *chain,
	const cJSON *wanted, const char *id) {
	static const struct {
		const char *name;
		enum role_base base;
	} kinds[] = {{"AccessKey", ROLE_BASE_KEYS}, {"WebIdentityToken", ROLE_BASE_WEB_IDENTITY},
		{"Sso", ROLE_BASE_SSO}, {"NamedSource", ROLE_BASE_INSTANCE}};
	const cJSON *member = wanted->child;
	bool known = false;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (strcmp(member->string, kinds[i].name) != 0)
			continue;
		known = true;
		expect_whole(chain->base, kinds[i].base, "%s: base", id);
	}
	assert_true(known);
	if (cJSON_IsString(member)) {
		expect_text(cJSON_GetStringValue(member), "Ec2InstanceMetadata", "%s", id);
		return;
	}
	struct profile_set *view = profile_view(all, chain->base_profile, NULL);
	assert_non_null(view);
	expect_setting(view, member, "access_key_id", "aws_access_key_id", id);
	expect_setting(view, member, "secret_access_key", "aws_secret_access_key", id);
	expect_setting(view, member, "role_arn", "role_arn", id);
	expect_setting(view, member, "role_session_name", "role_session_name", id);
	expect_setting(view, member, "sso_account_id", "sso_account_id", id);
	profile_free(view);
}

static void expect_chain(const struct profile_set *all, const struct role_chain *chain,
	const cJSON *wanted, const char *id) {
	expect_whole((int64_t)chain->count + 1, cJSON_GetArraySize(wanted), "%s: length", id);
	expect_base(all, chain, cJSON_GetArrayItem(wanted, 0), id);
	for (int i = 1; i < cJSON_GetArraySize(wanted) && i <= (int)chain->count; i++) {
		const cJSON *role = vector_member(cJSON_GetArrayItem(wanted, i), "AssumeRole");
		const struct role_step *step = &chain->steps[i - 1];
		expect_text(step->role_arn, vector_text(role, "role_arn"), "%s: role %d", id, i);
		expect_text(step->session_name, vector_text_or_null(role, "role_session_name"),
			"%s: session %d", id, i);
		expect_text(step->external_id, vector_text_or_null(role, "external_id"),
			"%s: external id %d", id, i);
	}
}

/* The plan, and for static keys whether they are a whole pair. */
static int plan(const struct profile_set *all, struct role_chain *chain, struct err *e) {
	struct keys keys = {0};
	if (role_chain_plan(all, chain, e))
		return -1;
	if (chain->base != ROLE_BASE_KEYS)
		return 0;
	struct profile_set *view = profile_view(all, chain->base_profile, e);
	assert_non_null(view);
	const struct provider_context context = {.profiles = view};
	enum provider_outcome outcome = provider_config_file.fetch(&context, &keys, e);
	keys_free(&keys);
	profile_free(view);
	return outcome == PROVIDER_FOUND ? 0 : -1;
}

static void check_case(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(vector_member(c, "expect"), "chain");
	enum deviation deviation = deviation_of(id);
	struct err e = {.code = ERR_NONE};
	struct role_chain chain;
	struct buf config;
	buf_init(&config, 10000);
	add_profiles(vector_member(c, "profiles"), &config);
	struct profile_set *all = profile_parse(buf_str(&config), NULL, vector_text(c, "selected"),
		false, &e);
	assert_non_null(all);
	bool fails = deviation == NOT_SSO || (deviation == AS_PUBLISHED && !wanted);
	int rc = plan(all, &chain, &e);
	expect_whole(rc, fails ? -1 : 0, "%s: %s", id, e.message);
	if (rc == 0 && wanted && !fails)
		expect_chain(all, &chain, wanted, id);
	if (rc != 0) {
		expect_whole(e.code, ERR_CREDENTIALS, "%s: code", id);
		expect_holds(e.message, "profile", "%s: message", id);
	}
	profile_free(all);
	buf_free(&config);
}

static void published_chains_are_planned(void **state) {
	(void)state;
	cJSON *data = vectors_load("assume-role-chains.json");
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "cases")) check_case(c);
	assert_int_equal(cJSON_GetArraySize(vector_member(data, "cases")), 28);
	cJSON_Delete(data);
}

/* --- further rules --- */

#define ROLE_A "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/A\n"

static int plan_text(const char *config, const char *credentials, struct role_chain *chain,
	struct profile_set **all, struct err *e) {
	*e = (struct err){.code = ERR_NONE};
	*all = profile_parse(config, credentials, "a", true, e);
	assert_non_null(*all);
	return role_chain_plan(*all, chain, e);
}

static void mistakes_are_named(void **state) {
	(void)state;
	static const struct {
		const char *config, *words;
	} cases[] = {
		{ROLE_A, "profile 'a'&neither source_profile nor credential_source"},
		{ROLE_A "source_profile=b\ncredential_source=Environment\n[profile b]\n",
			"profile 'a'&both source_profile and credential_source"},
		{ROLE_A "source_profile=b\n",
			"profile 'a'&source_profile&the config file&"
			"the credentials file (missing)"},
		/* Not a profile in the config file: the word is missing. */
		{ROLE_A "source_profile=b\n[b]\naws_access_key_id=k\n", "the source_profile&'a'"},
		{ROLE_A "source_profile=a\n", "a, then a&keys of its own"},
		{ROLE_A "source_profile=b\n[profile b]\nrole_arn=r\nsource_profile=c\n"
			"[profile c]\nrole_arn=r\nsource_profile=b\n",
			"a, then b, then c, then b&keys of its own"},
		{ROLE_A "source_profile=b\n[profile b]\nregion=x\n", "profile 'b'&no credentials"},
		{ROLE_A "credential_source=SharedCredentials\n",
			"profile 'a'&credential_source&Ec2InstanceMetadata"},
		{ROLE_A "credential_source=Environment\nduration_seconds=899\n",
			"duration_seconds&900 to 43200"},
		{ROLE_A "credential_source=Environment\nduration_seconds=43201\n",
			"duration_seconds&900 to 43200"},
		{ROLE_A "credential_source=Environment\nduration_seconds=1h\n",
			"profile 'a'&duration_seconds"},
		{ROLE_A "credential_source=Environment\nduration_seconds=-900\n",
			"duration_seconds&900 to 43200"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct role_chain chain;
		struct profile_set *all;
		struct err e;
		expect_whole(plan_text(cases[i].config, NULL, &chain, &all, &e), -1, "case %zu", i);
		expect_whole(e.code, ERR_CREDENTIALS, "case %zu: code", i);
		expect_holds(e.message, cases[i].words, "case %zu", i);
		profile_free(all);
	}
}

static void sources_are_named_in_any_case(void **state) {
	(void)state;
	static const struct {
		const char *name;
		enum role_base base;
	} cases[] = {{"Environment", ROLE_BASE_ENVIRONMENT}, {"ENVIRONMENT", ROLE_BASE_ENVIRONMENT},
		{"ecsContainer", ROLE_BASE_CONTAINER}, {"ec2instancemetadata", ROLE_BASE_INSTANCE}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct role_chain chain;
		struct profile_set *all;
		struct err e;
		struct buf config;
		buf_init(&config, 1000);
		buf_addf(&config, ROLE_A "credential_source = %s\nmfa_serial = m\n", cases[i].name);
		expect_whole(plan_text(buf_str(&config), NULL, &chain, &all, &e), 0, "%s: %s",
			cases[i].name, e.message);
		expect_whole(chain.base, cases[i].base, "%s", cases[i].name);
		expect_text(chain.steps[0].mfa_serial, "m", "%s: MFA", cases[i].name);
		expect_text(chain.steps[0].profile, "a", "%s: profile", cases[i].name);
		profile_free(all);
		buf_free(&config);
	}
}

static void a_source_signs_in_by_what_it_has(void **state) {
	(void)state;
	static const struct {
		const char *source;
		enum role_base base;
	} cases[] = {
		{"credential_process=/bin/x\n", ROLE_BASE_PROCESS},
		{"login_session=l\ncredential_process=/bin/x\n", ROLE_BASE_LOGIN},
		{"sso_role_name=r\nlogin_session=l\n", ROLE_BASE_SSO},
		{"web_identity_token_file=/t\nrole_arn=r\n", ROLE_BASE_WEB_IDENTITY},
		{"credential_process=/bin/x\naws_access_key_id=k\naws_secret_access_key=s\n",
			ROLE_BASE_KEYS},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct role_chain chain;
		struct profile_set *all;
		struct err e;
		struct buf config;
		buf_init(&config, 1000);
		buf_addf(&config, ROLE_A "source_profile = b\n[profile b]\n%s", cases[i].source);
		expect_whole(plan_text(buf_str(&config), NULL, &chain, &all, &e), 0, "case %zu: %s",
			i, e.message);
		expect_whole(chain.base, cases[i].base, "case %zu", i);
		expect_text(chain.base_profile, "b", "case %zu: profile", i);
		expect_whole((int64_t)chain.count, 1, "case %zu: roles", i);
		profile_free(all);
		buf_free(&config);
	}
}

static void settings_may_sit_in_either_file(void **state) {
	(void)state;
	static const char config[] = ROLE_A "duration_seconds = 900\nexternal_id = config\n";
	static const char credentials[] =
		"[a]\nsource_profile = b\nexternal_id = credentials\n[b]\naws_access_key_id = k\n"
		"aws_secret_access_key = s\n";
	struct role_chain chain;
	struct profile_set *all;
	struct err e;
	assert_int_equal(plan_text(config, credentials, &chain, &all, &e), 0);
	assert_int_equal(chain.count, 1);
	assert_int_equal(chain.steps[0].duration_s, 900);
	assert_string_equal(chain.steps[0].external_id, "credentials");
	assert_string_equal(chain.steps[0].role_arn, "arn:aws:iam::123456789012:role/A");
	assert_int_equal(chain.base, ROLE_BASE_KEYS);
	assert_string_equal(chain.base_profile, "b");
	profile_free(all);
}

static void chains_are_bounded(void **state) {
	(void)state;
	for (int roles = ROLE_CHAIN_MAX; roles <= ROLE_CHAIN_MAX + 1; roles++) {
		struct role_chain chain;
		struct profile_set *all;
		struct err e;
		struct buf config;
		buf_init(&config, 10000);
		buf_adds(&config, ROLE_A "source_profile = p1\n");
		for (int i = 1; i < roles; i++)
			buf_addf(&config, "[profile p%d]\nrole_arn = r%d\nsource_profile = p%d\n",
				i, i, i + 1);
		buf_addf(&config, "[profile p%d]\ncredential_process = x\n", roles);
		int rc = plan_text(buf_str(&config), NULL, &chain, &all, &e);
		if (roles == ROLE_CHAIN_MAX) {
			expect_whole(rc, 0, "16 roles: %s", e.message);
			expect_whole((int64_t)chain.count, 16, "16 roles");
			expect_text(chain.steps[0].role_arn, "r15", "the first");
			expect_text(chain.steps[15].profile, "a", "the last");
		} else {
			expect_whole(rc, -1, "17 roles");
			expect_holds(e.message, "more than 16", "17 roles");
		}
		profile_free(all);
		buf_free(&config);
	}
}

static void role_arns_and_external_ids_are_told(void **state) {
	(void)state;
	static const struct {
		const char *text;
		bool is_role;
	} arns[] = {
		{"arn:aws:iam::123456789012:role/monitoring", true},
		{"arn:aws-cn:iam::123456789012:role/path/to/R_+=,.@-9", true},
		{"arn:aws-us-gov:iam::123456789012:role/R", true},
		{"arn:aws:iam::12345678901:role/R", false},
		{"arn:aws:iam::1234567890123:role/R", false},
		{"arn:aws:iam::12345678901x:role/R", false},
		{"arn:aws:iam:eu-west-1:123456789012:role/R", false},
		{"arn:aws:sts::123456789012:role/R", false},
		{"arn:aws:sts::123456789012:assumed-role/R/s", false},
		{"arn:aws:iam::123456789012:user/R", false},
		{"arn:aws:iam::123456789012:role/", false},
		{"arn:aws:iam::123456789012:role", false},
		{"arn:aws:iam::123456789012:role/R R", false},
		{"arn:aws:iam::123456789012:role/a b/R", false},
		{"arn:azure:iam::123456789012:role/R", false},
		{"monitoring", false},
	};
	static const struct {
		const char *text;
		bool is_id;
	} ids[] = {{"12", true}, {"1", false}, {"", false}, {"aZ9_+=,.@:/-", true}, {"a b", false},
		{"a\nb", false}, {"a\\b", false}};
	char text[1226];
	for (size_t i = 0; i < LENGTH(arns); i++)
		expect_whole(arn_is_role(arns[i].text), arns[i].is_role, "%s", arns[i].text);
	for (size_t i = 0; i < LENGTH(ids); i++)
		expect_whole(arn_is_external_id(ids[i].text), ids[i].is_id, "%s", ids[i].text);
	memset(text, 'x', sizeof text - 1);
	text[1225] = '\0';
	expect_whole(arn_is_external_id(text), false, "1225 characters");
	text[1224] = '\0';
	expect_whole(arn_is_external_id(text), true, "1224 characters");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(published_chains_are_planned),
		UNIT_TEST(mistakes_are_named),
		UNIT_TEST(sources_are_named_in_any_case),
		UNIT_TEST(a_source_signs_in_by_what_it_has),
		UNIT_TEST(settings_may_sit_in_either_file),
		UNIT_TEST(chains_are_bounded),
		UNIT_TEST(role_arns_and_external_ids_are_told),
	};
	return cmocka_run_group_tests_name("role_chain", tests, NULL, NULL);
}
