/* URLs, by libcurl's own parser. */
#ifndef AWS_HTTP_URL_H
#define AWS_HTTP_URL_H

#include "base/err.h"

#include <stdbool.h>

/* An absolute URL, taken apart. */
struct http_url {
	char *host_header; /* what the Host header has to say: lower case, no default port */
	char *path;        /* "/" at least */
	bool is_https;
};

/* Splits an http or https URL without user, query and fragment. 0, or -1 with ERR_SYNTAX that says
 * why not. out is set in any case; free it with http_url_free. */
int http_url_split(const char *url, struct http_url *out, struct err *e);
void http_url_free(struct http_url *u);

#endif
