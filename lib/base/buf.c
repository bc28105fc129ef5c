#include "config.h"

#include "base/buf.h"

#include "base/crypto.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_CAPACITY = 64 };

void buf_init(struct buf *b, size_t max_bytes) {
	/* Leaves room for the NUL, and keeps sums of lengths from overflowing. */
	const size_t most = SIZE_MAX / 2;
	*b = (struct buf){.max = max_bytes < most ? max_bytes : most};
}

void buf_free(struct buf *b) {
	free(b->data);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b) {
	if (b->data)
		crypto_wipe(b->data, b->cap);
	buf_free(b);
}

/* Not realloc(), which could leave a copy of a secret in memory. */
static bool grow_to(struct buf *b, size_t cap) {
	char *data = malloc(cap);
	if (!data)
		return false;
	if (b->data) {
		memcpy(data, b->data, b->len + 1);
		/* The whole capacity: a text that did not fit was partly written after len. */
		crypto_wipe(b->data, b->cap);
		free(b->data);
	} else {
		data[0] = '\0';
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_reserve(struct buf *b, size_t n) {
	if (b->failed)
		return;
	if (n > b->max || b->len > b->max - n) {
		b->failed = b->no_room = true;
		return;
	}
	size_t need = b->len + n + 1;
	if (need <= b->cap)
		return;
	size_t cap = b->cap ? b->cap : MIN_CAPACITY;
	while (cap < need)
		cap = cap > (size_t)-1 / 2 ? need : cap * 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	b->failed = !grow_to(b, cap);
}

void buf_add(struct buf *b, const void *bytes, size_t n) {
	/* The capacity never exceeds the bound. */
	if (b->failed || n >= b->cap - b->len)
		buf_reserve(b, n);
	if (b->failed || n == 0)
		return;
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s) {
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c) {
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...) {
	if (b->failed)
		return;
	va_list args;
	/* Into the free space first: it usually suffices, and the text is formatted once. */
	size_t room = b->data ? b->cap - b->len : 0;
	va_start(args, fmt);
	int n = vsnprintf(room > 0 ? b->data + b->len : NULL, room, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < room) {
		b->len += (size_t)n;
		return;
	}
	if (room > 0)
		b->data[b->len] = '\0';
	if (n < 0) {
		b->failed = true;
		return;
	}
	buf_reserve(b, (size_t)n);
	if (b->failed || n == 0)
		return;
	va_start(args, fmt);
	(void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, args);
	va_end(args);
	b->len += (size_t)n;
}

void buf_fail_with(struct buf *b, const struct buf *part) {
	b->failed = b->failed || part->failed;
	b->no_room = b->no_room || part->no_room;
}

void buf_truncate(struct buf *b, size_t len) {
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *buf_str(const struct buf *b) {
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b) {
	buf_reserve(b, 0);
	if (b->failed)
		return NULL;
	char *data = b->data;
	buf_init(b, b->max);
	return data;
}

int buf_check(const struct buf *b, const char *what, struct err *e) {
	if (!b->failed)
		return 0;
	if (b->no_room)
		return err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", what, b->max);
	return err_no_memory(e);
}
