/* The first line of a report after "ECS STATE - cluster: ": the worst finding in a few words. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "report/input.h"
#include "report/order.h"

/* Appends it without perfdata and line end. 0, or -1 with ERR_MEMORY. */
int report_add_headline(const struct report_input *in, struct buf *out, struct err *e);

/* Appends "no service matches -s 'PATTERN'" for the pattern with this index, and the names that it
 * may have meant. */
void report_add_pattern(const struct report_input *in, size_t i, struct buf *out);

/* Appends a line with all services of the cluster where -v is given and -s leaves none: "the
 * services of CLUSTER: NAME, NAME". Shell completion reads it. */
void report_add_passed_over(const struct report_input *in, struct buf *out);

/* Whether the series was lost to an error or to the end of the run. */
bool report_is_lost(const struct series_verdict *v);

#endif
