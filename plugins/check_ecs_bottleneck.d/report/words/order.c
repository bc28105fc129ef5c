#include "config.h"

#include "report/words/order.h"

#include <stdlib.h>

static int compare_worst(const void *x, const void *y) {
	const struct series_verdict *const *a = x;
	const struct series_verdict *const *b = y;
	return series_compare_worst(*a, *b);
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
