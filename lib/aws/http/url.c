#include "config.h"

#include "aws/http/url.h"

#include "aws/http/http.h"
#include "base/crypto.h"
#include "base/text.h"

#include <curl/curl.h>

#include <stdlib.h>
#include <string.h>

/* Messages never quote the URL: it may hold a password. */

/* A copy of one part of a URL (NULL: absent). Sets *failed when out of memory. */
static char *url_part(CURLU *u, CURLUPart part, bool *failed) {
	char *text = NULL;
	CURLUcode rc = curl_url_get(u, part, &text, 0);
	if (rc == CURLUE_OUT_OF_MEMORY)
		*failed = true;
	if (rc != CURLUE_OK)
		return NULL;
	char *copy = text_dup(text, strlen(text));
	*failed = *failed || !copy;
	curl_free(text);
	return copy;
}

static char *make_host_header(const char *host, const char *port, bool is_https) {
	struct buf b;
	buf_init(&b, HTTP_MAX_HEADER_BYTES);
	for (const char *c = host; *c; c++)
		buf_addc(&b, text_lower(*c));
	if (port && strcmp(port, is_https ? "443" : "80") != 0)
		buf_addf(&b, ":%s", port);
	char *text = buf_take(&b);
	buf_free(&b);
	return text;
}

/* libcurl decodes "%25" in a host, and would decode the result again in the next URL. */
static bool is_half_decoded(const char *host) {
	return host[0] != '[' && strchr(host, '%');
}

static int split_parsed(CURLU *u, struct http_url *out, struct err *e) {
	bool failed = false;
	int rc = -1;
	char *scheme = url_part(u, CURLUPART_SCHEME, &failed);
	char *host = url_part(u, CURLUPART_HOST, &failed);
	char *port = url_part(u, CURLUPART_PORT, &failed);
	char *user = url_part(u, CURLUPART_USER, &failed);
	/* Up to libcurl 7.74 a password can stand without a user. */
	char *password = url_part(u, CURLUPART_PASSWORD, &failed);
	out->path = url_part(u, CURLUPART_PATH, &failed);
	if (failed)
		(void)err_no_memory(e);
	else if (!scheme || (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
		(void)err_set(e, ERR_SYNTAX, "the URL must begin with http:// or https://");
	else if (!host || !*host || is_half_decoded(host) || user || password)
		(void)err_set(e, ERR_SYNTAX,
			"the URL must have a host and no user name or password");
	else
		rc = 0;
	if (rc == 0) {
		out->is_https = strcmp(scheme, "https") == 0;
		out->host_header = make_host_header(host, port, out->is_https);
		if (!out->host_header || !out->path)
			rc = err_no_memory(e);
	}
	free(scheme);
	free(host);
	free(port);
	free(user);
	crypto_free_secret(password);
	return rc;
}

int http_url_split(const char *url, struct http_url *out, struct err *e) {
	const size_t max_bytes = HTTP_MAX_HEADER_BYTES / 2;
	*out = (struct http_url){0};
	if (strpbrk(url, "?#"))
		return err_set(e, ERR_SYNTAX, "the URL must have no query and no fragment");
	if (strlen(url) > max_bytes || strpbrk(url, " \t\r\n"))
		return err_set(e, ERR_SYNTAX,
			"the URL must have no blanks and at most %zu characters", max_bytes);
	/* libcurl also accepts one slash, or three. */
	const char *host = strstr(url, "://");
	if (!host || host[3] == '/' || host[3] == '\0')
		return err_set(e, ERR_SYNTAX, "the URL is not valid; write https://HOST[:PORT]");
	CURLU *u = curl_url();
	if (!u)
		return err_no_memory(e);
	int rc = -1;
	CURLUcode parsed = curl_url_set(u, CURLUPART_URL, url, 0);
	if (parsed == CURLUE_OUT_OF_MEMORY)
		(void)err_no_memory(e);
	else if (parsed != CURLUE_OK)
		(void)err_set(e, ERR_SYNTAX, "the URL is not valid; write https://HOST[:PORT]");
	else
		rc = split_parsed(u, out, e);
	curl_url_cleanup(u);
	return rc;
}

void http_url_free(struct http_url *u) {
	free(u->host_header);
	free(u->path);
	*u = (struct http_url){0};
}
