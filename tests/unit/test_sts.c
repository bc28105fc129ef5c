/* STS: limits, request bodies, answers. Exchanges are left to the end-to-end tests. */
#include "config.h"

#include "support.h"

#include "aws/call/error.h"
#include "aws/identity/sts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROLE "arn:aws:iam::123456789012:role/RoleA"

/* --- limits --- */

static void limits_are_checked_before_asking(void **state) {
	(void)state;
	static char longest[4096];
	static const struct {
		struct sts_role role;
		const char *words; /* NULL: taken */
	} cases[] = {
		{{.role_arn = ROLE}, NULL},
		{{.role_arn = "arn:aws-us-gov:iam::123456789012:role/a/b/c"}, NULL},
		{{.role_arn = "arn:aws:iam::123456:r"}, "role_arn"},
		{{.role_arn = "arn:aws:iam::12345:"}, "role_arn&AWS_ROLE_ARN&ARN of a role"},
		{{.role_arn = "arn:aws:iam::123456789012:user/bob"}, "ARN of a role"},
		{{.role_arn = "RoleA"}, "role_arn"},
		{{.role_arn = "a-role-that-is-named-without-its-arn"}, "role_arn"},
		{{.role_arn = ROLE " "}, "role_arn"},
		{{.role_arn = ROLE "\n"}, "role_arn"},
		{{.role_arn = ""}, "role_arn"},
		{{.role_arn = ROLE, .session_name = "ab"}, NULL},
		{{.role_arn = ROLE, .session_name = "Az09_+=,.@-"}, NULL},
		{{.role_arn = ROLE, .session_name = "a"}, "role_session_name&2 to 64"},
		{{.role_arn = ROLE, .session_name = ""}, "role_session_name"},
		{{.role_arn = ROLE, .session_name = "a b"}, "role_session_name"},
		{{.role_arn = ROLE, .session_name = "a/b"}, "role_session_name"},
		{{.role_arn = ROLE, .session_name = "\xc3\xa4\xc3\xb6"}, "role_session_name"},
		{{.role_arn = ROLE, .external_id = "a:b/c=d"}, NULL},
		{{.role_arn = ROLE, .external_id = "x"}, "external_id&2 to 1224"},
		{{.role_arn = ROLE, .external_id = "a&b"}, "external_id"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		int rc = sts_check_role(&cases[i].role, &e);
		expect_whole(rc, cases[i].words ? -1 : 0, "case %zu: %s", i, e.message);
		if (cases[i].words) {
			expect_whole(e.code, ERR_CONFIG, "case %zu", i);
			expect_holds(e.message, cases[i].words, "case %zu", i);
		}
	}
	static const struct {
		size_t offset, most;
	} longs[] = {{offsetof(struct sts_role, role_arn), 2048},
		{offsetof(struct sts_role, session_name), 64},
		{offsetof(struct sts_role, external_id), 1224}};
	for (size_t i = 0; i < LENGTH(longs); i++) {
		struct sts_role role = {.role_arn = ROLE};
		memset(longest, 'x', sizeof longest);
		if (i == 0) {
			static const char begin[] = "arn:aws:iam::123456789012:role/";
			memcpy(longest, begin, sizeof begin - 1);
			longest[2000] = '/';
		}
		longest[longs[i].most + 1] = '\0';
		const char *value = longest;
		memcpy((char *)&role + longs[i].offset, &value, sizeof value);
		expect_whole(sts_check_role(&role, NULL), -1, "limit %zu: one more", i);
		longest[longs[i].most] = '\0';
		expect_whole(sts_check_role(&role, NULL), 0, "limit %zu: the longest", i);
	}
}

static void wrong_settings_are_not_sent(void **state) {
	(void)state;
	/* Nothing in it that could ask. */
	const struct provider_context context = {0};
	static char token[20002];
	struct keys out = {0};
	struct keys by = {0};
	struct err e = {.code = ERR_NONE};
	const struct sts_role bad = {.role_arn = "RoleA"};
	const struct sts_role good = {.role_arn = ROLE};
	assert_int_equal(sts_assume_role(&context, &bad, &by, &out, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_int_equal(sts_assume_role_with_web_identity(&context, &bad, "token", &out, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_int_equal(sts_assume_role_with_web_identity(&context, &good, "abc", &out, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	expect_holds(e.message, "token&4 to 20000", "a short token");
	memset(token, 'x', sizeof token - 1);
	assert_int_equal(sts_assume_role_with_web_identity(&context, &good, token, &out, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	expect_holds(e.message, "4 to 20000&not 20001", "a long token");
	assert_null(strstr(e.message, "xxxx"));
	/* Without a region there is nowhere to ask. */
	token[20000] = '\0';
	assert_int_equal(sts_assume_role_with_web_identity(&context, &good, token, &out, &e), -1);
	assert_int_equal(e.code, ERR_CREDENTIALS);
	expect_holds(e.message, "AWS_REGION", "no region");
}

/* --- request bodies --- */

static int hex(char c) {
	const char *digits = "0123456789ABCDEF";
	const char *at = strchr(digits, c);
	return c && at ? (int)(at - digits) : -1;
}

/* The value of a form field, decoded by the rules of application/x-www-form-urlencoded; NULL unless
 * it is there exactly once and encoded throughout. */
static const char *field(const char *body, const char *name) {
	static char value[40000];
	const char *found = NULL;
	size_t n = strlen(name);
	for (const char *at = body; at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
		if (strncmp(at, name, n) != 0 || at[n] != '=')
			continue;
		if (found)
			return NULL;
		found = at + n + 1;
	}
	size_t length = 0;
	for (; found && *found && *found != '&'; length++) {
		bool plain = isalnum((unsigned char)*found) || strchr("-_.~+", *found);
		if (!plain && (*found != '%' || hex(found[1]) < 0 || hex(found[2]) < 0))
			return NULL;
		value[length] = *found == '+' ? ' '
			: *found == '%'       ? (char)(hex(found[1]) * 16 + hex(found[2]))
					      : *found;
		found += *found == '%' ? 3 : 1;
	}
	value[length] = '\0';
	return found ? value : NULL;
}

static size_t fields(const char *body) {
	size_t n = 1;
	for (; *body; body++)
		n += *body == '&';
	return n;
}

static void bodies_are_forms(void **state) {
	(void)state;
	struct buf body;
	const struct sts_role bare = {.role_arn = ROLE};
	const struct sts_role whole = {.role_arn = ROLE,
		.session_name = "me+you=us,a.b@c-d_e",
		.external_id = "a:b/c",
		.duration_s = 7200};
	buf_init(&body, 100000);
	sts_add_assume_role(&body, &bare);
	expect_text(buf_str(&body),
		"Action=AssumeRole&Version=2011-06-15"
		"&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FRoleA"
		"&RoleSessionName=check_ecs_bottleneck",
		"by hand");
	buf_free(&body);
	sts_add_assume_role(&body, &whole);
	expect_text(field(buf_str(&body), "Action"), "AssumeRole", "role: action");
	expect_text(field(buf_str(&body), "Version"), "2011-06-15", "role: version");
	expect_text(field(buf_str(&body), "RoleArn"), ROLE, "role: ARN");
	expect_text(field(buf_str(&body), "RoleSessionName"), whole.session_name, "role: name");
	expect_text(field(buf_str(&body), "ExternalId"), "a:b/c", "role: external id");
	expect_text(field(buf_str(&body), "DurationSeconds"), "7200", "role: duration");
	expect_whole((int64_t)fields(buf_str(&body)), 6, "role: nothing else");
	buf_free(&body);
	static const char token[] = "eyJ0.a-b_c.&=+%\x7f\xc3\xa9 ~*";
	sts_add_web_identity(&body, &whole, token);
	expect_text(field(buf_str(&body), "Action"), "AssumeRoleWithWebIdentity", "web: action");
	expect_text(field(buf_str(&body), "Version"), "2011-06-15", "web: version");
	expect_text(field(buf_str(&body), "RoleArn"), ROLE, "web: ARN");
	expect_text(field(buf_str(&body), "RoleSessionName"), whole.session_name, "web: name");
	expect_text(field(buf_str(&body), "WebIdentityToken"), token, "web: token");
	expect_text(field(buf_str(&body), "DurationSeconds"), "7200", "web: duration");
	/* That operation knows no external id. */
	expect_whole((int64_t)fields(buf_str(&body)), 6, "web: nothing else");
	buf_free(&body);
}

/* --- answers --- */

static void set_body(struct buf *out, const char *text) {
	buf_init(out, 100000);
	buf_adds(out, text);
}

static void check_answer(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const cJSON *wanted = vector_member(c, "credentials");
	/* STS is not asked for JSON: it promises XML alone (s04, s05). */
	bool is_read = !cJSON_IsNull(wanted) && strcmp(vector_text(c, "format"), "xml") == 0;
	struct keys out = {0};
	struct err e = {.code = ERR_NONE};
	struct buf body;
	set_body(&body, vector_text(c, "body"));
	expect_whole(sts_read_keys(vector_text(c, "op"), &body, &out, &e), is_read ? 0 : -1,
		"%s: %s", id, e.message);
	if (is_read) {
		expect_text(out.access_key_id, vector_text(wanted, "access_key_id"), "%s", id);
		expect_text(out.secret_access_key, vector_text(wanted, "secret_access_key"), "%s",
			id);
		expect_text(out.session_token, vector_text(wanted, "session_token"), "%s", id);
		expect_whole(out.expires_s, (int64_t)vector_number(wanted, "expiration_epoch"),
			"%s", id);
	} else {
		expect(out.access_key_id == NULL, "%s: no keys", id);
		expect_whole(e.code, ERR_SYNTAX, "%s", id);
		expect(strstr(e.message, "EXAMPLE") == NULL, "%s: nothing is quoted", id);
	}
	keys_free(&out);
	buf_free(&body);
}

static void the_answer_cases_hold(void **state) {
	(void)state;
	cJSON *data = vectors_load("responses.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "credentials")) {
		if (strcmp(vector_text(c, "service"), "sts") != 0)
			continue;
		check_answer(c);
		checked++;
	}
	assert_int_equal(checked, 6);
	cJSON_Delete(data);
}

#define ANSWER(credentials)                                               \
	"<AssumeRoleResponse><AssumeRoleResult><Credentials>" credentials \
	"</Credentials></AssumeRoleResult></AssumeRoleResponse>"
#define ID      "<AccessKeyId>ASIAX</AccessKeyId>"
#define SECRET  "<SecretAccessKey>SECRETX</SecretAccessKey>"
#define TOKEN   "<SessionToken>TOKENX</SessionToken>"
#define EXPIRES "<Expiration>2026-01-01T01:00:00Z</Expiration>"

static void what_is_no_answer_is_refused(void **state) {
	(void)state;
	static const struct {
		const char *body, *words; /* NULL: read */
	} cases[] = {
		{ANSWER(ID SECRET TOKEN EXPIRES), NULL},
		{ANSWER(EXPIRES TOKEN SECRET ID "<New/>"), NULL},
		{ANSWER(SECRET TOKEN EXPIRES), "no AccessKeyId"},
		{ANSWER(ID TOKEN EXPIRES), "no SecretAccessKey"},
		{ANSWER(ID SECRET EXPIRES), "no SessionToken"},
		{ANSWER(ID SECRET TOKEN), "no Expiration"},
		{ANSWER(ID SECRET "<SessionToken/>" EXPIRES), "no SessionToken"},
		{ANSWER(ID SECRET TOKEN "<Expiration>soon</Expiration>"), "Expiration is no"},
		{ANSWER(ID SECRET TOKEN "<Expiration>1767229200</Expiration>"), "Expiration"},
		{ANSWER(ID ID SECRET TOKEN EXPIRES), "twice"},
		{ANSWER(ID SECRET "<SessionToken><t>TOKENX</t></SessionToken>" EXPIRES), "element"},
		{"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>" ID
				SECRET TOKEN EXPIRES
		 "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
			"no AccessKeyId"},
		{"<AssumeRoleResponse>" ID SECRET TOKEN EXPIRES "</AssumeRoleResponse>",
			"no AccessKeyId"},
		{"<html>captive portal</html>", "no AccessKeyId"},
		{"<!DOCTYPE html><html/>", "document type"},
		{"", "not valid XML"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct keys out = {0};
		struct err e = {.code = ERR_NONE};
		struct buf body;
		set_body(&body, cases[i].body);
		expect_whole(sts_read_keys("AssumeRole", &body, &out, &e), cases[i].words ? -1 : 0,
			"case %zu: %s", i, e.message);
		if (cases[i].words)
			expect_holds(e.message, cases[i].words, "case %zu", i);
		else
			expect_text(out.session_token, "TOKENX", "case %zu", i);
		expect(strstr(e.message, "SECRETX") == NULL && strstr(e.message, "TOKENX") == NULL,
			"case %zu: no secret in the message", i);
		keys_free(&out);
		buf_free(&body);
	}
}

#define WHO(members)                                                                      \
	"<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">" \
	"<GetCallerIdentityResult>" members                                               \
	"</GetCallerIdentityResult></GetCallerIdentityResponse>"

/* The members are those of the API Reference's example. */
static void an_identity_is_read(void **state) {
	(void)state;
	static const char arn[] = "arn:aws:sts::123456789012:federated-user/my-federated-user-name";
	static const struct {
		const char *body, *arn, *words;
	} cases[] = {
		{WHO("<UserId>123456789012:my-federated-user-name</UserId><Account>123456789012</Account>"
		     "<Arn>arn:aws:sts::123456789012:federated-user/my-federated-user-name</Arn>"),
			arn, NULL},
		{WHO("<Account>123456789012</Account>"), "", "no Account and Arn"},
		{WHO("<Arn>arn:aws:iam::1:root</Arn>"), "", "no Account and Arn"},
		{WHO("<Arn>a</Arn><Arn>b</Arn><Account>1</Account>"), "", "twice"},
		{"<AssumeRoleResponse/>", "", "no Account and Arn"},
		{"", "", "not valid XML"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct sts_identity out;
		struct err e = {.code = ERR_NONE};
		struct buf body;
		set_body(&body, cases[i].body);
		expect_whole(sts_read_identity(&body, &out, &e), cases[i].words ? -1 : 0,
			"case %zu: %s", i, e.message);
		expect_text(out.arn, cases[i].arn, "case %zu", i);
		expect_text(out.account, cases[i].words ? "" : "123456789012", "case %zu", i);
		if (cases[i].words)
			expect_holds(e.message, cases[i].words, "case %zu", i);
		buf_free(&body);
	}
}

static void an_identity_is_clean(void **state) {
	(void)state;
	struct sts_identity out;
	struct err e = {.code = ERR_NONE};
	struct buf body;
	set_body(&body, WHO("<Account>1|2</Account><Arn>a|b&#10;c</Arn>"));
	assert_int_equal(sts_read_identity(&body, &out, &e), 0);
	expect(!strpbrk(out.account, "|\n") && !strpbrk(out.arn, "|\n"), "%s %s", out.account,
		out.arn);
	expect(strchr(out.arn, 'a') && strchr(out.arn, 'c'), "what is harmless stays: %s", out.arn);
	buf_free(&body);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(limits_are_checked_before_asking),
		UNIT_TEST(wrong_settings_are_not_sent),
		UNIT_TEST(bodies_are_forms),
		UNIT_TEST(the_answer_cases_hold),
		UNIT_TEST(what_is_no_answer_is_refused),
		UNIT_TEST(an_identity_is_read),
		UNIT_TEST(an_identity_is_clean),
	};
	return cmocka_run_group_tests_name("sts", tests, NULL, NULL);
}
