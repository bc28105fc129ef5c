#include "config.h"

#include "judge/beyond.h"

#include <math.h>

double points_beyond(const struct range *r, double value) {
	if (r->inside)
		return fmin(value - r->start, r->end - value);
	/* No utilisation is below 0: such an end is never near. */
	bool has_lower_end = r->start > 0 || value < r->start;
	return fmax(has_lower_end ? r->start - value : -INFINITY, value - r->end);
}
