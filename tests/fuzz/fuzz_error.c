/* Error answers: "STATUS", the header lines, an empty line, the body. */
#include "config.h"

#include "fuzz.h"

#include "aws/call/error.h"
#include "base/num.h"

#include <stdlib.h>

/* Splits at the first empty line. */
static void fill(struct http_response *out, const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	int64_t status = 0;
	char *line = fuzz_field(&in, '\n');
	(void)num_parse_whole(line, strcspn(line, "\r"), 999, &status);
	free(line);
	*out = (struct http_response){.status = (long)status};
	out->headers = fuzz_buf();
	out->body = fuzz_buf();
	while (in.left > 0) {
		const char *begin = in.at;
		const char *end = memchr(begin, '\n', in.left);
		size_t n = end ? (size_t)(end - begin) + 1 : in.left;
		in.at += n;
		in.left -= n;
		if (*begin == '\n' || *begin == '\r')
			break;
		buf_add(&out->headers, begin, n);
	}
	if (in.left > 0)
		buf_add(&out->body, in.at, in.left);
}

static bool is_code(const char *s) {
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] ==
		'\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct http_response response;
	struct aws_error e;
	struct aws_error again;
	fill(&response, data, size);
	aws_error_read(&response, &e);
	aws_error_read(&response, &again);
	fuzz_must(memchr(e.code, '\0', sizeof e.code) && memchr(e.message, '\0', sizeof e.message),
		"code and message are strings");
	fuzz_must(is_code(e.code), "a code is a word");
	fuzz_must(fuzz_is_clean(e.message, strlen(e.message)), "a message is clean");
	fuzz_must(e.class <= AWS_ERROR_OTHER, "the class is one of the list");
	fuzz_must(e.class == aws_error_classify(e.code, response.status), "by code and status");
	fuzz_must(strcmp(e.code, again.code) == 0 && strcmp(e.message, again.message) == 0,
		"the same answer reads the same");
	char value[64];
	if (!http_header(&response, "date", value, sizeof value))
		fuzz_must(*value == '\0', "an absent header is empty");
	http_response_free(&response);
	return 0;
}
