/* What is said of the running tasks of services, and of the failure that ECS reports. */
#ifndef REPORT_WORDS_TASKS_H
#define REPORT_WORDS_TASKS_H

#include "report/words/input.h"

/* Whether it is about running tasks; whether it has their share of the desired ones as well. */
bool report_is_of_tasks(const struct series_verdict *v);
bool report_has_share(const struct series_verdict *v);

/* The running tasks of the service of v, in the same verdict; NULL if they are not judged. */
const struct series_verdict *report_tasks_of(const struct report_input *in,
	const struct series_verdict *v);

/* The service that has the smallest share of its tasks running; NULL if none has a share. */
const struct series_verdict *report_lowest_tasks(const struct verdict *v);

/* Appends "0 of 3 running", the same words for a service that is down without a range for it. */
void report_add_running(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Why few or no tasks are in order: "new", "starting", "scaled to zero"; NULL: nothing says so. */
const char *report_excuse_of(const struct series_verdict *v);

/* Appends "2 of 3", shorter, for the end of a bar. */
void report_add_counts(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends "2 of 3 running, below 100%", "starting: 2 of 3 running", "scaled to zero", "DRAINING, 3
 * still running". Not for what was lost. */
void report_add_tasks(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends what a chart, which has the counts, and JSON say beside them: "starting", "scaled to
 * zero", "DRAINING, 3 still running", or the current failure; nothing if there is none. Not for
 * what was lost. */
void report_add_tasks_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends what the first line of a run without peaks says: "40 of 41 tasks running", of all
 * services; "none with data" if series were asked for. */
void report_add_without_peaks(const struct report_input *in, struct buf *out);

/* Whether too few tasks run and ECS reports a failure: more is to be said than how many. */
bool report_has_lack_explained(const struct report_input *in, const struct series_verdict *v);

/* Appends before and the current failure of a service, as ECS words it: the rollout's reason, else
 * the event's; a long one without its middle. Nothing if no failure is current. */
void report_add_failure(const struct report_input *in, size_t service, const char *before,
	struct buf *out);

#endif
