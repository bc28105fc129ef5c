/* Which series of a verdict are worse than others. */
#ifndef JUDGE_WORST_H
#define JUDGE_WORST_H

#include "judge/judge.h"

/* Whether the series has no current data because no task of its service runs. */
bool series_is_down(const struct series_verdict *v);

/* By how many percentage points the shown point of a series is beyond the range that decided;
 * negative: by how many it is short of breaching. -INFINITY: points do not decide, or no value
 * breaches that range. */
double series_points_beyond(const struct series_verdict *v);

/* Compares two series of one verdict: below 0 if a comes first, above 0 if b does. The worst state
 * comes first, then services that are down, then what is furthest beyond its range, then the first
 * by name. */
int series_compare_worst(const struct series_verdict *a, const struct series_verdict *b);

#endif
