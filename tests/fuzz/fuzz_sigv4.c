/* Signature Version 4: an HTTP request as text. The canonical form has the lines it must have, and
 * does not depend on the order of headers or parameters. */
#include "config.h"

#include "fuzz.h"

#include "aws/call/sigv4.h"
#include "base/text.h"

#include <stdlib.h>

enum { MAX_HEADERS = 20 };

struct request {
	char *method, *target, *body;
	char *names[MAX_HEADERS], *values[MAX_HEADERS];
	struct sigv4_header headers[MAX_HEADERS];
	size_t count;
};

static void take_headers(struct request *r, struct fuzz_input *in) {
	while (in->left > 0 && r->count < MAX_HEADERS) {
		char *line = fuzz_field(in, '\n');
		struct fuzz_input parts = {.at = line, .left = strlen(line)};
		if (parts.left == 0) {
			free(line);
			return;
		}
		r->names[r->count] = fuzz_field(&parts, ':');
		r->values[r->count] = fuzz_rest(&parts);
		r->headers[r->count] = (struct sigv4_header){.name = r->names[r->count],
			.value = r->values[r->count]};
		r->count++;
		free(line);
	}
}

static void request_fill(struct request *r, const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *line = fuzz_field(&in, '\n');
	struct fuzz_input first = {.at = line, .left = strlen(line)};
	*r = (struct request){.method = fuzz_field(&first, ' '), .target = fuzz_rest(&first)};
	free(line);
	take_headers(r, &in);
	r->body = fuzz_rest(&in);
}

static void request_free(struct request *r) {
	for (size_t i = 0; i < r->count; i++) {
		free(r->names[i]);
		free(r->values[i]);
	}
	free(r->method);
	free(r->target);
	free(r->body);
}

static void canonical(const struct request *r, const char *target,
	const struct sigv4_header *headers, struct buf *out, struct buf *signed_headers) {
	struct err e = {.code = ERR_NONE};
	const struct sigv4_request request = {.method = r->method,
		.target = target,
		.headers = headers,
		.header_count = r->count,
		.body = r->body,
		.body_len = strlen(r->body)};
	*out = fuzz_buf();
	*signed_headers = fuzz_buf();
	fuzz_must(sigv4_canonical_request(&request, out, signed_headers, &e) == 0,
		"every request has a canonical form");
}

static size_t count_distinct(const struct request *r) {
	size_t distinct = 0;
	for (size_t i = 0; i < r->count; i++) {
		size_t j = 0;
		while (j < i && text_compare_nocase(r->names[i], r->names[j]) != 0)
			j++;
		distinct += j == i;
	}
	return distinct;
}

static size_t count_lines(const char *text) {
	size_t lines = 1;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Method, path, query, each header, an empty line, the headers' names, the body's digest. */
static void must_have_its_lines(const struct request *r, const struct buf *text) {
	fuzz_must(count_lines(buf_str(text)) == 6 + count_distinct(r), "a line for each part");
	struct fuzz_input in = {.at = text->data, .left = text->len};
	char *method = fuzz_field(&in, '\n');
	char *path = fuzz_field(&in, '\n');
	char *query = fuzz_field(&in, '\n');
	fuzz_must(strcmp(method, r->method) == 0, "the method stays");
	fuzz_must(path[0] == '/' && !strstr(path, "//") && !strstr(path, "/../") &&
			!strstr(path, "/./") && !strchr(path, '?'),
		"the path is normal");
	/* The query is canonical already when it is signed once more. */
	struct buf target = fuzz_buf();
	struct buf again;
	struct buf names;
	buf_addf(&target, "/?%s", query);
	canonical(r, buf_str(&target), r->headers, &again, &names);
	fuzz_must(strcmp(again.data + strlen(method) + strlen("\n/"),
			  text->data + strlen(method) + strlen("\n") + strlen(path)) == 0,
		"a canonical query stays as it is");
	buf_free(&target);
	buf_free(&again);
	buf_free(&names);
	free(method);
	free(path);
	free(query);
}

static void order_must_not_matter(const struct request *r, const struct buf *text) {
	struct sigv4_header reversed[MAX_HEADERS];
	struct buf again;
	struct buf names;
	/* Values of one name keep their order. */
	if (count_distinct(r) != r->count)
		return;
	for (size_t i = 0; i < r->count; i++)
		reversed[i] = r->headers[r->count - 1 - i];
	canonical(r, r->target, reversed, &again, &names);
	fuzz_must(fuzz_same(text, &again), "the headers' order does not matter");
	buf_free(&again);
	buf_free(&names);
}

static void sign(const struct request *r) {
	const struct sigv4_signer signer = {.access_key_id = "AKIDEXAMPLE",
		.secret_access_key = r->body,
		.region = "us-east-1",
		.service = "ecs",
		.amz_date = "20150830T123600Z"};
	const struct sigv4_request request = {.method = r->method,
		.target = r->target,
		.headers = r->headers,
		.header_count = r->count,
		.body = r->body,
		.body_len = strlen(r->body)};
	struct err e = {.code = ERR_NONE};
	struct buf once = fuzz_buf();
	struct buf twice = fuzz_buf();
	fuzz_must(sigv4_sign(&request, &signer, &once, &e) == 0 &&
			sigv4_sign(&request, &signer, &twice, &e) == 0,
		"every request can be signed");
	fuzz_must(fuzz_same(&once, &twice), "the same request has the same signature");
	buf_free(&once);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct request r;
	struct buf text;
	struct buf names;
	request_fill(&r, data, size);
	canonical(&r, r.target, r.headers, &text, &names);
	must_have_its_lines(&r, &text);
	order_must_not_matter(&r, &text);
	sign(&r);
	buf_free(&text);
	buf_free(&names);
	request_free(&r);
	return 0;
}
