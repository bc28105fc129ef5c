/* The table of --backtest's text. */
#ifndef REPORT_BACKTEST_TABLE_H
#define REPORT_BACKTEST_TABLE_H

#include "report/backtest_input.h"

/* Appends a row for each service that was not OK all the time (with -v for each one), the worst
 * first, and a count of the others: how often and how long it would have been CRITICAL, WARNING and
 * without data, the longest time and the beginning of the last one in its worst state. With charts
 * (in->chart) each row has a strip of its states, as far as the columns (in->columns; 120
 * where there is no terminal) allow, in place of the last two columns unless -v is given. Series
 * that are not known are named in their service's row, whatever the others were. 0, or -1 with
 * ERR_MEMORY. */
int report_backtest_add_table(const struct backtest_report *r, struct buf *out, struct err *e);

/* Appends "2 times, 9 h 10 min", or "-". */
void report_backtest_add_times(struct buf *out, const struct backtest_share *share);

#endif
