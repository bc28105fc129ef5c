/* Splitting a command line into words by a POSIX shell's quoting rules, without a shell: nothing is
 * expanded, and pipes, ';' or '#' are letters like others. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/err.h"

#include <stddef.h>

/* A zeroed struct holds none. Owns everything. */
struct words {
	char **list; /* count words and a NULL, as exec wants them */
	size_t count;
	char *text; /* what the words point into */
	size_t text_bytes;
};

/* Splits at blanks (space, tab, CR, LF). '...' is taken as it stands; in "..." a backslash escapes
 * '"' and itself, and stays before any other character; elsewhere it escapes whatever follows.
 * Quotes make empty words possible and join what they touch. (The rules of Python's shlex.split,
 * by which the AWS CLI splits credential_process.) 0 with *out filled (words_free it), maybe with
 * no word; -1 with ERR_SYNTAX (a quote without an end, nothing behind the last backslash) or
 * ERR_MEMORY, *out left empty. */
int words_split(const char *line, struct words *out, struct err *e);

/* Wipes and frees the words, which may hold a password; takes a zeroed struct. */
void words_free(struct words *w);

#endif
