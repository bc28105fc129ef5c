/* URLs, parsed by libcurl. */
#ifndef AWS_URL_H
#define AWS_URL_H

#include "base/err.h"

#include <stdbool.h>

/* The parts of an absolute URL. */
struct http_url {
	char *host_header; /* the Host header's value: lower case, no default port */
	char *path;        /* at least "/" */
	bool is_https;
};

/* Splits an http or https URL without user, query and fragment. 0, or -1 with ERR_SYNTAX (the
 * reason) or ERR_MEMORY. out is always set; free it with http_url_free. */
int http_url_split(const char *url, struct http_url *out, struct err *e);
void http_url_free(struct http_url *u);

#endif
