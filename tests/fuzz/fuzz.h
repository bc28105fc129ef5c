/* What the fuzz targets share: taking an input apart, and promises that end the program when they
 * are broken. A target is one file that defines LLVMFuzzerTestOneInput; the main function is
 * libFuzzer's, or replay.c's. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/buf.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libFuzzer's entry: one input; returns 0. Must leave nothing behind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says which promise is broken and aborts. */
_Noreturn void fuzz_broken(const char *promise);

/* The same, unless it is kept. Here, for analyzers to see what holds behind it. */
static inline void fuzz_must(bool kept, const char *promise) {
	if (!kept)
		fuzz_broken(promise);
}

/* Ends the program when memory runs out: a target cannot judge anything then. Returns p. */
void *fuzz_have(void *p);

/* The n bytes in a block of exactly that size, so that reading behind them is noticed. free it. */
char *fuzz_bytes(const void *data, size_t n);

/* What is left of an input that is taken apart. */
struct fuzz_input {
	const char *at;
	size_t left;
};

/* The bytes up to the separator, which is passed over, or all that is left; as a string of its own,
 * which ends at the first NUL. free it. */
char *fuzz_field(struct fuzz_input *in, char separator);

/* All that is left, likewise. */
char *fuzz_rest(struct fuzz_input *in);

/* Whether text may stand in one line of output as text_add_clean promises: valid UTF-8, no control
 * characters, no '|', no blank at an end, no two in a row. */
bool fuzz_is_clean(const char *text, size_t n);

/* The error that a failed call has to leave behind: a code and a message. */
void fuzz_must_explain(const struct err *e);

/* The input as a JSON document, or NULL. json_free it. */
json *fuzz_json(const uint8_t *data, size_t size);

/* A buffer without a bound that matters here. */
struct buf fuzz_buf(void);

/* Makes text what the next reading of standard input finds. */
void fuzz_stdin(const char *text);

/* Whether two buffers hold the same. */
bool fuzz_same(const struct buf *a, const struct buf *b);

#endif
