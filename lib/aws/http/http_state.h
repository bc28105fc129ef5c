/* The inside of the transport, shared by its two files: http.c (exchanges) and http_setup.c (how
 * libcurl is set up for one). Nobody else includes it. */
#ifndef AWS_HTTP_STATE_H
#define AWS_HTTP_STATE_H

#include "aws/http/http.h"
#include "aws/http/proxy.h"

#include <curl/curl.h>

struct http {
	CURLM *multi;
	const char *ca_file;
	char *user_agent;
	struct exchange *first;      /* those added and not yet taken */
	int active;                  /* how many */
	bool certificate_is_missing; /* libcurl's directory of certificates alone did not do */
};

struct exchange {
	struct exchange *previous, *next;
	CURL *easy;
	struct curl_slist *headers;
	char error_text[CURL_ERROR_SIZE];
	struct buf response_headers, body;
	void *tag;
	struct http_proxy proxy; /* that the environment names */
	long peer_port;          /* of the last socket opened for it, 0: none */
	bool trusts_directory;   /* alone, without the bundle beside it */
};

/* Sets everything for an exchange whose header lines are complete. */
CURLcode http_set_up(const struct http *h, const struct http_request *r, struct exchange *x);

/* Sets whose certificates are trusted: those of the user's file; else those that libcurl was built
 * to trust, from its directory as long as that does, then from its bundle. Sets trusts_directory.
 */
CURLcode http_set_trust(const struct http *h, struct exchange *x);

#endif
