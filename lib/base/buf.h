/* A growing byte buffer with an upper bound. Failure is sticky, so that a series of appends needs
 * one check. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct can be freed and read (as empty), but accepts nothing: its bound is 0. */
struct buf {
	char *data;   /* len bytes and a NUL; NULL until something is added */
	size_t len;   /* bytes in use */
	size_t cap;   /* bytes allocated */
	size_t max;   /* maximum of len */
	bool failed;  /* an append was refused: over the bound, or out of memory */
	bool no_room; /* ... because of the bound */
};

/* Initialises an empty buffer of at most max_bytes. Allocates nothing. */
void buf_init(struct buf *b, size_t max_bytes);

/* Frees the bytes. The buffer is empty and can be used again with the same bound. */
void buf_free(struct buf *b);

/* As buf_free, but overwrites the bytes first: for secrets. A growing buffer also wipes the
 * allocations it replaces. */
void buf_wipe(struct buf *b);

/* Append bytes, a string, one character, a formatted text. A refused append leaves the buffer
 * unchanged and sets failed; later appends are refused as well. */
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Makes room for n more bytes, so that appends up to that size cannot fail. */
void buf_reserve(struct buf *b, size_t n);

/* Copies the failure of part to b, which has or will have a copy of its content: nothing is left
 * out silently. */
void buf_fail_with(struct buf *b, const struct buf *part);

/* Shortens the buffer to len bytes; no effect when it is shorter. */
void buf_truncate(struct buf *b, size_t len);

/* The content as a string; "" when empty. Borrowed until the next change. */
const char *buf_str(const struct buf *b);

/* Returns the allocated string, which the caller frees, and empties the buffer. NULL if the buffer
 * failed. */
char *buf_take(struct buf *b);

/* 0 if no append was refused; else -1 with ERR_MEMORY, or ERR_LIMIT naming what. */
int buf_check(const struct buf *b, const char *what, struct err *e);

#endif
