/* Whether the other options suit the metrics that are checked. */
#ifndef OPTIONS_METRIC_CHECK_H
#define OPTIONS_METRIC_CHECK_H

#include "base/err.h"
#include "model/rules.h"

struct draft;

/* Refuses (ERR_USAGE) a range of a metric that is not checked; with -m tasks alone, which is of no
 * series, also what concerns series only: ranges without a metric, --window and the like, and
 * managed daemons by name. 0 or -1. */
int metric_check_options(const struct draft *d, struct err *e);

/* Refuses (ERR_USAGE) more --breaches than a metric has points in the window. 0 or -1. */
int metric_check_breaches(const struct rules *rules, struct err *e);

#endif
