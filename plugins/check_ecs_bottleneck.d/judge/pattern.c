#include "config.h"

#include "judge/pattern.h"

#include <math.h>

struct breaches pattern_find(const struct series *x, const struct window *w,
	const struct range *r) {
	struct breaches b = {.count = 0};
	size_t run = 0;
	for (size_t i = 0; x->values && i < w->points; i++) {
		bool breaches = series_point_breaches(x, w, i, r);
		run = breaches ? run + 1 : 0;
		if (breaches) {
			b.count++;
			b.above += range_exceeds(r, x->values[i]);
			b.last_s = window_time(w, i);
			b.is_newest = true;
		} else if (!isnan(x->values[i]) && !range_breaches(r, x->values[i])) {
			b.is_newest = false;
		}
		b.longest_run = run > b.longest_run ? run : b.longest_run;
	}
	return b;
}

/* Whether no value between the two can breach; most series then need no second pass. */
static bool is_clear_of(const struct range *r, double lowest, double highest) {
	return r->inside ? highest < r->start || lowest > r->end
			 : lowest >= r->start && highest <= r->end;
}

struct measure pattern_measure(const struct series *x, const struct window *w,
	const struct range *warning, const struct range *critical) {
	struct measure m = {.is_taken = true};
	size_t at = 0;
	size_t newest = 0;
	for (size_t i = 0; x->values && i < w->points; i++) {
		double value = x->values[i];
		if (isnan(value))
			continue;
		newest = i;
		if (m.points++ == 0 || value >= m.highest) {
			m.highest = value;
			at = i;
		}
		if (m.points == 1 || value < m.lowest)
			m.lowest = value;
	}
	if (m.points == 0)
		return m;
	m.highest_s = window_time(w, at);
	m.newest_s = window_time(w, newest);
	if (!is_clear_of(warning, m.lowest, m.highest))
		m.warning = pattern_find(x, w, warning);
	if (!is_clear_of(critical, m.lowest, m.highest))
		m.critical = pattern_find(x, w, critical);
	return m;
}
