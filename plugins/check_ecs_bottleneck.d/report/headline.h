/* The first line of a report after "ECS STATE - cluster: ": the worst finding in a few words. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "report/input.h"
#include "report/order.h"

/* Appends it without perfdata and line end. 0, or -1 with ERR_MEMORY. */
int report_add_headline(const struct report_input *in, struct buf *out, struct err *e);

/* Appends "no service matches -s 'PATTERN'" for the pattern with this index. */
void report_add_pattern(const struct rules *rules, size_t i, struct buf *out);

/* Whether the series was lost to an error or to the end of the run. */
bool report_is_lost(const struct series_verdict *v);

#endif
