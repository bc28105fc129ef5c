/* The closer look: which series are asked for once more, in points of 5 minutes, and for how long a
 * series has breached its range by what that brought. It never changes a verdict. */
#ifndef JUDGE_CLOSER_LOOK_H
#define JUDGE_CLOSER_LOOK_H

#include "judge/judge.h"
#include "judge/lasting.h"
#include "model/detail.h"
#include "model/request.h"

/* What to ask for. */
struct closer_look {
	struct request_list list; /* in the verdict's order; refers to span and to the rules */
	struct window_spec span;  /* of all of them */
	size_t left_out;          /* series that would have needed it as well */
};

/* Lists the series that their points put into WARNING or CRITICAL and whose own points are too
 * coarse to tell for how long: their own statistic, with Average beside a Maximum, in the complete
 * 5-minute periods from the window's start to now, at least 3 hours. At most what GetMetricData
 * answers in one page, 500 queries and 100,800 points; the worst series first. Nothing with
 * --detail=none. *out is always set; free it with closer_look_free; it must stay where it is while
 * its list is in use. 0, or -1 with ERR_MEMORY. (GetMetricData in the CloudWatch API reference.) */
int closer_look_find(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct closer_look *out, struct err *e);
void closer_look_free(struct closer_look *look);

/* For how long a series has breached the range that decided. */
struct series_lasting {
	struct lasting_points points; /* what this was found from; all borrowed */
	struct window held;           /* of these points, if --recover alone keeps the state */
	struct lasting found;
	struct lasting_average average; /* whose peak it was; NAN: not known */
};

/* Finds it from the closer look's points if these carry it: some breach, and none of the series'
 * own newer breaches is missing among them. Otherwise from the series' own points; if --recover
 * alone keeps the state, from those since the window over which its rule last held. A series
 * without a breach has only found.points and found.tells_time. detail may be NULL. out must not
 * move while its points are in use. */
void series_lasting_find(const struct rules *rules, const struct samples *s,
	const struct detail *detail, const struct series_verdict *v, struct series_lasting *out);

#endif
