/* Signature Version 4, stage by stage, against the published test suite and computed cases. */
#include "config.h"

#include "support.h"

#include "aws/call/sigv4.h"

#include <stdio.h>
#include <string.h>

enum { MAX_HEADERS = 12, TEXT_BYTES = 65536 };

/* Cases of S3, whose paths are signed as they are: our signer always normalises, and never serves
 * S3. */
static const char *const not_ours[] = {"get-relative-relative-unnormalized",
	"get-relative-unnormalized", "get-slash-dot-slash-unnormalized",
	"get-slash-pointless-dot-unnormalized", "get-slash-unnormalized",
	"get-slashes-unnormalized"};

static bool is_listed(const char *name, const char *const *list, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

struct signing {
	struct sigv4_header headers[MAX_HEADERS];
	struct sigv4_request request;
	struct sigv4_signer signer;
};

static void add_header(struct signing *s, const char *name, const char *value) {
	assert_true(s->request.header_count < MAX_HEADERS);
	s->headers[s->request.header_count++] = (struct sigv4_header){name, value};
	s->request.headers = s->headers;
}

static void set_up(struct signing *s, const cJSON *c, const char *target) {
	const char *body = vector_text(c, "body");
	*s = (struct signing){.request = {.method = vector_text(c, "method"),
				      .target = target,
				      .body = body,
				      .body_len = strlen(body)},
		.signer = {.access_key_id = vector_text(c, "access_key_id"),
			.secret_access_key = vector_text(c, "secret_access_key"),
			.region = vector_text(c, "region"),
			.service = vector_text(c, "service"),
			.amz_date = vector_text(c, "amz_date")}};
	add_header(s, "X-Amz-Date", s->signer.amz_date);
	const cJSON *header;
	cJSON_ArrayForEach(header, vector_member(c, "headers")) {
		const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(header, 0));
		if (strcmp(name, "User-Agent") != 0) /* never signed, so never given */
			add_header(s, name, cJSON_GetStringValue(cJSON_GetArrayItem(header, 1)));
	}
}

static void check_stages(struct signing *s, const cJSON *c) {
	const char *name = vector_text(c, "name");
	struct err e = {.code = ERR_NONE};
	struct buf canonical, names, to_sign, authorization;
	buf_init(&canonical, TEXT_BYTES);
	buf_init(&names, TEXT_BYTES);
	buf_init(&to_sign, TEXT_BYTES);
	buf_init(&authorization, TEXT_BYTES);
	expect_whole(sigv4_canonical_request(&s->request, &canonical, &names, &e), 0, "%s", name);
	expect_text(buf_str(&canonical), vector_text(c, "canonical_request"),
		"%s: canonical request", name);
	const char *wanted_names = vector_text_or_null(c, "signed_headers");
	if (wanted_names)
		expect_text(buf_str(&names), wanted_names, "%s: signed headers", name);
	expect_whole(sigv4_string_to_sign(&s->signer, vector_text(c, "canonical_request"), &to_sign,
			     &e),
		0, "%s", name);
	expect_text(buf_str(&to_sign), vector_text(c, "string_to_sign"), "%s: string to sign",
		name);
	expect_whole(sigv4_sign(&s->request, &s->signer, &authorization, &e), 0, "%s", name);
	expect_text(buf_str(&authorization), vector_text(c, "authorization"), "%s: authorization",
		name);
	buf_free(&canonical);
	buf_free(&names);
	buf_free(&to_sign);
	buf_free(&authorization);
}

static void the_published_suite_holds(void **state) {
	(void)state;
	cJSON *suite = vectors_load("sigv4/suite.json");
	size_t passed_over = 0;
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(suite, "cases")) {
		if (is_listed(vector_text(c, "name"), not_ours, LENGTH(not_ours))) {
			expect(!vector_flag(c, "normalize_path"), "%s is a case of S3",
				vector_text(c, "name"));
			passed_over++;
			continue;
		}
		struct signing s;
		set_up(&s, c, vector_text(c, "target"));
		const char *token = vector_text(c, "session_token");
		if (token && vector_flag(c, "sign_session_token"))
			add_header(&s, "X-Amz-Security-Token", token);
		const char *canonical = vector_text(c, "canonical_request");
		if (vector_flag(c, "add_content_sha256_header"))
			add_header(&s, "X-Amz-Content-Sha256", strrchr(canonical, '\n') + 1);
		check_stages(&s, c);
		checked++;
	}
	assert_int_equal(passed_over, LENGTH(not_ours));
	assert_int_equal(checked, 32);
	cJSON_Delete(suite);
}

static void to_hex(const unsigned char *bytes, size_t n, char *out) {
	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void the_service_cases_hold(void **state) {
	(void)state;
	cJSON *cases = vectors_load("sigv4/service-cases.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(cases, "cases")) {
		struct signing s;
		const char *host = strstr(vector_text(c, "url"), "://") + 3;
		set_up(&s, c, strchr(host, '/'));
		add_header(&s, "Host", vector_text(c, "host_header"));
		if (vector_text(c, "session_token"))
			add_header(&s, "X-Amz-Security-Token", vector_text(c, "session_token"));
		check_stages(&s, c);
		unsigned char key[CRYPTO_SHA256_BYTES];
		char hex[2 * sizeof key + 1];
		expect_whole(sigv4_signing_key(&s.signer, key, NULL), 0, "%s",
			vector_text(c, "name"));
		to_hex(key, sizeof key, hex);
		expect_text(hex, vector_text(c, "signing_key_hex"), "%s: signing key",
			vector_text(c, "name"));
		checked++;
	}
	assert_int_equal(checked, 19);
	cJSON_Delete(cases);
}

/* The second and third line: path and query. */
static void check_target(const char *target, const char *path, const char *query) {
	const struct sigv4_header headers[] = {{"Host", "h"}, {"X-Amz-Date", "20260101T000000Z"}};
	const struct sigv4_request r = {.method = "POST",
		.target = target,
		.headers = headers,
		.header_count = 2,
		.body = "",
		.body_len = 0};
	struct buf canonical, names;
	char wanted[512];
	buf_init(&canonical, TEXT_BYTES);
	buf_init(&names, TEXT_BYTES);
	assert_int_equal(sigv4_canonical_request(&r, &canonical, &names, NULL), 0);
	(void)snprintf(wanted, sizeof wanted, "POST\n%s\n%s\nhost:h\n", path, query);
	expect(strncmp(buf_str(&canonical), wanted, strlen(wanted)) == 0,
		"%s signs as %s and '%s':\n%s", target, path, query, buf_str(&canonical));
	buf_free(&canonical);
	buf_free(&names);
}

/* The published recipe: a path is encoded once more, a query is sorted by name, then value. */
static void paths_and_queries_are_canonical(void **state) {
	(void)state;
	static const char *const cases[][3] = {{"/", "/", ""}, {"/a%20b", "/a%2520b", ""},
		{"/%7e", "/%257e", ""}, {"/a*b", "/a%2Ab", ""}, {"/a/../../b", "/b", ""},
		{"/a/b/..", "/a/", ""}, {"/a/.", "/a/", ""}, {"/.a/..b/c..", "/.a/..b/c..", ""},
		{"/?", "/", ""}, {"/?b=2&a=2&a=1", "/", "a=1&a=2&b=2"}, {"/?b&a", "/", "a=&b="},
		{"/?a=%2F", "/", "a=%2F"}, {"/?a=b=c", "/", "a=b%3Dc"},
		{"/x?A=1&a=2", "/x", "A=1&a=2"}};
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_target(cases[i][0], cases[i][1], cases[i][2]);
}

static void headers_are_canonical(void **state) {
	(void)state;
	const struct sigv4_header headers[] = {{"X-B", "\t v  w \t"}, {"host", "h"}, {"X-A", ""},
		{"x-b", "z"}, {"X-Amz-Date", "20260101T000000Z"}, {"X", "1"}, {"x-amz", "2"}};
	const struct sigv4_request r = {.method = "POST",
		.target = "/",
		.headers = headers,
		.header_count = LENGTH(headers),
		.body = "a\0b",
		.body_len = 3};
	struct buf canonical, names;
	buf_init(&canonical, TEXT_BYTES);
	buf_init(&names, TEXT_BYTES);
	assert_int_equal(sigv4_canonical_request(&r, &canonical, &names, NULL), 0);
	assert_string_equal(buf_str(&names), "host;x;x-a;x-amz;x-amz-date;x-b");
	/* printf 'a\0b' | openssl dgst -sha256 */
	assert_string_equal(buf_str(&canonical),
		"POST\n/\n\nhost:h\nx:1\nx-a:\nx-amz:2\nx-amz-date:20260101T000000Z\nx-b:v w,z\n\n"
		"host;x;x-a;x-amz;x-amz-date;x-b\n"
		"59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138");
	buf_free(&canonical);
	buf_free(&names);
}

static void texts_are_bounded(void **state) {
	(void)state;
	struct buf authorization;
	struct err e = {.code = ERR_NONE};
	static char huge[SIGV4_MAX_BYTES + 2];
	memset(huge, 'a', sizeof huge - 1);
	const struct sigv4_header headers[] = {{"Host", "h"}, {"X-Amz-Date", "20260101T000000Z"},
		{"X-Huge", huge}};
	const struct sigv4_request r = {.method = "POST",
		.target = "/",
		.headers = headers,
		.header_count = 3,
		.body = "",
		.body_len = 0};
	const struct sigv4_signer s = {.access_key_id = "AKIDEXAMPLE",
		.secret_access_key = "x",
		.region = "us-east-1",
		.service = "ecs",
		.amz_date = "20260101T000000Z"};
	buf_init(&authorization, TEXT_BYTES);
	assert_int_equal(sigv4_sign(&r, &s, &authorization, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	buf_free(&authorization);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_published_suite_holds),
		UNIT_TEST(the_service_cases_hold),
		UNIT_TEST(paths_and_queries_are_canonical),
		UNIT_TEST(headers_are_canonical),
		UNIT_TEST(texts_are_bounded),
	};
	return cmocka_run_group_tests_name("sigv4", tests, NULL, NULL);
}
