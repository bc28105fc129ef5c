/* The order of series in a report. */
#ifndef REPORT_ORDER_H
#define REPORT_ORDER_H

#include "judge/judge.h"

enum report_order {
	ORDER_LINES, /* worst state first, services that are down before others, then by name */
	ORDER_WORST  /* the same, but the highest value first before the name */
};

/* Whether the series has no current data because no task of its service runs. */
bool report_is_down(const struct series_verdict *v);

/* Compares two series of one verdict in ORDER_WORST: below 0 if a comes first, above 0 if b
 * does. */
int report_compare_worst(const struct series_verdict *a, const struct series_verdict *b);

/* Selects series; NULL: all of them. */
typedef bool (*report_filter)(const struct series_verdict *v);

/* The series of a verdict that pass the filter, *count of them, sorted. The caller frees the list,
 * not its elements. NULL if memory runs out. */
const struct series_verdict **report_sorted(const struct verdict *v, enum report_order order,
	report_filter filter, size_t *count);

#endif
