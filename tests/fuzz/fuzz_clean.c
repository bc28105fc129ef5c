/* Text for one line of output: harmless, within its bound, and no different when cleaned again. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"

#include <stdlib.h>

static const char before[] = "x: ";

static void clean(struct buf *out, const char *text, size_t most) {
	*out = fuzz_buf();
	buf_adds(out, before);
	text_add_clean(out, text, most);
}

static void check(const char *text, size_t most) {
	const size_t prefix = sizeof before - 1;
	struct buf once;
	struct buf twice;
	clean(&once, text, most);
	const char *result = buf_str(&once) + prefix;
	fuzz_must(strncmp(buf_str(&once), before, prefix) == 0, "what stood before stays");
	fuzz_must(strlen(result) == once.len - prefix, "no NUL is added");
	fuzz_must(fuzz_is_clean(result, strlen(result)), "the result is clean");
	fuzz_must(text_length(result) <= most, "the result keeps its bound");
	clean(&twice, result, most);
	fuzz_must(fuzz_same(&once, &twice), "cleaning twice changes nothing");
	buf_free(&once);
	buf_free(&twice);
}

/* Of valid UTF-8, decoding and encoding are each other's reverse. */
static void utf8(const char *bytes, size_t n) {
	struct buf out = fuzz_buf();
	uint32_t c;
	size_t at = 0;
	for (size_t used = 1; at < n && used > 0; at += used) {
		used = text_utf8_decode(bytes + at, n - at, &c);
		if (used > 0)
			text_utf8_encode(&out, c);
	}
	fuzz_must(out.len <= n && memcmp(buf_str(&out), bytes, out.len) == 0,
		"what was decoded encodes to the same bytes");
	fuzz_must((out.len == n) == text_is_utf8(bytes, n), "valid is what can be decoded");
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const size_t bounds[] = {0, 1, 2, 3, 4, 10, 200};
	char *bytes = fuzz_bytes(data, size);
	utf8(bytes, size);
	free(bytes);
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *text = fuzz_rest(&in);
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
		check(text, bounds[i]);
	free(text);
	return 0;
}
