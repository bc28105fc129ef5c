#include "config.h"

#include "fuzz.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_BYTES = 64 * 1024 * 1024 };

void fuzz_broken(const char *promise) {
	(void)fprintf(stderr, "broken promise: %s\n", promise);
	abort();
}

void *fuzz_have(void *p) {
	fuzz_must(p != NULL, "there is memory");
	return p;
}

char *fuzz_bytes(const void *data, size_t n) {
	char *copy = fuzz_have(malloc(n > 0 ? n : 1));
	if (n > 0)
		memcpy(copy, data, n);
	return copy;
}

/* Strings are as long as they look, for what reads behind a NUL to be noticed. */
static char *string_of(const char *s, size_t n) {
	return fuzz_have(text_dup(s, strnlen(s, n)));
}

char *fuzz_field(struct fuzz_input *in, char separator) {
	if (in->left == 0)
		return string_of("", 0);
	const char *begin = in->at;
	const char *end = memchr(begin, separator, in->left);
	size_t n = end ? (size_t)(end - begin) : in->left;
	size_t used = end ? n + 1 : n;
	in->at += used;
	in->left -= used;
	return string_of(begin, n);
}

char *fuzz_rest(struct fuzz_input *in) {
	char *text = in->left > 0 ? string_of(in->at, in->left) : string_of("", 0);
	in->at += in->left;
	in->left = 0;
	return text;
}

bool fuzz_is_clean(const char *text, size_t n) {
	bool blank_before = true;
	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t used = text_utf8_decode(text + i, n - i, &c);
		bool blank = used > 0 && c == ' ';
		if (used == 0 || c < 0x20U || (c >= 0x7FU && c <= 0x9FU) || c == '|' ||
			(blank && blank_before))
			return false;
		blank_before = blank;
		i += used;
	}
	return n == 0 || !blank_before;
}

void fuzz_must_explain(const struct err *e) {
	fuzz_must(e->code != ERR_NONE, "a failure has a code");
	fuzz_must(e->message[0] != '\0', "a failure has a message");
	fuzz_must(memchr(e->message, '\0', sizeof e->message) != NULL, "a message ends");
}

json *fuzz_json(const uint8_t *data, size_t size) {
	struct err e = {.code = ERR_NONE};
	char *text = fuzz_bytes(data, size);
	json *document = json_parse(text, size, &e);
	free(text);
	if (!document)
		fuzz_must_explain(&e);
	return document;
}

struct buf fuzz_buf(void) {
	struct buf b;
	buf_init(&b, MAX_BYTES);
	return b;
}

/* An unlinked file, whose offset all its descriptors share. */
void fuzz_stdin(const char *text) {
	static FILE *file;
	if (!file) {
		file = fuzz_have(tmpfile());
		fuzz_must(dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO, "dup2 works");
	}
	size_t n = strlen(text);
	fuzz_must(ftruncate(STDIN_FILENO, 0) == 0 && lseek(STDIN_FILENO, 0, SEEK_SET) == 0 &&
			write(STDIN_FILENO, text, n) == (ssize_t)n &&
			lseek(STDIN_FILENO, 0, SEEK_SET) == 0,
		"a temporary file can be written");
}

bool fuzz_same(const struct buf *a, const struct buf *b) {
	return a->len == b->len && memcmp(buf_str(a), buf_str(b), a->len) == 0;
}
