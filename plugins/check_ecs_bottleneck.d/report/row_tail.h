/* What stands at the end of a bar's row: how long, and until when. */
#ifndef REPORT_ROW_TAIL_H
#define REPORT_ROW_TAIL_H

#include "report/input.h"

/* Appends what the breaching points tell, in at most some 25 columns: "5 h, until now" or "90 min,
 * until 3 h ago" if they are one run of several, else "1 of 25, 3 h ago". Where a lower bound or an
 * "@" decided, the breaching value stands before it. Nothing if no point breaches. */
void report_add_tail(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

#endif
