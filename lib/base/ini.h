/* Reads ini files line by line, in the two dialects this project needs. Own code, since the
 * distributions' libinih cuts a line at 200 bytes and a session token is longer. */
#ifndef BASE_INI_H
#define BASE_INI_H

#include "base/buf.h"
#include "base/err.h"

enum ini_dialect {
	/* Monitoring Plugins' --extra-opts: '#' and ';' comment out whole lines, every other line
	 * is [section] or key=value. */
	INI_PLUGIN,
	/* AWS shared config files: the same, and a comment may follow a value after white space or
	 * a section header directly; an indented line continues the value above it. */
	INI_AWS
};

enum ini_event {
	INI_SECTION,      /* text = name between the brackets, trimmed */
	INI_KEY,          /* key and text = value, both trimmed */
	INI_CONTINUATION, /* text = the indented line, trimmed; belongs to the last INI_KEY */
	INI_OTHER         /* INI_PLUGIN only: text = a line that is neither section nor key */
};

/* Called for each event, in order. line counts from 1; strings are borrowed for the call. A
 * non-zero return value (with err set) ends the reading. */
typedef int (*ini_handler)(void *ctx, enum ini_event event, int line, const char *key,
	const char *text, struct err *e);

/* Reads n bytes of text; accepts a UTF-8 byte order mark and CRLF line ends. 0; or -1 with
 * ERR_SYNTAX naming the line (neither section nor key, a key before the first section, an empty
 * key, a NUL byte), ERR_MEMORY, or the handler's error. Messages never quote the text: any line may
 * be a secret. */
int ini_read(const char *text, size_t n, enum ini_dialect dialect, ini_handler handler, void *ctx,
	struct err *e);

#endif
