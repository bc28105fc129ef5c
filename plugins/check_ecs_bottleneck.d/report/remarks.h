/* What is said of a run besides its series: CloudWatch's messages, -s patterns without a match. */
#ifndef REPORT_REMARKS_H
#define REPORT_REMARKS_H

#include "report/input.h"

/* Appends one line per remark. */
void report_add_remarks(const struct samples *s, struct buf *out);

/* Appends "no service matches -s 'PATTERN'" for the pattern with this index, and the names that it
 * may have meant. */
void report_add_pattern(const struct report_input *in, size_t i, struct buf *out);

/* Appends a line with all services of the cluster where -v is given and -s leaves none: "the
 * services of CLUSTER: NAME, NAME". Shell completion reads it. */
void report_add_passed_over(const struct report_input *in, struct buf *out);

#endif
