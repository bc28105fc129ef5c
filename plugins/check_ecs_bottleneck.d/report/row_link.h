/* The link of a chart's row to the graph of its series. */
#ifndef REPORT_ROW_LINK_H
#define REPORT_ROW_LINK_H

#include "report/input.h"

/* Appends the URL alone. Nothing if no console is known for the partition. */
void report_add_url(const struct report_input *in, const struct series_verdict *v, struct buf *out);

#endif
