#include "config.h"

#include "aws/http_proxy.h"

#include "base/file.h"
#include "base/text.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HOST_CHARS = 100 };

static const char *find_variable(bool is_https, const char **value) {
	static const char *const of_https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
		"ALL_PROXY", NULL};
	static const char *const of_http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
	for (const char *const *name = is_https ? of_https : of_http; *name; name++) {
		*value = env_get(*name);
		if (*value)
			return *name;
	}
	return NULL;
}

static char *part(CURLU *u, CURLUPart what) {
	char *text = NULL;
	return curl_url_get(u, what, &text, 0) == CURLUE_OK ? text : NULL;
}

static enum http_proxy_kind kind_of(const char *value, const char *scheme) {
	/* Without a scheme it is an HTTP proxy, whatever libcurl guesses from the name. */
	if (!scheme || !strstr(value, "://"))
		return HTTP_PROXY_PLAIN;
	if (text_equal_nocase(scheme, "socks", strlen("socks")))
		return HTTP_PROXY_SOCKS;
	return strcmp(scheme, "https") == 0 ? HTTP_PROXY_TLS : HTTP_PROXY_PLAIN;
}

static void read_value(CURLU *u, const char *variable, struct http_proxy *out) {
	char *scheme = part(u, CURLUPART_SCHEME);
	char *host = part(u, CURLUPART_HOST);
	char *port = part(u, CURLUPART_PORT);
	struct buf shown;
	out->kind = kind_of(out->value, scheme);
	/* libcurl's own defaults. */
	out->port = port ? strtol(port, NULL, 10) : out->kind == HTTP_PROXY_TLS ? 443 : 1080;
	buf_init(&shown, sizeof out->shown - 1);
	text_add_clean(&shown, host ? host : "?", MOST_HOST_CHARS);
	buf_addf(&shown, ":%ld (%s)", out->port, variable);
	(void)snprintf(out->shown, sizeof out->shown, "%s", buf_str(&shown));
	buf_free(&shown);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
}

void http_proxy_find(const char *url, struct http_proxy *out) {
	*out = (struct http_proxy){0};
	out->is_tunnel = text_equal_nocase(url, "https://", strlen("https://"));
	const char *variable = find_variable(out->is_tunnel, &out->value);
	CURLU *u = variable ? curl_url() : NULL;
	if (!u)
		return;
	if (curl_url_set(u, CURLUPART_URL, out->value,
		    CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) == CURLUE_OK) {
		read_value(u, variable, out);
	} else {
		out->kind = HTTP_PROXY_PLAIN;
		(void)snprintf(out->shown, sizeof out->shown, "that %s names", variable);
	}
	curl_url_cleanup(u);
}

enum http_failure http_proxy_classify(const struct http_proxy *p, enum http_failure failure,
	long status) {
	bool no_tunnel = p->is_tunnel && p->kind != HTTP_PROXY_SOCKS && status / 100 != 2;
	switch (failure) {
	case HTTP_FAILED_CONNECT:
		return HTTP_FAILED_PROXY;
	case HTTP_FAILED_CERTIFICATE:
	case HTTP_FAILED_TLS:
		return no_tunnel && p->kind == HTTP_PROXY_TLS ? HTTP_FAILED_PROXY : failure;
	case HTTP_FAILED_TIMEOUT:
	case HTTP_FAILED_TRANSFER:
		if (!no_tunnel)
			return failure;
		return status >= 300 && status <= 499 ? HTTP_REFUSED_BY_PROXY : HTTP_FAILED_PROXY;
	default:
		return failure;
	}
}

bool http_proxy_is_quoted(const struct http_proxy *p, const char *words) {
	char beginning[16];
	if (!p->value || !strchr(p->value, '@'))
		return false;
	(void)snprintf(beginning, sizeof beginning, "%s", p->value);
	return strstr(words, beginning) != NULL;
}
