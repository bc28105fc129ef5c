/* How close the tightest series of a run without problems is to an alert. Rules only, no input or
 * output. */
#ifndef JUDGE_HEADROOM_H
#define JUDGE_HEADROOM_H

#include "judge/judge.h"

struct headroom {
	const struct series_verdict *series; /* borrowed from the verdict */
	double value;                        /* of the nearest point, in percent */
	double distance;                     /* the change it needs, in percentage points */
	bool is_critical;          /* it is nearest to the critical range, not the warning range */
	const struct range *range; /* that range; borrowed from the rules */
};

/* Finds the series whose points are nearest to an alert. With --breaches=M its M-th nearest point
 * counts, since that many have to breach. Of equals the first by name counts, and warning before
 * critical. The period still filling counts by the upper end alone. 1: found; 0: none (no current
 * points, or no threshold); -1 with ERR_MEMORY. */
int headroom_find(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct headroom *out, struct err *e);

#endif
