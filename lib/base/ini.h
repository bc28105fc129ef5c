/* Reads ini files line by line, in the two dialects this project needs. Own code, since the
 * distributions' libinih cuts a line at 200 bytes and a session token is longer.
 *
 * INI_PLUGIN, the Monitoring Plugins' --extra-opts: lines end at LF, white space is space, tab, CR
 * and LF, '#' and ';' comment out whole lines, every other line is [section] or key=value. UTF-16
 * and UTF-32 are refused, and named. */

/* clang-format off */
/* INI_AWS, the AWS shared config and credentials files. The rules are those of the AWS CLI
 * (botocore/configloader.py over Python's configparser); where it refuses or misreads a file, those
 * of the other AWS SDKs, marked "SDKs". tests/e2e/same_as_awscli.t holds each row against the CLI.
 *
 *   encoding         UTF-8 or another that has ASCII in it; a UTF-8 byte order mark is skipped
 *                    (SDKs); UTF-16 and UTF-32 are refused, and named
 *   end of a line    LF, CR LF or CR
 *   white space      what Unicode calls so, no-break spaces included
 *   comment line     first character '#' or ';', after any indentation
 *   indentation      a line indented deeper than the key above it continues that key's value;
 *                    comments and empty lines between do not matter; any other line is a section
 *                    or a key, indented or not
 *   [NAME]           NAME ends at the last ']' of the line, but at the first one that only a
 *                    comment or nothing follows (SDKs); what follows is ignored
 *   key = value      also "key: value"; the first '=' or ':' of the line decides; a line that
 *                    begins with '[' and has no ']' is such a line, if it has one of the two
 *   quotes           belong to the value
 *   comment behind   '#' or ';' begins one in a value if it stands first or after white space, and
 *   a value          outside quotes ('...', "..." as in a shell; one that is not closed lasts to
 *                    the end of the line) (SDKs; to the CLI it is part of the value); a
 *                    continuation has none
 *   malformed        a section whose ']' is missing, text before the first section, a line that is
 *                    none of these, no key before '=', a NUL byte: an event, and reading goes on
 *                    (the CLI refuses the file)
 */
/* clang-format on */
#ifndef BASE_INI_H
#define BASE_INI_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum ini_dialect { INI_PLUGIN, INI_AWS };

enum ini_event {
	INI_SECTION,      /* text = name between the brackets, trimmed */
	INI_KEY,          /* key and text = value, both trimmed */
	INI_CONTINUATION, /* text = the indented line, trimmed; belongs to the last INI_KEY */
	INI_OTHER,        /* INI_PLUGIN only: text = a line that is neither section nor key */
	/* INI_AWS only: text = what is wrong with the line, in words that quote nothing of it. A
	 * section without ']' or without a name comes as INI_SECTION first. */
	INI_MALFORMED
};

/* Called for each event, in order. line counts from 1; strings are borrowed for the call. A
 * non-zero return value (with err set) ends the reading. */
typedef int (*ini_handler)(void *ctx, enum ini_event event, int line, const char *key,
	const char *text, struct err *e);

/* Reads n bytes of text. 0; or -1 with ERR_SYNTAX (UTF-16 or UTF-32; INI_PLUGIN: a line that is
 * malformed, which it names), ERR_MEMORY, or the handler's error. Messages never quote the text:
 * any line may be a secret. */
int ini_read(const char *text, size_t n, enum ini_dialect dialect, ini_handler handler, void *ctx,
	struct err *e);

/* Narrows *s and *n past white space at both ends, as INI_AWS understands it. */
void ini_trim(const char **s, size_t *n);

/* What to do about a value that is not valid, from an ini file, a variable or an option: static
 * words that name the quotes around it, the white space at its end or beginning, or the indented
 * line that continues it, if it has such; else advice. */
const char *ini_advice(const char *value, const char *advice);

/* Appends that advice to the message in e, if the value has such: "; ADVICE", or "; WHAT: ADVICE"
 * where what is not NULL. Whether it did. */
bool ini_explain(const char *value, const char *what, struct err *e);

#endif
