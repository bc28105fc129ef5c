#include "config.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Removes the rest of a multi-byte character that vsnprintf has cut. */
static void drop_partial_character(char *s) {
	size_t len = strlen(s);
	size_t back = 0;
	while (back < len && back < 3 && ((unsigned char)s[len - 1 - back] & 0xC0U) == 0x80U)
		back++;
	if (back >= len)
		return;
	unsigned char lead = (unsigned char)s[len - 1 - back];
	size_t want = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : lead >= 0xC0U ? 1 : 0;
	if (want > back)
		s[len - 1 - back] = '\0';
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...) {
	if (!e)
		return -1;
	e->code = code;
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(e->message, sizeof e->message, fmt, args);
	va_end(args);
	drop_partial_character(e->message);
	return -1;
}

/* Appends as much as fits. */
static void append(struct err *e, const char *s) {
	size_t len = strlen(e->message);
	size_t room = sizeof e->message - 1 - len;
	size_t n = strlen(s) < room ? strlen(s) : room;
	memcpy(e->message + len, s, n);
	e->message[len + n] = '\0';
}

void err_prefix(struct err *e, const char *fmt, ...) {
	if (!e)
		return;
	char prefix[sizeof e->message];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(prefix, sizeof prefix, fmt, args);
	va_end(args);
	char old[sizeof e->message];
	memcpy(old, e->message, sizeof old);
	e->message[0] = '\0';
	append(e, prefix);
	append(e, ": ");
	append(e, old);
	drop_partial_character(e->message);
}

void err_suffix(struct err *e, const char *fmt, ...) {
	if (!e)
		return;
	char suffix[sizeof e->message];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(suffix, sizeof suffix, fmt, args);
	va_end(args);
	append(e, suffix);
	drop_partial_character(e->message);
}

int err_no_memory(struct err *e) {
	return err_set(e, ERR_MEMORY, "out of memory");
}
