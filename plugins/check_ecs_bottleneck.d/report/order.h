/* In which order a report tells of series. */
#ifndef REPORT_ORDER_H
#define REPORT_ORDER_H

#include "judge/judge.h"

enum report_order {
	ORDER_LINES, /* worst state first, services that are down before others, then by name */
	ORDER_WORST  /* the same, but the highest value before the name */
};

/* Whether the series is without current data because no task of its service runs. */
bool report_is_down(const struct series_verdict *v);

/* The second order for two series of one verdict: below 0 if a comes first, above 0 if b. */
int report_compare_worst(const struct series_verdict *a, const struct series_verdict *b);

/* Which series are meant; NULL: all of them. */
typedef bool (*report_filter)(const struct series_verdict *v);

/* The series of a verdict that pass the filter, *count of them, in an order; for the caller to free
 * (the list alone). NULL without memory. */
const struct series_verdict **report_sorted(const struct verdict *v, enum report_order order,
	report_filter filter, size_t *count);

#endif
