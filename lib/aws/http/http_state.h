/* Internals of the transport, for its two files only: http.c (exchanges) and setup.c (how libcurl
 * is set up for one). */
#ifndef AWS_HTTP_STATE_H
#define AWS_HTTP_STATE_H

#include "aws/http/http.h"
#include "aws/http/proxy.h"

#include <curl/curl.h>

struct http {
	CURLM *multi;
	const char *ca_file;
	char *user_agent;
	struct exchange *first;      /* added and not yet taken */
	int active;                  /* how many */
	bool certificate_is_missing; /* libcurl's certificate directory alone was not enough */
};

struct exchange {
	struct exchange *previous, *next;
	CURL *easy;
	struct curl_slist *headers;
	char error_text[CURL_ERROR_SIZE];
	struct buf response_headers, body;
	void *tag;
	struct http_proxy proxy; /* named by the environment */
	long peer_port;          /* of the last socket opened for it; 0: none */
	bool trusts_directory;   /* without the bundle */
};

/* Sets all options for an exchange whose header lines are complete. */
CURLcode http_set_up(const struct http *h, const struct http_request *r, struct exchange *x);

/* Sets the trusted certificates: those of the user's file; else those that libcurl was built to
 * trust, from its directory while that is enough, then from its bundle. Sets trusts_directory. */
CURLcode http_set_trust(const struct http *h, struct exchange *x);

/* Whether the user's file of certificates can be read and holds none in PEM. libcurl with GnuTLS
 * takes such a file, and then trusts nobody. */
bool http_trusts_nobody(const struct http *h);

#endif
