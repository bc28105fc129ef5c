/* What --backtest found, as one JSON object. contrib/check_ecs_bottleneck.schema.json describes it.
 */
#ifndef REPORT_BACKTEST_JSON_H
#define REPORT_BACKTEST_JSON_H

#include "report/backtest_input.h"

/* Appends the object and a line end. 0, or -1 with ERR_MEMORY or ERR_LIMIT. */
int report_backtest_json(const struct backtest_report *r, const char *summary, struct buf *out,
	struct err *e);

#endif
