/* The report's bar charts: a section for each metric, in place of the lines of series. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/input.h"
#include "report/fit.h"

/* Adds a section for each metric: a heading, then a row for each service by name, "label ▏ 34.4%
 * ███▊". The common prefix of all names, up to a "-" or "_", is in the heading only. On a terminal
 * (columns > 0) the bars use its width and mark the thresholds. The time of the peak, a sparkline
 * of the window and the distribution of the breaching points follow as space permits; links to the
 * graphs of series that are not OK end the section. 0, or -1 with ERR_MEMORY. */
int report_add_chart(const struct report_input *in, struct report_parts *p, struct err *e);

#endif
