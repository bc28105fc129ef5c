/* What is known of a run in progress. From the first breach on, the worst known state and an
 * accurate line are stored where the backstop and the signal handlers find them: however the run
 * ends, its state is no milder. */
#ifndef JOBS_KNOWN_H
#define JOBS_KNOWN_H

#include "judge/judge.h"
#include "options/options.h"
#include "model/samples.h"

/* Initialise with known_begin; free with known_free. */
struct known {
	const struct options *options; /* borrowed */
	const char *cluster;           /* borrowed; NULL until the cluster is found */
	enum state state;              /* WARNING or CRITICAL once a problem is known, else OK */
	size_t services;               /* with problems */
	bool is_settled;               /* all is judged */
	enum state verdict;            /* if so: the state of the run */
	double worst_value;            /* of the item below, in percent */
	struct buf worst;              /* "api memory 100.2%"; empty: none, or no memory for it */
};

/* Start with nothing known and store the results for that: known_begin for the time while the
 * options are read, known_options_are_read for the rest of the run. */
void known_begin(struct known *k, const struct options *options);
void known_options_are_read(struct known *k);

/* Examines count services from index first on, and stores what is worse than before. */
void known_learn(struct known *k, struct samples *s, size_t first, size_t count);

/* All is judged: from here on the run ends with the verdict's state, or the worse of it and UNKNOWN
 * if there is no memory for a result, however it ends. (Rounds after the verdict and a slow report
 * change nothing.) */
void known_settle(struct known *k, const struct verdict *v);

/* Appends "at least 2 services with problems: api memory 100.2%, +1 more; "; nothing if nothing is
 * known. */
void known_describe(const struct known *k, struct buf *out);

void known_free(struct known *k);

#endif
