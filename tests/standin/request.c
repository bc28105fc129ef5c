#define _POSIX_C_SOURCE 200809L
#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct request *request_new(const char *method, const char *path, int64_t started_ms) {
	struct request *request = must_alloc(sizeof(*request));
	request->method = must_copy(method);
	request->path = must_copy(path);
	request->started_ms = started_ms;
	return request;
}

void request_free(struct request *request) {
	if (request == NULL) {
		return;
	}
	for (size_t i = 0; i < request->header_count; i++) {
		free(request->headers[i].name);
		free(request->headers[i].value);
	}
	free(request->headers);
	free(request->method);
	free(request->path);
	form_free(&request->arguments);
	text_free(&request->body);
	free(request);
}

void request_header_add(struct request *request, const char *name, const char *value) {
	size_t size = (request->header_count + 1) * sizeof(*request->headers);
	request->headers = must_grow(request->headers, size);
	request->headers[request->header_count++] = (struct header){.name = must_copy(name),
		.value = must_copy(value)};
}

const char *request_header(const struct request *request, const char *name) {
	for (size_t i = 0; i < request->header_count; i++) {
		if (strcasecmp(request->headers[i].name, name) == 0) {
			return request->headers[i].value;
		}
	}
	return NULL;
}

void request_body_add(struct request *request, const char *bytes, size_t length) {
	if (request->too_large || request->body.length + length > BODY_MAX) {
		request->too_large = true;
		text_free(&request->body);
		return;
	}
	text_bytes(&request->body, bytes, length);
}
