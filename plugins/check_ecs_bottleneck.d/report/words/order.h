/* The order of series in a report: the worst first (contract 1.4). */
#ifndef REPORT_WORDS_ORDER_H
#define REPORT_WORDS_ORDER_H

#include "judge/judge.h"
#include "judge/worst.h"

/* Selects series; NULL: all of them. */
typedef bool (*report_filter)(const struct series_verdict *v);

/* The series of a verdict that pass the filter, *count of them, the worst first. The caller frees
 * the list, not its elements. NULL if memory runs out. */
const struct series_verdict **report_sorted(const struct verdict *v, report_filter filter,
	size_t *count);

#endif
