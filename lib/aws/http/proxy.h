/* The proxy that libcurl takes from the environment: what messages say about it, and which failures
 * are its own. A part of http. */
#ifndef AWS_PROXY_H
#define AWS_PROXY_H

#include "aws/http/failure.h"
#include "base/err.h"

#include <stdbool.h>

enum http_proxy_kind { HTTP_PROXY_NONE, HTTP_PROXY_PLAIN, HTTP_PROXY_TLS, HTTP_PROXY_SOCKS };

struct http_proxy {
	enum http_proxy_kind kind;
	bool has_exceptions; /* NO_PROXY names hosts that are reached without it */
	bool is_tunnel; /* the request is https: after its consent the proxy only forwards bytes */
	long port;
	char shown[HTTP_PROXY_BYTES]; /* "HOST:PORT (VARIABLE)", without user and password */
	const char *value;            /* of the variable; borrowed from the environment */
	const char *variable;         /* its name; static */
	char malformed[96];           /* "", or why it is not a proxy. shown is then empty */
};

/* Replaces a malformed value: libcurl would print it, or look up part of its password as a host.
 * libcurl refuses this one only when it is about to use it, so that NO_PROXY still decides. */
extern const char http_proxy_refused[];

/* The proxy that the environment names for a URL, in libcurl's order (curl: lib/url.c,
 * detect_proxy): https_proxy, HTTPS_PROXY, or for http only lower-case http_proxy; then all_proxy,
 * ALL_PROXY. NO_PROXY is not read: libcurl reports which way it went. 0, or -1 with ERR_MEMORY. */
int http_proxy_find(const char *url, struct http_proxy *out, struct err *e);

/* Keeps the passwords of all proxy variables, used or not, out of messages (base/secrets.h):
 * programs of credential_process inherit and repeat them. Call it before any request or child
 * program. 0, or -1 with ERR_MEMORY. */
int http_proxy_keep_passwords(struct err *e);

/* Classifies a failure of an exchange that used the proxy; status is the proxy's answer to CONNECT,
 * 0 without one. */
enum http_failure http_proxy_classify(const struct http_proxy *p, enum http_failure failure,
	long status);

/* Whether libcurl's message quotes the variable, password included: the password may be too short
 * for base/secrets.h. */
bool http_proxy_is_quoted(const struct http_proxy *p, const char *words);

#endif
