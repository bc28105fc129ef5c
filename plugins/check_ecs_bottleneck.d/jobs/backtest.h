/* --backtest: what the check would have said in the past. Lists the services (names of -s are the
 * list), fetches the series of the whole span at once, and judges them at one instant after
 * another. */
#ifndef JOBS_BACKTEST_H
#define JOBS_BACKTEST_H

#include "jobs/run.h"

/* Runs the backtest; the options must have been read. Writes the result to r->out, returns OK, or
 * UNKNOWN if anything could not be had. What is not even begun to be judged (too much data, half of
 * the list, the deadline) is one line. */
enum state backtest(struct run *r);

#endif
