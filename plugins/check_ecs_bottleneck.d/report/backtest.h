/* What --backtest found, as text: a row for each service with a problem, at a terminal with a strip
 * of its states, and the sum. */
#ifndef REPORT_BACKTEST_H
#define REPORT_BACKTEST_H

#include "report/backtest_input.h"

/* Appends the whole result, in the style's format. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report_backtest(const struct backtest_report *r, struct buf *out, struct err *e);

/* Appends what the metrics of so many series, of so many points each, will cost; one line. */
void report_backtest_cost(size_t series, size_t points, struct buf *out);

/* Appends the sum as one sentence: "these thresholds would have alarmed 3 times in 14 days (1.5 a
 * week; api 2, worker 1), 9 h 30 min in all services together; WARNING 7 times, 16 h". Where
 * series are not known it begins with "at least: ", or says that nothing is known. */
void report_backtest_add_sum(const struct backtest_report *r, struct buf *out);

#endif
