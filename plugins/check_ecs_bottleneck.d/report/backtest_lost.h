/* What --backtest says of series that could not be fetched. */
#ifndef REPORT_BACKTEST_LOST_H
#define REPORT_BACKTEST_LOST_H

#include "report/backtest_input.h"

/* Both need at least one lost series. They append "2 series are not known, first api cpu: REASON",
 * and "api cpu: REASON" alone. */
void report_backtest_add_lost(const struct backtest_report *r, struct buf *out);
void report_backtest_add_first_lost(const struct backtest_report *r, struct buf *out);

#endif
