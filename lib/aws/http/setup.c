/* How libcurl is set up for one exchange: trust, request, limits and callbacks. */
#include "config.h"

#include "aws/http/http_state.h"

#include "base/file.h"
#include "base/text.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { CONNECT_TIMEOUT_MS = 5000, MAX_CA_FILE_BYTES = 8 * 1024 * 1024 };

/* libcurl's callbacks: append the data, or refuse it to end the transfer. */
static size_t on_body(char *data, size_t size, size_t count, void *ctx) {
	struct exchange *x = ctx;
	buf_add(&x->body, data, size * count);
	return x->body.failed ? 0 : size * count;
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx) {
	struct exchange *x = ctx;
	size_t n = size * count;
	/* 100 Continue and a proxy's answer to CONNECT come first: only the last response's headers
	 * count. */
	if (n >= 5 && memcmp(data, "HTTP/", 5) == 0)
		buf_truncate(&x->response_headers, 0);
	buf_add(&x->response_headers, data, n);
	return x->response_headers.failed ? 0 : n;
}

/* The environment names the proxy; the port shows whether libcurl (which applies NO_PROXY) used
 * it. */
static curl_socket_t on_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a) {
	struct exchange *x = ctx;
	(void)purpose;
	const struct sockaddr_in *v4 = (const void *)&a->addr;
	const struct sockaddr_in6 *v6 = (const void *)&a->addr;
	if (a->family == AF_INET)
		x->peer_port = ntohs(v4->sin_port);
	else if (a->family == AF_INET6)
		x->peer_port = ntohs(v6->sin6_port);
	return socket(a->family, a->socktype, a->protocol);
}

CURLcode http_set_trust(const struct http *h, struct exchange *x) {
	const char *file = h->ca_file;
	const char *directory = NULL;
#if LIBCURL_VERSION_NUM >= 0x074600
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	if (!file && info->age >= CURLVERSION_SEVENTH) {
		file = info->cainfo;
		directory = info->capath;
	}
#endif
	if (!file && !directory)
		return CURLE_OK;
	/* From a directory OpenSSL reads only the certificate it needs, from a bundle all: 240
	 * million instructions for 144 certificates. With both set it would read the bundle again
	 * for each connection. */
	x->trusts_directory = file && directory && !h->certificate_is_missing;
	CURLcode rc = curl_easy_setopt(x->easy, CURLOPT_CAINFO, x->trusts_directory ? NULL : file);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(x->easy, CURLOPT_CAPATH,
			x->trusts_directory || !file ? directory : NULL);
	return rc;
}

bool http_trusts_nobody(const struct http *h) {
	static const char *const beginnings[] = {"-----BEGIN CERTIFICATE-----",
		"-----BEGIN X509 CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----"};
	struct buf text;
	struct err e;
	buf_init(&text, MAX_CA_FILE_BYTES);
	bool found = !h->ca_file || file_read(h->ca_file, "", NULL, &text, &e) != 0;
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		found = found || strstr(buf_str(&text), beginnings[i]);
	buf_free(&text);
	return !found;
}

static CURLcode set_security(const struct http *h, struct exchange *x, const char *url) {
	CURL *c = x->easy;
	CURLcode rc = CURLE_OK;
	bool plain = text_equal_nocase(url, "http://", strlen("http://"));
#if LIBCURL_VERSION_NUM >= 0x075500
	rc = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
#else
	rc = curl_easy_setopt(c, CURLOPT_PROTOCOLS,
		(long)(plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
#endif
	if (rc == CURLE_OK)
		rc = http_set_trust(h, x);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	return rc;
}

static CURLcode set_method(CURL *c, const struct http_request *r) {
	if (r->method == HTTP_GET)
		return curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
	CURLcode rc = curl_easy_setopt(c, CURLOPT_POST, 1L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	/* Without a pointer libcurl would read the body from standard input. */
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	if (rc == CURLE_OK && r->method == HTTP_PUT)
		rc = curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
	return rc;
}

static CURLcode set_request(CURL *c, const struct http_request *r, struct exchange *x) {
	CURLcode rc = curl_easy_setopt(c, CURLOPT_URL, r->url);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_HTTPHEADER, x->headers);
	if (rc == CURLE_OK)
		rc = set_method(c, r);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (rc == CURLE_OK && (r->no_proxy || *x->proxy.malformed))
		rc = curl_easy_setopt(c, CURLOPT_PROXY, r->no_proxy ? "" : http_proxy_refused);
	if (rc == CURLE_OK && r->no_proxy)
		rc = curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	return rc;
}

static CURLcode set_limits(CURL *c, int64_t timeout_ms, size_t max_body_bytes) {
	long connect_ms = timeout_ms < CONNECT_TIMEOUT_MS ? (long)timeout_ms : CONNECT_TIMEOUT_MS;
	CURLcode rc = curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max_body_bytes);
#if LIBCURL_VERSION_NUM >= 0x075700
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
	return rc;
}

static CURLcode set_callbacks(const struct http *h, CURL *c, struct exchange *x) {
	CURLcode rc = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->error_text);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_PRIVATE, x);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(c, CURLOPT_USERAGENT, h->user_agent);
	return rc;
}

CURLcode http_set_up(const struct http *h, const struct http_request *r, struct exchange *x) {
	CURLcode rc = set_security(h, x, r->url);
	if (rc == CURLE_OK)
		rc = set_request(x->easy, r, x);
	if (rc == CURLE_OK)
		rc = set_limits(x->easy, r->timeout_ms, x->body.max);
	if (rc == CURLE_OK)
		rc = set_callbacks(h, x->easy, x);
	return rc;
}
