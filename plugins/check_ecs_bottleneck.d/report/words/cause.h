/* What keeps services in the dark: one cause (a permission, throttling) is reported once, however
 * many series it concerns (contract 1.4). */
#ifndef REPORT_WORDS_CAUSE_H
#define REPORT_WORDS_CAUSE_H

#include "report/words/input.h"

/* Whether the series was lost to an error or to the end of the run. */
bool report_is_lost(const struct series_verdict *v);

/* Why nothing is known of a series without a problem: why it was lost, or why ECS could not be
 * asked about it. NULL: neither of these. Borrowed. */
const char *report_cause_of(const struct report_input *in, const struct series_verdict *v);

/* Whether two causes ask for the same action; AWS's own words may differ. */
bool report_is_same_cause(const char *a, const char *b);

/* Appends a cause without AWS's own words; report_add_action begins with the action to take: "add
 * the IAM action cloudwatch:GetMetricData for access key AKIA...MPLE from the environment". */
void report_add_own_words(struct buf *out, const char *cause);
void report_add_action(struct buf *out, const char *cause);

/* Whether the cause quotes AWS, as in "... (AccessDeniedException: User: ...)". If out is not NULL,
 * appends a line "AWS says: AccessDeniedException: User: ...". */
bool report_add_aws_words(struct buf *out, const char *cause);

/* Whether the first line has the action of this cause, and has it whole. */
bool report_has_action(const char *headline, const char *cause);

/* Appends a line for each cause that concerns at least two series: how many services, which ones
 * (the first names), the action, and a line of AWS's words if it quotes any. Where it concerns all
 * services and the first line has the action, the words alone are left. Sets is_told (one per
 * series of the verdict) for those series. 0, or -1 with ERR_MEMORY. */
int report_add_causes(const struct report_input *in, const char *headline, struct buf *out,
	bool *is_told, struct err *e);

#endif
