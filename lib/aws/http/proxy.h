/* The proxy that libcurl takes from the environment: what an administrator needs to hear of it, and
 * which failures are its own. A part of http. */
#ifndef AWS_HTTP_PROXY_H
#define AWS_HTTP_PROXY_H

#include "aws/http/failure.h"
#include "base/err.h"

#include <stdbool.h>

enum http_proxy_kind { HTTP_PROXY_NONE, HTTP_PROXY_PLAIN, HTTP_PROXY_TLS, HTTP_PROXY_SOCKS };

struct http_proxy {
	enum http_proxy_kind kind;
	bool is_tunnel; /* the request is https: the proxy only hands bytes on, once it agreed */
	long port;
	char shown[HTTP_PROXY_BYTES]; /* "HOST:PORT (VARIABLE)", without user and password */
	const char *value;            /* the variable's, borrowed from the environment */
	const char *variable;         /* its name; static text */
	const char *malformed; /* NULL, or why it is none; static text. shown is empty then */
};

/* What libcurl is given in the place of a malformed value, which it would print, or ask a resolver
 * for a part of the password in it. It refuses this one when it is about to use it, so that
 * NO_PROXY goes on to decide whether that is so. */
extern const char http_proxy_refused[];

/* The proxy that the environment names for a URL, in libcurl's order (curl: lib/url.c,
 * detect_proxy): https_proxy, HTTPS_PROXY, or for http only http_proxy in lower case; then
 * all_proxy, ALL_PROXY. NO_PROXY is not looked at: libcurl is asked where it went. 0, or -1 with
 * ERR_MEMORY. */
int http_proxy_find(const char *url, struct http_proxy *out, struct err *e);

/* Keeps the passwords of all proxy variables, used or not, from being shown (base/secrets.h):
 * programs of credential_process inherit and repeat them. To be called before anything else is
 * asked or started. 0, or -1 with ERR_MEMORY. */
int http_proxy_keep_passwords(struct err *e);

/* What a failure is when the exchange went by way of the proxy; status is the proxy's to CONNECT, 0
 * without one. */
enum http_failure http_proxy_classify(const struct http_proxy *p, enum http_failure failure,
	long status);

/* Whether libcurl's words quote the variable, password and all: the password may be too short for
 * base/secrets.h. */
bool http_proxy_is_quoted(const struct http_proxy *p, const char *words);

#endif
