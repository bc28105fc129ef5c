/* Finds the known names that a mistyped one may have meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { NEAREST_MAX = 3, NEAREST_MAX_CHARS = 255 };

/* The nearest names so far, nearest first; all borrowed. */
struct nearest {
	const char *wanted;
	size_t wanted_len;
	struct {
		const char *name;
		size_t len, distance;
	} best[NEAREST_MAX];
	size_t count;
	bool is_known; /* the wanted name itself was considered: it was not mistyped */
};

/* How many characters must be inserted, deleted, replaced or swapped with a neighbour to turn a
 * into b, ignoring ASCII case and changing no part twice (optimal string alignment); most + 1 if it
 * is more than most, or a name is longer than NEAREST_MAX_CHARS bytes. Public for tests only, which
 * compare it with a slower algorithm. */
size_t nearest_distance(const char *a, size_t a_len, const char *b, size_t b_len, size_t most);

/* Begins a search for a name of len bytes; considers a known name. A name is near if its distance
 * is at most a third of the wanted name's length (1 for 2 to 5 characters) and at most 5, or if the
 * wanted name, at least two characters, is its beginning. */
void nearest_begin(struct nearest *n, const char *wanted, size_t len);
void nearest_consider(struct nearest *n, const char *name, size_t len);

/* Appends "; did you mean PREFIXone or PREFIXtwo?" to the message in e, cleaned; nothing if no name
 * is near. Returns -1. */
int nearest_explain(const struct nearest *n, const char *prefix, struct err *e);

/* All of this for names in one string, separated by single blanks. */
int nearest_explain_word(const char *wanted, size_t len, const char *names, struct err *e);

#endif
