/* URLs and response headers; exchanges themselves are left to the end-to-end tests. */
#include "config.h"

#include "support.h"

#include "aws/http/http.h"
#include "aws/http/proxy.h"
#include "aws/http/url.h"

#include <string.h>

static void urls_are_split(void **state) {
	(void)state;
	static const struct {
		const char *url, *host_header, *path;
		bool is_https;
	} cases[] = {
		{"http://h", "h", "/", false},
		{"https://h/", "h", "/", true},
		{"https://ecs.eu-west-1.amazonaws.com", "ecs.eu-west-1.amazonaws.com", "/", true},
		{"https://ECS.Eu-West-1.AmazonAWS.com/", "ecs.eu-west-1.amazonaws.com", "/", true},
		{"HTTPS://h", "h", "/", true},
		{"https://h:443/x", "h", "/x", true},
		{"http://h:80/x/", "h", "/x/", false},
		{"http://h:443", "h:443", "/", false},
		{"https://h:80", "h:80", "/", true},
		{"http://127.0.0.1:5000/", "127.0.0.1:5000", "/", false},
		{"http://[::1]:5000/", "[::1]:5000", "/", false},
		{"http://[::1]/", "[::1]", "/", false},
		{"https://h:65535/a%20b/c:d@e/", "h:65535", "/a%20b/c:d@e/", true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct http_url u;
		struct err e = {.code = ERR_NONE};
		expect_whole(http_url_split(cases[i].url, &u, &e), 0, "%s: %s", cases[i].url,
			e.message);
		expect_text(u.host_header, cases[i].host_header, "%s: Host", cases[i].url);
		expect_text(u.path, cases[i].path, "%s: path", cases[i].url);
		expect(u.is_https == cases[i].is_https, "%s: scheme", cases[i].url);
		http_url_free(&u);
	}
}

static void other_urls_are_refused(void **state) {
	(void)state;
	static const char *const urls[] = {"", "h", "http://161.1%2521.2/x", "https://h%25i/",
		"h:80", "/x", "//h/x", "ftp://h", "file:///etc", "httpx://h", "http://", "http:///",
		"https:///x", "http:/h", "http:h", "http//h", "http://user@h/", "http://user:pw@h/",
		"http://:pw@h/", "http://h?q", "http://h/?", "http://h/?q=1", "http://h/#f",
		"http://h/a#", " http://h", "http://h ", "http://h/a b", "http://h\n",
		"http://h/\r\nX: y", "http://h:x", "http://h:0x50", "http://h:-1", "http://h:99999",
		"http://h:65536", "http://[::1", "http://::1/"};
	for (size_t i = 0; i < LENGTH(urls); i++) {
		struct http_url u;
		struct err e = {.code = ERR_NONE};
		expect_whole(http_url_split(urls[i], &u, &e), -1, "'%s'", urls[i]);
		expect_whole(e.code, ERR_SYNTAX, "'%s': code", urls[i]);
		expect(*e.message != '\0', "'%s': message", urls[i]);
		expect(strstr(e.message, "pw") == NULL, "'%s': no password is told", urls[i]);
		http_url_free(&u);
	}
}

/* A refusal is the proxy's, whatever error a version of libcurl makes of it: 8.23 says that it
 * could not connect, others that receiving failed. */
static void the_proxys_status_decides(void **state) {
	(void)state;
	static const struct {
		enum http_failure failure;
		long status;
		bool is_tunnel;
		enum http_failure wanted;
	} cases[] = {
		{HTTP_FAILED_CONNECT, 403, true, HTTP_REFUSED_BY_PROXY},
		{HTTP_FAILED_CONNECT, 407, true, HTTP_REFUSED_BY_PROXY},
		{HTTP_FAILED_PROXY, 407, true, HTTP_REFUSED_BY_PROXY},
		{HTTP_FAILED_TRANSFER, 403, true, HTTP_REFUSED_BY_PROXY},
		{HTTP_FAILED_TIMEOUT, 302, true, HTTP_REFUSED_BY_PROXY},
		{HTTP_FAILED_CONNECT, 502, true, HTTP_FAILED_PROXY},
		{HTTP_FAILED_TRANSFER, 502, true, HTTP_FAILED_PROXY},
		{HTTP_FAILED_CONNECT, 0, true, HTTP_FAILED_PROXY},
		{HTTP_FAILED_CONNECT, 0, false, HTTP_FAILED_PROXY},
		{HTTP_FAILED_TRANSFER, 200, true, HTTP_FAILED_TRANSFER},
		{HTTP_FAILED_TRANSFER, 0, false, HTTP_FAILED_TRANSFER},
		{HTTP_FAILED_CERTIFICATE, 200, true, HTTP_FAILED_CERTIFICATE},
		{HTTP_NO_FAILURE, 200, true, HTTP_NO_FAILURE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct http_proxy proxy = {.kind = HTTP_PROXY_PLAIN,
			.is_tunnel = cases[i].is_tunnel};
		expect_whole(http_proxy_classify(&proxy, cases[i].failure, cases[i].status),
			cases[i].wanted, "failure %d, status %ld", (int)cases[i].failure,
			cases[i].status);
	}
}

static void headers_are_found(void **state) {
	(void)state;
	struct http_response r = {.status = 200};
	char value[16];
	buf_init(&r.headers, 1000);
	buf_adds(&r.headers,
		"HTTP/1.1 200 OK\r\nDate: Thu\r\nX-Amzn-Query-Error2: no\r\n"
		"x-amzn-query-error: \t Throttling \t\r\nEmpty:\r\nNo-Blank:v\r\n"
		"Exact: 123456789012345\r\nToo-Long: 1234567890123456\r\n\r\n");
	static const struct {
		const char *name, *value;
		bool there;
	} cases[] = {{"date", "Thu", true}, {"DATE", "Thu", true},
		{"X-Amzn-Query-Error", "Throttling", true}, {"empty", "", true},
		{"no-blank", "v", true}, {"exact", "123456789012345", true},
		{"too-long", "", false}, {"absent", "", false}, {"Dat", "", false},
		{"HTTP/1.1 200 OK", "", false}, {"", "", false}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		memset(value, 'x', sizeof value);
		expect(http_header(&r, cases[i].name, value, sizeof value) == cases[i].there,
			"'%s'", cases[i].name);
		expect_text(value, cases[i].value, "'%s'", cases[i].name);
	}
	buf_free(&r.headers);
	/* No answer at all. */
	assert_false(http_header(&r, "date", value, sizeof value));
	assert_string_equal(value, "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(urls_are_split),
		UNIT_TEST(other_urls_are_refused),
		UNIT_TEST(the_proxys_status_decides),
		UNIT_TEST(headers_are_found),
	};
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
