#include "config.h"

#include "report/order.h"

#include <stdlib.h>

bool report_is_down(const struct series_verdict *v) {
	return v->is_silent && v->silence == REASON_DOWN;
}

/* By state; services that are down first. */
static int compare_states(const struct series_verdict *a, const struct series_verdict *b) {
	int rank = state_rank(b->state) - state_rank(a->state);
	return rank != 0 ? rank : (int)report_is_down(b) - (int)report_is_down(a);
}

/* Then by name: the verdict's array is sorted by name. */
static int compare_lines(const void *x, const void *y) {
	const struct series_verdict *const *a = x;
	const struct series_verdict *const *b = y;
	int rank = compare_states(*a, *b);
	return rank != 0 ? rank : (*a > *b) - (*a < *b);
}

int report_compare_worst(const struct series_verdict *a, const struct series_verdict *b) {
	double shown_a = a->points > 0 ? a->shown : -1;
	double shown_b = b->points > 0 ? b->shown : -1;
	int rank = compare_states(a, b);
	int value = (shown_b > shown_a) - (shown_b < shown_a);
	return rank != 0 ? rank : value != 0 ? value : (a > b) - (a < b);
}

static int compare_worst(const void *x, const void *y) {
	const struct series_verdict *const *a = x;
	const struct series_verdict *const *b = y;
	return report_compare_worst(*a, *b);
}

const struct series_verdict **report_sorted(const struct verdict *v, enum report_order order,
	report_filter filter, size_t *count) {
	const struct series_verdict **list = calloc(v->series_count + 1, sizeof *list);
	*count = 0;
	for (size_t i = 0; list && i < v->series_count; i++)
		if (!filter || filter(&v->series[i]))
			list[(*count)++] = &v->series[i];
	if (list && *count > 1)
		qsort(list, *count, sizeof *list,
			order == ORDER_LINES ? compare_lines : compare_worst);
	return list;
}
