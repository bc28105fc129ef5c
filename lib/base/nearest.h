/* Which of the known names a mistyped one may have meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { NEAREST_MAX = 3, NEAREST_MAX_CHARS = 255 };

/* The nearest names so far, the nearest first; all borrowed. */
struct nearest {
	const char *wanted;
	size_t wanted_len;
	struct {
		const char *name;
		size_t len, distance;
	} best[NEAREST_MAX];
	size_t count;
	bool is_known; /* the wanted name itself was among them: then it was not mistyped */
};

/* How many characters have to be put in, left out, replaced or swapped with their neighbour to make
 * b of a, an ASCII letter's case ignored and no piece changed twice (optimal string alignment);
 * most + 1 if it is more than most, or a name is longer than NEAREST_MAX_CHARS bytes. Public for
 * tests alone, which hold it against a slower way. */
size_t nearest_distance(const char *a, size_t a_len, const char *b, size_t b_len, size_t most);

/* Begins a search for a name of len bytes; considers a known one. Near is what is at most a third
 * of the wanted name's length away, and never more than five; or of what the wanted name, two
 * characters at least, is the beginning. */
void nearest_begin(struct nearest *n, const char *wanted, size_t len);
void nearest_consider(struct nearest *n, const char *name, size_t len);

/* Puts "; did you mean PREFIXone or PREFIXtwo?" behind the message in e, cleaned; nothing if no
 * name is near. Returns -1. */
int nearest_explain(const struct nearest *n, const char *prefix, struct err *e);

/* The same for names that stand in one text, separated by single blanks. */
int nearest_explain_word(const char *wanted, size_t len, const char *names, struct err *e);

#endif
