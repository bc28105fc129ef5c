#include "config.h"

#include "pattern.h"

#include <math.h>

enum { SUSTAINED_RUN = 3 };

static enum pattern name_of(const struct breaches *b) {
	if (b->count <= 1)
		return b->count == 0 ? PATTERN_NONE : PATTERN_SPIKE;
	return b->longest_run >= SUSTAINED_RUN ? PATTERN_SUSTAINED : PATTERN_RECURRING;
}

struct breaches pattern_find(const struct series *x, const struct window *w,
	const struct range *r) {
	struct breaches b = {PATTERN_NONE, 0, 0, 0, false};
	size_t run = 0;
	for (size_t i = 0; x->values && i < w->points; i++) {
		bool breaches = series_point_breaches(x, w, i, r);
		run = breaches ? run + 1 : 0;
		if (breaches) {
			b.count++;
			b.last_s = window_time(w, i);
			b.is_newest = true;
		} else if (!isnan(x->values[i]) && !range_breaches(r, x->values[i])) {
			b.is_newest = false;
		}
		b.longest_run = run > b.longest_run ? run : b.longest_run;
	}
	b.pattern = name_of(&b);
	return b;
}
