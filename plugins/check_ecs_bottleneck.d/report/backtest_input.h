/* What the report of --backtest is made of. */
#ifndef REPORT_BACKTEST_INPUT_H
#define REPORT_BACKTEST_INPUT_H

#include "judge/replay.h"
#include "report/words/input.h"

/* All borrowed. */
struct backtest_report {
	const struct report_input *in; /* without a verdict */
	const struct replay *replay;
	const char *kind; /* of the JSON object */
};

#endif
