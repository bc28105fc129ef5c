/* How far a value is beyond a range. */
#ifndef JUDGE_BEYOND_H
#define JUDGE_BEYOND_H

#include "harness/range.h"

/* By how many percentage points a value is beyond the range; negative: by how many it is short of
 * breaching. -INFINITY: no value breaches it. */
double points_beyond(const struct range *r, double value);

#endif
