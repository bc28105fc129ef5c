/* What --backtest makes of the options of a check. */
#ifndef OPTIONS_BACKTEST_H
#define OPTIONS_BACKTEST_H

#include "options/draft.h"

/* Sets how far back is judged and how often, by default 14 days or what CloudWatch still has of
 * them, at the end of each period; and the timeout, unless it was given. The window must have been
 * checked. 0, or -1 with ERR_USAGE. */
int backtest_finish_options(struct draft *d, struct err *e);

#endif
