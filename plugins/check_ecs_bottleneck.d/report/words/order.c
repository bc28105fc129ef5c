#include "config.h"

#include "report/words/order.h"

#include "judge/beyond.h"
#include "report/words/tasks.h"

#include <math.h>
#include <stdlib.h>

bool report_is_down(const struct series_verdict *v) {
	bool by_tasks = report_has_share(v) && v->running_pct <= 0 && state_is_problem(v->state);
	return by_tasks || (v->is_silent && v->silence == REASON_DOWN);
}

bool report_is_of_window(const struct series_verdict *v) {
	return v->reason == REASON_POINTS && v->points > 0 && v->held_until_s == 0 &&
		!report_is_down(v);
}

double report_points_beyond(const struct series_verdict *v) {
	const struct range *r = v->range;
	bool by_tasks = report_has_share(v) && state_is_problem(v->state);
	double shown = by_tasks ? v->running_pct : v->shown;
	if ((!by_tasks && (v->reason != REASON_POINTS || !series_has_shown(v))) || !r)
		return -INFINITY;
	return points_beyond(r, shown);
}

/* What is said of a service that is down comes before what its old points were. */
static int down_rank(const struct series_verdict *v) {
	return (int)report_is_down(v) + (report_is_down(v) && v->reason != REASON_POINTS);
}

static int tasks_rank(const struct series_verdict *v) {
	return report_is_of_tasks(v) && state_is_problem(v->state);
}

int report_compare_worst(const struct series_verdict *a, const struct series_verdict *b) {
	int rank = state_rank(b->state) - state_rank(a->state);
	int down = down_rank(b) - down_rank(a);
	int tasks = tasks_rank(b) - tasks_rank(a);
	double beyond_a = report_points_beyond(a);
	double beyond_b = report_points_beyond(b);
	int beyond = (beyond_b > beyond_a) - (beyond_b < beyond_a);
	/* The verdict's array is sorted by name. */
	int first = rank != 0 ? rank : down != 0 ? down : tasks != 0 ? tasks : beyond;
	return first != 0 ? first : (a > b) - (a < b);
}

static int compare_worst(const void *x, const void *y) {
	const struct series_verdict *const *a = x;
	const struct series_verdict *const *b = y;
	return report_compare_worst(*a, *b);
}

const struct series_verdict **report_sorted(const struct verdict *v, report_filter filter,
	size_t *count) {
	const struct series_verdict **list = calloc(v->series_count + 1, sizeof *list);
	*count = 0;
	for (size_t i = 0; list && i < v->series_count; i++)
		if (!filter || filter(&v->series[i]))
			list[(*count)++] = &v->series[i];
	if (list && *count > 1)
		qsort(list, *count, sizeof *list, compare_worst);
	return list;
}
