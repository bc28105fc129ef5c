/* Growing strings, and memory that is always there: running out of it ends the program with a
 * message, because a test server has nothing to save. */
#ifndef STANDIN_TEXT_H
#define STANDIN_TEXT_H

#include <stddef.h>

/* Zeroed memory of `size` bytes; the caller frees it. */
void *must_alloc(size_t size);

/* realloc() of `old` (may be NULL) to `size` bytes. */
void *must_grow(void *old, size_t size);

/* A heap copy of the string, or of its first `length` bytes. */
char *must_copy(const char *string);
char *must_slice(const char *bytes, size_t length);

/* A string that grows. All zero is an empty one; `data` is NULL until something was added and
 * zero-terminated afterwards. */
struct text {
	char *data;
	size_t length, size;
};

/* Append bytes, a string, printf output, a quoted JSON string, text of an XML element. */
void text_bytes(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *string);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_json(struct text *text, const char *string);
void text_xml(struct text *text, const char *string);

/* The string, "" when nothing was added. */
const char *text_string(const struct text *text);

/* Free the memory and make the text empty again. */
void text_free(struct text *text);

#endif
