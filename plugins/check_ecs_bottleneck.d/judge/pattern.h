/* How the breaching points of a series lie in its window: one spike or a bottleneck that lasts; and
 * what else one pass over its points finds. */
#ifndef PATTERN_H
#define PATTERN_H

#include "model/samples.h"

/* Looks at all points by one range. x may be without values. */
struct breaches pattern_find(const struct series *x, const struct window *w, const struct range *r);

/* Measures the points that x has, by both ranges. Allocates nothing. */
struct measure pattern_measure(const struct series *x, const struct window *w,
	const struct range *warning, const struct range *critical);

#endif
