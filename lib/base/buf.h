/* A growing byte buffer with an upper bound; failure is sticky, so that a series of appends is
 * checked once. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A zeroed struct is valid to free and to read (empty), but takes nothing: its bound is 0. */
struct buf {
	char *data;   /* len bytes and a NUL behind them; NULL while nothing was added */
	size_t len;   /* bytes in use */
	size_t cap;   /* bytes allocated */
	size_t max;   /* bound for len */
	bool failed;  /* an append was refused: over the bound, or no memory */
	bool no_room; /* ... because of the bound */
};

/* An empty buffer of at most max_bytes. Allocates nothing. */
void buf_init(struct buf *b, size_t max_bytes);

/* Frees the bytes; the buffer is empty and usable again with the same bound. */
void buf_free(struct buf *b);

/* The same, but overwrites the bytes first: for secrets. A growing buffer also wipes the pieces it
 * outgrows. */
void buf_wipe(struct buf *b);

/* Appends bytes, a string, one character, a formatted text. A refused append leaves the buffer as
 * it was and sets failed; later appends are refused as well. */
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Makes room for n further bytes now, so that the next appends up to that cannot fail. */
void buf_reserve(struct buf *b, size_t n);

/* Makes b fail like part, from which something was or will be copied into it: what could not be
 * built is not left out silently. */
void buf_fail_with(struct buf *b, const struct buf *part);

/* Shortens the buffer to len bytes (no effect when it is shorter). */
void buf_truncate(struct buf *b, size_t len);

/* The content as a string; "" when empty. Borrowed: valid until the next change. */
const char *buf_str(const struct buf *b);

/* Hands the allocated string to the caller (who frees it) and empties the buffer. NULL if the
 * buffer failed. */
char *buf_take(struct buf *b);

/* 0 if no append was refused; else -1 with ERR_MEMORY, or ERR_LIMIT naming what. */
int buf_check(const struct buf *b, const char *what, struct err *e);

#endif
