/* One HTTP request as it came from the wire. */
#ifndef STANDIN_REQUEST_H
#define STANDIN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "form.h"
#include "text.h"

#define BODY_MAX ((size_t)2 << 20)

/* As sent: the name in any case, the value without the blanks round it. */
struct header {
	char *name, *value;
};

struct request {
	char *method, *path;
	struct form arguments; /* of the address, decoded */
	struct header *headers;
	size_t header_count;
	struct text body;
	bool too_large; /* the body is longer than BODY_MAX and was not kept */
	bool quits;     /* the server ends once this request is answered */
	int64_t started_ms;
};

/* A heap request without headers; add them with request_header_add(). */
struct request *request_new(const char *method, const char *path, int64_t started_ms);
void request_free(struct request *request);
void request_header_add(struct request *request, const char *name, const char *value);

/* The first header of that name, whatever its case; NULL if there is none. */
const char *request_header(const struct request *request, const char *name);

/* Take in a piece of the body. */
void request_body_add(struct request *request, const char *bytes, size_t length);

#endif
