/* Splits a command line into words by a POSIX shell's quoting rules, without a shell: nothing is
 * expanded, and pipes, ';' and '#' are ordinary characters. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/err.h"

#include <stddef.h>

/* Owns everything. A zeroed struct holds no words. */
struct words {
	char **list; /* count words and a NULL, as exec requires */
	size_t count;
	char *text; /* the memory of the words */
	size_t text_bytes;
};

/* Splits at blanks (space, tab, CR, LF). '...' is literal; in "..." a backslash escapes '"' and
 * itself, and is literal before any other character; elsewhere it escapes what follows. Quotes
 * allow empty words and join adjacent parts. (The rules of Python's shlex.split, which the AWS CLI
 * uses for credential_process.) 0 with *out filled (words_free it), possibly without words; -1 with
 * ERR_SYNTAX (an unclosed quote, nothing after the last backslash) or ERR_MEMORY, *out left
 * empty. */
int words_split(const char *line, struct words *out, struct err *e);

/* Wipes and frees the words, which may include a password; accepts a zeroed struct. */
void words_free(struct words *w);

#endif
