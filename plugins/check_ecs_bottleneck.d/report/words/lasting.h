/* Times and ends of ranges, and whether a breach is over, in words. */
#ifndef REPORT_WORDS_LASTING_H
#define REPORT_WORDS_LASTING_H

#include "judge/lasting.h"
#include "report/words/input.h"

/* Appends a time in UTC, "23:00Z", with the date unless it is that of the run. */
void report_add_time(const struct report_input *in, int64_t epoch_s, struct buf *out);

/* The same at a given time of the run, now_s. */
void report_add_time_at(struct buf *out, int64_t epoch_s, int64_t now_s);

/* Appends an end of a range in percent: "95%". */
void report_add_bound(struct buf *out, double bound);

/* The word of a pattern; NULL for none. */
const char *report_pattern_name(enum pattern p);

/* Whether points of the series breach its range, but not the newest one any more: of those that its
 * line is about. */
bool report_is_over(const struct report_input *in, const struct series_verdict *v);

#endif
