/* How many points of a series breach, how many of them in a row, and what else one pass over its
 * points finds. What this says of time is in judge/lasting. */
#ifndef JUDGE_PATTERN_H
#define JUDGE_PATTERN_H

#include "model/samples.h"

/* Examines all points by one range. x may have no values. */
struct breaches pattern_find(const struct series *x, const struct window *w, const struct range *r);

/* Measures the points of x by both ranges. Allocates nothing. */
struct measure pattern_measure(const struct series *x, const struct window *w,
	const struct range *warning, const struct range *critical);

#endif
