/* The text for series without current data, and for services that have none. */
#ifndef REPORT_WORDS_SILENCE_H
#define REPORT_WORDS_SILENCE_H

#include "report/words/input.h"

/* The series of one service are adjacent in the verdict. The functions return the first of them,
 * and whether v (or the verdict's end) still belongs to the service. */
const struct series_verdict *report_first_of_service(const struct report_input *in,
	const struct series_verdict *v);
bool report_is_of_service(const struct report_input *in, const struct series_verdict *v,
	size_t service);

/* Whether the line of this series, or of the running tasks, covers its whole service, and whether
 * another line covers this series: what ECS reports is the same for the whole service and is
 * printed once. */
bool report_is_for_service(const struct report_input *in, const struct series_verdict *v);
bool report_is_told_elsewhere(const struct report_input *in, const struct series_verdict *v);

/* Why a series, or what is known of running tasks, was lost. Borrowed. */
const char *report_failure_of(const struct report_input *in, const struct series_verdict *v);

/* Appends what ECS says: of running tasks "2 of 3 running, below 100%: unable to place a task"; or
 * why the series (for_service: its whole service) has no current data, or why it was lost:
 * "0 of 3 running, no data since 2026-11-22 13:45Z: unable to place a task". */
void report_add_silence(const struct report_input *in, const struct series_verdict *v,
	bool for_service, struct buf *out);

/* Whether running tasks are not known since ECS's answer is not clear: each service's line says
 * what. */
bool report_is_unclear(const struct report_input *in, const struct series_verdict *v);

/* Appends "CloudWatch returned no p95 (several tasks?); use Maximum or Average", with "since
 * 15:00Z" before the bracket if the series has old points. v NULL: of several series. */
void report_add_no_percentile(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* What is unclear in ECS's description of a series' service. Borrowed. */
const char *report_fault_of(const struct report_input *in, const struct series_verdict *v);

#endif
