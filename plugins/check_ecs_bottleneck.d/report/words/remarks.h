/* What is said of a run besides its series: CloudWatch's messages, -s patterns without a match. */
#ifndef REPORT_WORDS_REMARKS_H
#define REPORT_WORDS_REMARKS_H

#include "report/words/input.h"

/* Appends one line per remark. */
void report_add_remarks(const struct samples *s, struct buf *out);

/* Appends "no service matches -s 'PATTERN'" for the pattern with this index, and the names that it
 * may have meant. */
void report_add_pattern(const struct report_input *in, size_t i, struct buf *out);

/* The index of the first -s pattern without a match; the number of patterns if each has one. */
size_t report_first_unmatched(const struct report_input *in);

/* Appends why no service was checked: the cluster has none, none is active, or -s and -x leave
 * none. */
void report_add_no_service(const struct report_input *in, struct buf *out);

/* Appends a line with all services of the cluster where -v is given and -s leaves none: "the
 * services of CLUSTER: NAME, NAME". Shell completion reads it. */
void report_add_passed_over(const struct report_input *in, struct buf *out);

/* With -v, appends a line for each service that was left out as it is gone or inactive. */
void report_add_dropped(const struct report_input *in, struct buf *out);

#endif
