/* The report's bar charts: in place of the lines of series a section for each metric. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/input.h"
#include "report/fit.h"

/* Adds a section for each metric: a heading, then a row for each service by name, "label ▏ 34.4%
 * ███▊". What all names begin with, up to a "-" or "_", is in the heading alone. At a terminal
 * (columns > 0) the bars follow its width and hold the thresholds as marks; the window as a
 * sparkline, the time of the peak and how the breaching points lie come behind them as far as there
 * is room; links to the graphs of what is not OK end the section. 0, or -1 with ERR_MEMORY. */
int report_add_chart(const struct report_input *in, struct report_parts *p, struct err *e);

#endif
