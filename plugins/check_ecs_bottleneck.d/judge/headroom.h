/* How close the tightest series of a run without problems is to an alert: rules alone. */
#ifndef HEADROOM_H
#define HEADROOM_H

#include "judge/judge.h"

struct headroom {
	const struct series_verdict *series; /* borrowed from the verdict */
	double value;                        /* of the point that is nearest, in percent */
	double distance;           /* how much it would have to change, in percentage points */
	bool is_critical;          /* to breach the critical range, not the warning one */
	const struct range *range; /* that range; borrowed from the rules */
};

/* Finds the series whose points come nearest to an alert: with --breaches=M its M-th nearest point
 * counts, since that many have to breach. Of equals the first by name, and warning before critical.
 * The period that is still filling counts by the upper end alone. 1 found; 0 there is none (no
 * current points, or no threshold); -1 with ERR_MEMORY. */
int headroom_find(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct headroom *out, struct err *e);

#endif
