#include "config.h"

#include "judge/headroom.h"

#include <math.h>
#include <stdlib.h>

struct nearness {
	double distance, value;
};

/* How much a value has to change until the range alerts. 0: it alerts already; infinite: it never
 * will. */
static double distance_to_alert(const struct range *r, double value) {
	if (range_breaches(r, value))
		return 0;
	if (r->inside)
		return value < r->start ? r->start - value : value - r->end;
	double up = r->end - value;
	double down = r->start > 0 ? value - r->start : INFINITY; /* no utilisation is below 0 */
	return up < down ? up : down;
}

/* The same for the upper end alone. */
static double distance_to_exceeding(const struct range *r, double value) {
	return range_exceeds(r, value) ? 0 : r->end - value;
}

static int by_distance(const void *a, const void *b) {
	const struct nearness *x = a;
	const struct nearness *y = b;
	return (x->distance > y->distance) - (x->distance < y->distance);
}

/* The point whose change decides on the alert. Infinitely far if there are too few points, or none
 * is nearer than nearer_than. Few series have a nearer one, so few are sorted. */
static struct nearness find_decisive(const struct series *x, const struct window *w,
	const struct range *r, size_t breaches, double nearer_than, struct nearness *points) {
	size_t n = 0;
	for (size_t i = 0; i < w->points; i++) {
		bool filling = window_is_filling(w, i);
		if (isnan(x->values[i]) || (filling && r->inside))
			continue;
		points[n].value = x->values[i];
		points[n].distance = filling ? distance_to_exceeding(r, x->values[i])
					     : distance_to_alert(r, x->values[i]);
		n += points[n].distance < nearer_than;
	}
	if (n < breaches)
		return (struct nearness){INFINITY, 0};
	qsort(points, n, sizeof *points, by_distance);
	return points[breaches - 1];
}

static void consider_series(const struct rules *rules, const struct samples *s,
	const struct series_verdict *v, struct nearness *points, struct headroom *best) {
	const struct series *x = samples_series(s, v->service, v->metric);
	const struct series_ranges own = service_ranges(&s->services[v->service], v->metric);
	const struct range *ranges[] = {own.warning, own.critical};
	for (int i = 0; i < 2; i++) {
		struct nearness p = find_decisive(x, &s->window, ranges[i], rules->breaches,
			best->distance, points);
		if (p.distance >= best->distance)
			continue;
		*best = (struct headroom){.series = v,
			.value = p.value,
			.distance = p.distance,
			.is_critical = i == 1,
			.range = ranges[i]};
	}
}

int headroom_find(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct headroom *out, struct err *e) {
	struct nearness *points = calloc(s->window.points + 1, sizeof *points);
	*out = (struct headroom){.distance = INFINITY};
	if (!points)
		return err_no_memory(e);
	for (size_t i = 0; i < v->series_count; i++) {
		const struct series_verdict *x = &v->series[i];
		if (x->reason == REASON_POINTS && x->points > 0 && !x->is_silent)
			consider_series(rules, s, x, points, out);
	}
	free(points);
	return out->series != NULL;
}
