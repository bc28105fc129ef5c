/* How many tasks of a service run, judged against how many are desired. Rules only, no input or
 * output. */
#ifndef JUDGE_TASKS_H
#define JUDGE_TASKS_H

#include "harness/range.h"
#include "harness/state.h"
#include "model/description.h"
#include "model/reason.h"

struct tasks_finding {
	enum state state;
	/* REASON_TASKS: judged by the ranges; NEW or STARTING: fewer run than the ranges want, but
	 * the history explains it; SCALED_TO_ZERO or NO_INSTANCE: none is desired; GONE: the
	 * service is not ACTIVE; FAILED: the answer failed or is not clear; UNANSWERED. */
	enum reason reason;
	double running_pct;        /* in percent of the desired tasks; NAN: none is desired, or not
				      known */
	const struct range *range; /* the one that decided; NULL without a percentage */
	enum direction direction;  /* how running_pct breaches it */
};

/* Judges a description by ranges in percent (borrowed by the result). now_s: silence_time. Counts
 * that are not clear are UNKNOWN; what else is wrong with an answer never makes a service OK, and
 * never takes a breach of clear counts away. */
struct tasks_finding tasks_judge(const struct description *d, const struct range *warning,
	const struct range *critical, int64_t now_s);

#endif
