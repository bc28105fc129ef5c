/* What is known of a run while it goes on. From the first breach on, the worst known state and a
 * true line are kept where the backstop and the signal handlers find them: however the run ends,
 * it ends with no milder state. */
#ifndef KNOWN_H
#define KNOWN_H

#include "judge/judge.h"
#include "options/options.h"
#include "model/samples.h"

/* Set up with known_begin; free with known_free. */
struct known {
	const struct options *options; /* borrowed */
	const char *cluster;           /* borrowed; NULL while it is not found */
	enum state state;              /* WARNING or CRITICAL once something is known, else OK */
	size_t services;               /* with problems */
	double worst_value;            /* of the item below, in percent */
	struct buf worst; /* "api memory 100.2%"; empty: nothing, or no memory for it */
};

/* Begins with nothing known and keeps the words for that: first for the time in which the options
 * are read, then (options_are_read) for the rest of the run. */
void known_begin(struct known *k, const struct options *options);
void known_options_are_read(struct known *k);

/* Looks at the services from index first on, and keeps what is worse than before. */
void known_learn(struct known *k, struct samples *s, size_t first, size_t count);

/* Takes the verdict's state, whatever it is made of. */
void known_settle(struct known *k, const struct verdict *v);

/* Appends "at least 2 services with problems: api memory 100.2%, +1 more; "; nothing where nothing
 * is known. */
void known_describe(const struct known *k, struct buf *out);

void known_free(struct known *k);

#endif
