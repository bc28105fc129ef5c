/* The header lines of one signed attempt. */
#ifndef AWS_SIGNED_REQUEST_H
#define AWS_SIGNED_REQUEST_H

#include "aws/call/keys.h"
#include "aws/config/endpoint.h"

enum { REQUEST_MAX_HEADERS = 8 };

/* What an attempt is signed with. All borrowed. */
struct request_signing {
	const struct endpoint *endpoint;
	const char *content_type;
	const char *amz_target; /* X-Amz-Target; NULL: none is sent */
	bool query_mode;        /* X-Amzn-Query-Mode: true is sent */
	const char *region;
	const struct keys *keys;
	int64_t now_s; /* by the corrected clock */
};

struct request_headers {
	const char *lines[REQUEST_MAX_HEADERS]; /* "Name: value" */
	size_t count;
	struct buf text; /* holds the lines, each NUL-terminated */
};

/* Builds Host, Content-Type, X-Amz-* and Authorization for a POST of the body to the endpoint. out
 * is set in any case; free it with request_headers_free (which wipes it). 0, or -1 with ERR_MEMORY
 * or ERR_LIMIT. */
int request_sign(const struct request_signing *signing, const void *body, size_t body_len,
	struct request_headers *out, struct err *e);
void request_headers_free(struct request_headers *h);

#endif
