/* The order of series in a report: the worst first (contract 1.4). */
#ifndef REPORT_WORDS_ORDER_H
#define REPORT_WORDS_ORDER_H

#include "judge/judge.h"

/* Whether no task of the service runs although some are wanted: its running tasks are a problem, or
 * the series has no current data for that reason. */
bool report_is_down(const struct series_verdict *v);

/* Whether points of the run's window decided: those that --recover looks at may lie before it. */
bool report_is_of_window(const struct series_verdict *v);

/* By how many percentage points the shown point of a series, or the share of running tasks where it
 * is a problem, is beyond the range that decided;
 * negative: by how many it is short of breaching. -INFINITY: points do not decide, or no value
 * breaches that range. */
double report_points_beyond(const struct series_verdict *v);

/* Compares two series of one verdict: below 0 if a comes first, above 0 if b does. The worst state
 * comes first, then services that are down, then running tasks, then what is furthest beyond its
 * range, then the first by name. The first line, the lines of series and --max-output all go by
 * this. */
int report_compare_worst(const struct series_verdict *a, const struct series_verdict *b);

/* Selects series; NULL: all of them. */
typedef bool (*report_filter)(const struct series_verdict *v);

/* The series of a verdict that pass the filter, *count of them, the worst first. The caller frees
 * the list, not its elements. NULL if memory runs out. */
const struct series_verdict **report_sorted(const struct verdict *v, report_filter filter,
	size_t *count);

#endif
