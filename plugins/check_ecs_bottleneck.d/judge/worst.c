#include "config.h"

#include "judge/worst.h"

#include <math.h>

bool series_is_down(const struct series_verdict *v) {
	return v->is_silent && v->silence == REASON_DOWN;
}

double series_points_beyond(const struct series_verdict *v) {
	const struct range *r = v->range;
	if (v->reason != REASON_POINTS || v->points == 0 || !r)
		return -INFINITY;
	if (r->inside)
		return fmin(v->shown - r->start, r->end - v->shown);
	/* No utilisation is below 0: such an end is never near. */
	bool has_lower_end = r->start > 0 || v->shown < r->start;
	return fmax(has_lower_end ? r->start - v->shown : -INFINITY, v->shown - r->end);
}

/* What is said of a service that is down comes before what its old points were. */
static int down_rank(const struct series_verdict *v) {
	return (int)series_is_down(v) + (series_is_down(v) && v->reason == REASON_DOWN);
}

int series_compare_worst(const struct series_verdict *a, const struct series_verdict *b) {
	int rank = state_rank(b->state) - state_rank(a->state);
	int down = down_rank(b) - down_rank(a);
	double beyond_a = series_points_beyond(a);
	double beyond_b = series_points_beyond(b);
	int beyond = (beyond_b > beyond_a) - (beyond_b < beyond_a);
	/* The verdict's array is sorted by name. */
	return rank != 0 ? rank : down != 0 ? down : beyond != 0 ? beyond : (a > b) - (a < b);
}
