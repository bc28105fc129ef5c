/* Which task size would do, in words. */
#ifndef REPORT_WORDS_ADVICE_H
#define REPORT_WORDS_ADVICE_H

#include "report/words/input.h"

/* Appends a size: "0.25 vCPU 0.5 GB" of Fargate; "1340 CPU units 2000 MiB" of instances, of which
 * it leaves out what is 0. */
void report_add_task_size(struct buf *out, const struct task_size *size, bool is_fargate);

/* Appends why there is no advice, or what else is to be said about it: "too new to tell (5 h of
 * data)", "CPU was at its limit: what it would use beyond is not known", ... Nothing if there is
 * nothing to say. */
void report_add_advice_reason(const struct report_input *in, size_t service, struct buf *out);

/* The services with advice to show, what is too small first, then what is far too large; then, with
 * all, those whose size fits. *count of them. NULL without memory; the caller frees it. */
size_t *report_sort_advice(const struct report_input *in, bool all, size_t *count);

/* Appends the lines that follow that list: how many keep their size, why others have no advice. */
void report_add_advice_rest(const struct report_input *in, bool kept_are_shown, const char *indent,
	struct buf *out);

/* Appends the lines of all advice: "advice: api has 1 vCPU 2 GB, used up to 97.9% CPU and 32.5%
 * memory in 7 days: 2 vCPU 4 GB". Nothing without --advise. 0, or -1 with ERR_MEMORY. */
int report_add_advice(const struct report_input *in, struct buf *out, struct err *e);

#endif
