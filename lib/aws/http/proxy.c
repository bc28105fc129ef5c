#include "config.h"

#include "aws/http/proxy.h"

#include "base/crypto.h"
#include "base/env.h"
#include "base/ini.h"
#include "base/secrets.h"
#include "base/text.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HOST_CHARS = 100 };

const char http_proxy_refused[] = "http://malformed:proxy";

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

static bool has_exceptions(void) {
	static const char *const names[] = {"no_proxy", "NO_PROXY"};
	return env_get(names[0]) || env_get(names[1]);
}

static char *get_part(CURLU *u, CURLUPart what, unsigned flags) {
	char *text = NULL;
	return curl_url_get(u, what, &text, flags) == CURLUE_OK ? text : NULL;
}

static void free_secret(char *text) {
	if (text)
		crypto_wipe(text, strlen(text));
	curl_free(text);
}

static enum http_proxy_kind kind_of(const char *value, const char *scheme) {
	/* Without a scheme it is an HTTP proxy, whatever libcurl guesses from the name. */
	if (!scheme || !strstr(value, "://"))
		return HTTP_PROXY_PLAIN;
	if (text_equal_nocase(scheme, "socks", strlen("socks")))
		return HTTP_PROXY_SOCKS;
	return strcmp(scheme, "https") == 0 ? HTTP_PROXY_TLS : HTTP_PROXY_PLAIN;
}

/* Why the value's text names no proxy. Strict where libcurl guesses: a wrong guess of the host
 * would be looked up and printed. */
static const char *why_malformed(const char *value) {
	const char *separator = strstr(value, "://");
	const char *authority = separator ? separator + 3 : value;
	const char *slash = strchr(authority, '/');
	if (*value == '"' || *value == '\'')
		return ini_advice(value, "it begins with a quote");
	const char *at = strrchr(authority, '@');
	if (at && strcspn(authority, "@/?#") < (size_t)(at - authority))
		return "its user name or password has an @, /, ? or # that is not written as %XX";
	/* "http//proxy:3128", "http:/proxy:3128": libcurl would take "http" for the host. */
	if (!separator && slash && slash[1])
		return "there is a / in it, but no :// after a scheme";
	/* Up to 7.74 or so libcurl takes them. */
	if (strpbrk(value, " \t\r\n"))
		return ini_advice(value, "it is not a valid URL");
	return NULL;
}

static const char *why_not_parsed(const char *value, CURLUcode rc) {
	return ini_advice(value,
		rc == CURLUE_BAD_PORT_NUMBER
			? "what follows the last colon is not a port number; an @ must follow a password"
			: "it is not a valid URL");
}

static bool is_known_scheme(const char *scheme) {
	static const char *const known[] = {"http", "https", "socks", "socks4", "socks4a", "socks5",
		"socks5h"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (text_is_word(scheme, known[i]))
			return true;
	return false;
}

/* libcurl sends user and password decoded. */
static int keep_password(CURLU *u, struct err *e) {
	char *raw = get_part(u, CURLUPART_PASSWORD, 0);
	char *user = get_part(u, CURLUPART_USER, CURLU_URLDECODE);
	char *password = get_part(u, CURLUPART_PASSWORD, CURLU_URLDECODE);
	int rc = secrets_keep(raw, e);
	if (rc == 0 && password)
		rc = secrets_keep_login(user ? user : "", password, e);
	free_secret(raw);
	curl_free(user);
	free_secret(password);
	return rc;
}

static void read_value(CURLU *u, struct http_proxy *out) {
	char *scheme = get_part(u, CURLUPART_SCHEME, 0);
	char *host = get_part(u, CURLUPART_HOST, 0);
	char *port = get_part(u, CURLUPART_PORT, 0);
	struct buf shown;
	out->kind = kind_of(out->value, scheme);
	/* libcurl's own defaults. */
	out->port = port ? strtol(port, NULL, 10) : out->kind == HTTP_PROXY_TLS ? 443 : 1080;
	if (strstr(out->value, "://") && !is_known_scheme(scheme))
		(void)snprintf(out->malformed, sizeof out->malformed,
			"its scheme %.20s is not http, https or socks", scheme ? scheme : "?");
	buf_init(&shown, sizeof out->shown - 1);
	text_add_clean(&shown, host ? host : "?", MAX_HOST_CHARS);
	buf_addf(&shown, ":%ld (%s)", out->port, out->variable);
	if (!*out->malformed)
		(void)snprintf(out->shown, sizeof out->shown, "%s", buf_str(&shown));
	buf_free(&shown);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
}

/* Keeps what may be a password in a value that is not a URL. */
static int keep_malformed(const char *value, struct err *e) {
	const char *separator = strstr(value, "://");
	const char *authority = separator ? separator + strlen("://") : value;
	const char *at = strrchr(authority, '@');
	const char *end = at ? at : authority + strlen(authority);
	const char *colon = memchr(authority, ':', (size_t)(end - authority));
	if (!colon)
		return 0;
	char *password = text_dup(colon + 1, (size_t)(end - colon - 1));
	int rc = password ? secrets_keep(password, e) : err_no_memory(e);
	crypto_free_secret(password);
	return rc;
}

static int keep_value(const char *value, struct err *e) {
	CURLU *u = curl_url();
	if (!u)
		return err_no_memory(e);
	CURLUcode rc = curl_url_set(u, CURLUPART_URL, value,
		CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
	int kept = rc == CURLUE_OK ? keep_password(u, e) : keep_malformed(value, e);
	curl_url_cleanup(u);
	return kept;
}

int http_proxy_keep_passwords(struct err *e) {
	static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy",
		"HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = env_get(names[i]);
		if (value && keep_value(value, e))
			return -1;
	}
	return 0;
}

int http_proxy_find(const char *url, struct http_proxy *out, struct err *e) {
	*out = (struct http_proxy){0};
	out->is_tunnel = text_equal_nocase(url, "https://", strlen("https://"));
	out->variable = find_variable(out->is_tunnel, &out->value);
	if (!out->variable)
		return 0;
	out->has_exceptions = has_exceptions();
	CURLU *u = curl_url();
	if (!u)
		return err_no_memory(e);
	CURLUcode rc = curl_url_set(u, CURLUPART_URL, out->value,
		CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
	out->kind = HTTP_PROXY_PLAIN;
	const char *why = why_malformed(out->value);
	if (!why && rc != CURLUE_OK)
		why = why_not_parsed(out->value, rc);
	if (why)
		(void)snprintf(out->malformed, sizeof out->malformed, "%s", why);
	else
		read_value(u, out);
	curl_url_cleanup(u);
	return rc == CURLUE_OUT_OF_MEMORY ? err_no_memory(e) : 0;
}

enum http_failure http_proxy_classify(const struct http_proxy *p, enum http_failure failure,
	long status) {
	bool no_tunnel = p->is_tunnel && p->kind != HTTP_PROXY_SOCKS && status / 100 != 2;
	/* Versions of libcurl differ in the error that a refused CONNECT is. */
	bool is_refused = no_tunnel && status >= 300 && status <= 499;
	if (*p->malformed)
		return failure == HTTP_FAILED_PROXY ? HTTP_MALFORMED_PROXY : failure;
	switch (failure) {
	case HTTP_FAILED_CONNECT:
	case HTTP_FAILED_PROXY:
		return is_refused ? HTTP_REFUSED_BY_PROXY : HTTP_FAILED_PROXY;
	case HTTP_FAILED_CERTIFICATE:
	case HTTP_FAILED_TLS:
		return no_tunnel && p->kind == HTTP_PROXY_TLS ? HTTP_FAILED_PROXY : failure;
	case HTTP_FAILED_TIMEOUT:
	case HTTP_FAILED_TRANSFER:
		if (!no_tunnel)
			return failure;
		return is_refused ? HTTP_REFUSED_BY_PROXY : HTTP_FAILED_PROXY;
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
