/* Times, and how the breaching points of a series lie in time, in words. */
#ifndef REPORT_WORDS_LASTING_H
#define REPORT_WORDS_LASTING_H

#include "report/words/input.h"

/* Appends a time in UTC, "23:00Z", with the date unless it is that of the run. */
void report_add_time(const struct report_input *in, int64_t epoch_s, struct buf *out);

/* The same at a given time of the run, now_s. */
void report_add_time_at(struct buf *out, int64_t epoch_s, int64_t now_s);

/* Appends an end of a range in percent: "95%". */
void report_add_bound(struct buf *out, double bound);

/* Appends a duration rounded down: "90 min" below two hours, "47 h" below two days, then "2 d". */
void report_add_rough_duration(struct buf *out, int64_t seconds);

/* The word of a pattern; NULL for none. */
const char *report_pattern_name(enum pattern p);

/* Whether points of the series breach its range, but not the newest one any more. */
bool report_is_over(const struct report_input *in, const struct series_verdict *v);

/* Appends "5 h in a row, still above" or "last 14 h ago". The series must have breaching points. */
void report_add_breaches(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends "above 95% in 7 of 25 points (sustained), 5 h in a row, still above", or "0 of 25 points
 * breach". */
void report_add_lasting(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

#endif
