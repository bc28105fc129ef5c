/* For how long a series has breached its range, as a sentence without end. */
#ifndef REPORT_WORDS_LASTING_TEXT_H
#define REPORT_WORDS_LASTING_TEXT_H

#include "base/buf.h"
#include "judge/lasting.h"

/* Appends what l says of the points p, from which it was found. Where the points tell time, the run
 * that is going on and the longest one are told apart:
 *   above 95% for 20 min now; longest 45 min (sustained), 2 h 10 min in 24 h
 *   above 95% for at least 15 min now
 *   above 95% for 5 min (spike), ended at 23:05Z
 *   above 95% 3 times, longest 10 min (recurring), 20 min in 24 h, last ended at 23:05Z
 * Otherwise the points are counted: above 95% in 19 of 25 hourly peaks, 7 in a row, last at 11:00Z;
 * 7 in a row until 03:00Z if the last one is not among them. "0 of 25 points breach" if none does.
 * Times are UTC, with the date unless it is that of p->now_s. */
void lasting_text_add(const struct lasting *l, const struct lasting_points *p, struct buf *out);

/* Appends a time span, rounded down to the minute, from two days on to the hour: "20 min",
 * "2 h 10 min", "24 h", "7 d", "2 d 3 h"; "less than 1 min". */
void lasting_text_add_span(struct buf *out, int64_t seconds);

/* Of a series that --recover alone keeps in its state, appends "; its rule ended 20 min ago, held
 * for 30 min": how long ago its rule last held, and --recover. */
void lasting_text_add_held(struct buf *out, int64_t ago_s, int64_t recover_s);

/* Appends whose peak it was: "average of the tasks 31% then, never above 60%". then is the Average
 * of the 5 minutes of the peak, highest the highest one of all; NAN: not known. Nothing if neither
 * is known. */
void lasting_text_add_average(struct buf *out, double then, double highest);

#endif
