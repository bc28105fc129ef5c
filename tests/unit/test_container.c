/* Container credentials: where they may come from, and the documents that hold them. */
#include "config.h"

#include "support.h"

#include "aws/identity/provider.h"
#include "aws/identity/metadata.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static int url_of(const char *relative, const char *full, struct buf *url, struct err *e) {
	struct http_url origin;
	buf_init(url, 4096);
	int rc = provider_container_url(relative, full, url, &origin, e);
	http_url_free(&origin);
	return rc;
}

/* botocore also takes a user in the URL; we never send one. */
static bool has_user(const char *url) {
	return strcmp(url, "http://user@127.0.0.1/") == 0;
}

static void hosts_are_those_of_the_cli(void **state) {
	(void)state;
	cJSON *data = vectors_load("config-vectors.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "container_full_uri")) {
		const char *full = vector_text(c, "url");
		struct err e = {.code = ERR_NONE};
		struct buf url;
		bool allowed = vector_flag(c, "allowed") && !has_user(full);
		expect_whole(url_of(NULL, full, &url, &e), allowed ? 0 : -1, "%s: %s", full,
			e.message);
		expect_whole(e.code, allowed ? ERR_NONE : ERR_CREDENTIALS, "%s: code", full);
		if (allowed)
			expect_text(buf_str(&url), full, "%s: unchanged", full);
		buf_free(&url);
		count++;
	}
	assert_int_equal(count, 18);
	cJSON_Delete(data);
}

static void urls_are_built(void **state) {
	(void)state;
	static const struct {
		const char *relative, *full, *url; /* url NULL: refused */
	} cases[] = {
		{"/v2/credentials/a-b", NULL, "http://169.254.170.2/v2/credentials/a-b"},
		{"/v2/credentials?id=a", "http://localhost/x",
			"http://169.254.170.2/v2/credentials?id=a"},
		{"", "http://localhost/x?id=a&b=c", "http://localhost/x?id=a&b=c"},
		{NULL, "http://LocalHost:8080", "http://LocalHost:8080"},
		{NULL, "http://127.0.0.1?x", "http://127.0.0.1?x"},
		{NULL, "http://[FD00:EC2::23]:80/v1", "http://[FD00:EC2::23]:80/v1"},
		{NULL, "https://user.example.com:8443/x", "https://user.example.com:8443/x"},
		{"v2", NULL, NULL},
		{"@example.com/", NULL, NULL},
		{".example.com/", NULL, NULL},
		{":80@example.com/", NULL, NULL},
		{"/a b", NULL, NULL},
		{"/a\r\nX: y", NULL, NULL},
		{"/a#b", NULL, NULL},
		{NULL, "http://127.1/x", NULL},
		{NULL, "http://0x7f.0.0.1/x", NULL},
		{NULL, "http://0177.0.0.1/x", NULL},
		{NULL, "http://127.0.0.1.:80/x", NULL},
		{NULL, "http://127.0.0.256/x", NULL},
		{NULL, "http://128.0.0.1/x", NULL},
		{NULL, "http://0.0.0.0/x", NULL},
		{NULL, "http://[::]/x", NULL},
		{NULL, "http://[fd00:ec2::254]/x", NULL},
		{NULL, "http://localhost.example.com/x", NULL},
		{NULL, "http://localhost@example.com/x", NULL},
		{NULL, "http://example.com?@localhost/", NULL},
		{NULL, "http://example.com\\@localhost/", NULL},
		{NULL, "http://example.com#@localhost/", NULL},
		{NULL, "http://%6cocalhost/x", NULL},
		{NULL, "ftp://localhost/x", NULL},
		{NULL, "file:///etc/passwd", NULL},
		{NULL, "localhost/x", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.code = ERR_NONE};
		struct buf url;
		int rc = url_of(cases[i].relative, cases[i].full, &url, &e);
		expect_whole(rc, cases[i].url ? 0 : -1, "case %zu: %s", i, e.message);
		if (cases[i].url)
			expect_text(buf_str(&url), cases[i].url, "case %zu", i);
		else
			expect_holds(e.message,
				cases[i].relative ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
						  : "AWS_CONTAINER_CREDENTIALS_FULL_URI",
				"case %zu: message", i);
		buf_free(&url);
	}
}

static enum metadata_verdict read_keys(const char *text, struct keys *out, struct err *e) {
	struct buf body;
	buf_init(&body, METADATA_MAX_BODY_BYTES);
	buf_adds(&body, text);
	enum metadata_verdict verdict = metadata_judge_keys(out, &body, e);
	buf_free(&body);
	return verdict;
}

static void published_documents_are_read(void **state) {
	(void)state;
	cJSON *data = vectors_load("responses.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "credentials")) {
		const char *id = vector_text(c, "id");
		const char *service = vector_text(c, "service");
		if (strcmp(service, "imds") != 0 && strcmp(service, "container") != 0)
			continue;
		struct keys found = {0};
		struct err e = {.code = ERR_NONE};
		const cJSON *wanted = vector_member(c, "credentials");
		enum metadata_verdict verdict = read_keys(vector_text(c, "body"), &found, &e);
		count++;
		if (cJSON_IsNull(wanted)) {
			expect_whole(verdict, METADATA_FINAL, "%s", id);
			expect_holds(e.message,
				"AssumeRoleUnauthorizedAccess&EC2 cannot assume the role", "%s",
				id);
			expect(!found.access_key_id, "%s: no keys", id);
			continue;
		}
		expect_whole(verdict, METADATA_TAKEN, "%s: %s", id, e.message);
		expect_text(found.access_key_id, vector_text(wanted, "access_key_id"), "%s", id);
		expect_text(found.secret_access_key, vector_text(wanted, "secret_access_key"), "%s",
			id);
		expect_text(found.session_token, vector_text(wanted, "session_token"), "%s", id);
		expect_whole(found.expires_s, (int64_t)vector_number(wanted, "expiration_epoch"),
			"%s", id);
		keys_free(&found);
	}
	assert_int_equal(count, 3);
	cJSON_Delete(data);
}

#define KEYS "\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\""
#define TIME ",\"Expiration\":\"2026-01-01T00:00:00Z\""

static void other_documents_are_not(void **state) {
	(void)state;
	static const struct {
		const char *body;
		enum metadata_verdict verdict;
	} cases[] = {
		{"", METADATA_UNFIT},
		{"[]", METADATA_UNFIT},
		{"{}", METADATA_UNFIT},
		{"<html>SECRET", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":\"SECRET\"" TIME, METADATA_UNFIT},
		{"{" KEYS TIME "}", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":\"\"" TIME "}", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":1" TIME "}", METADATA_UNFIT},
		{"{" KEYS ",\"token\":\"SECRET\"" TIME "}", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":\"SECRET\"}", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":\"SECRET\",\"Expiration\":1767225600}", METADATA_UNFIT},
		{"{" KEYS ",\"Token\":\"SECRET\",\"Expiration\":\"SECRET\"}", METADATA_UNFIT},
		{"{\"Code\":\"Failed\"," KEYS ",\"Token\":\"SECRET\"" TIME "}", METADATA_FINAL},
		{"{\"Code\":\"Failed\",\"Message\":7}", METADATA_FINAL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct keys found = {0};
		struct err e = {.code = ERR_NONE};
		expect_whole(read_keys(cases[i].body, &found, &e), (int64_t)cases[i].verdict,
			"case %zu", i);
		expect_whole(e.code, ERR_CREDENTIALS, "case %zu: code", i);
		expect(*e.message && !strstr(e.message, "SECRET"), "case %zu: message", i);
		expect(!found.access_key_id && !found.session_token, "case %zu: no keys", i);
		keys_free(&found);
	}
}

static void error_documents_are_cleaned(void **state) {
	(void)state;
	static const struct {
		const char *body, *message;
	} cases[] = {
		{"{\"Code\":\"a|b\",\"Message\":\"c\\nd\"}", "answered with a/b: c d"},
		{"{\"Code\":\"Failed\",\"Message\":\"\"}", "answered with Failed"},
		{"{\"Code\":\"Failed\",\"Message\":\"\\u200b\\r\\n\"}", "answered with Failed"},
		{"{\"Code\":\"\"}", "answered with an error without a code"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct keys found = {0};
		struct err e = {.code = ERR_NONE};
		expect_whole(read_keys(cases[i].body, &found, &e), METADATA_FINAL, "case %zu", i);
		expect_text(e.message, cases[i].message, "case %zu", i);
	}
}

/* Characters of four bytes fill the message's room before their number is too large. */
static void long_error_documents_keep_whole_characters(void **state) {
	(void)state;
	struct keys found = {0};
	struct err e = {.code = ERR_NONE};
	struct buf body;
	buf_init(&body, 4096);
	for (int i = 0; i < 280; i++)
		buf_adds(&body,
			i == 0             ? "{\"Code\":\"\xf0\x9f\x98\x80"
				: i == 80  ? "\",\"Message\":\"\xf0\x9f\x98\x80"
				: i == 279 ? "\"}"
					   : "\xf0\x9f\x98\x80");
	assert_int_equal(read_keys(buf_str(&body), &found, &e), METADATA_FINAL);
	expect(text_is_utf8(e.message, strlen(e.message)), "valid UTF-8");
	expect(strlen(e.message) > 500, "as much as there is room for");
	buf_free(&body);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(hosts_are_those_of_the_cli),
		UNIT_TEST(urls_are_built),
		UNIT_TEST(published_documents_are_read),
		UNIT_TEST(other_documents_are_not),
		UNIT_TEST(error_documents_are_cleaned),
		UNIT_TEST(long_error_documents_keep_whole_characters),
	};
	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
