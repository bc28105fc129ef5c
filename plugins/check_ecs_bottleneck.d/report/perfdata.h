/* The report's perfdata, after the first line and after the last one. */
#ifndef REPORT_PERFDATA_H
#define REPORT_PERFDATA_H

#include "report/words/input.h"
#include "report/words/fit.h"

/* Appends " | " and the cluster's items: a peak for each metric, the lowest share of
 * running tasks, the counts of services, problems
 * and services without data. Nothing if --perfdata omits them, or for a run about one service
 * (report_is_about_one). */
void report_add_summary_perfdata(const struct report_input *in, struct buf *out);

/* Adds the items of the series to the parts, as selected by --perfdata. */
void report_add_series_perfdata(const struct report_input *in, struct report_parts *p);

#endif
