/* How the breaching points of a series lie in its window: one spike or a bottleneck that lasts. */
#ifndef PATTERN_H
#define PATTERN_H

#include "samples.h"

enum pattern {
	PATTERN_NONE,
	PATTERN_SPIKE,     /* one breaching point */
	PATTERN_RECURRING, /* several, never three in a row */
	PATTERN_SUSTAINED  /* three or more in a row */
};

/* A period without a point ends a run. */
struct breaches {
	enum pattern pattern;
	size_t count;       /* breaching points; 0: the others mean nothing */
	size_t longest_run; /* the most breaching points in a row */
	int64_t last_s;     /* when the period of the newest one began */
	/* That one is the newest point, but for one of the period that is still filling which
	 * would breach if it were to stay as it is. */
	bool is_newest;
};

/* Looks at all points by one range. x may be without values. */
struct breaches pattern_find(const struct series *x, const struct window *w, const struct range *r);

#endif
