/* Bar charts in a file or pipe, in place of the lines of series. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/words/input.h"
#include "report/words/fit.h"

/* Adds a section for each metric: a heading, then a row for each service by name, "label ▏  34.4%
 * ███▊". The common prefix of all names, up to a "-" or "_", is in the heading only. A row is, byte
 * for byte, one of the Python script that this plugin replaces: the label left-aligned, the highest
 * value with one decimal in five columns, eighths of 25 cells for 110 %; but a bar above 110 % is
 * clipped. Adds nothing for a terminal (columns > 0): see report_screen. 0, or -1 with
 * ERR_MEMORY. */
int report_add_chart(const struct report_input *in, struct report_parts *p, struct err *e);

#endif
