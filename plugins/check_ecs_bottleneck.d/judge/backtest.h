/* What rules would have done in the past: the state of a series at one instant after another, and
 * how often and how long it was in each. Rules only, no input or output. It judges by the same
 * function as a run with --recover does, without the period that is still filling, so it equals
 * runs at those instants.
 */
#ifndef JUDGE_BACKTEST_H
#define JUDGE_BACKTEST_H

#include "base/err.h"
#include "judge/recover.h"

#include <stdint.h>

/* The instants are period ends, the last one at the end of the values, each interval (in periods)
 * before the next one. Each stands for one interval. */
struct backtest {
	struct point_rule rule;
	int64_t period_s;
	size_t interval; /* in periods; at least 1 */
	size_t instants; /* at least 1 */
	bool may_lack;   /* a window without points is OK: ebs of a service without a volume */
};

/* How many values a series needs: a window and --recover before the first instant, and all after
 * it. */
size_t backtest_points(const struct backtest *b);

/* Judges a series. values has backtest_points(b) of them, oldest first, NAN: none. states receives
 * one of STATE_OK, STATE_WARNING, STATE_CRITICAL or, for "no data", STATE_UNKNOWN for each instant,
 * oldest first. There is no data where the rule gives no problem and the newest point of the window
 * before the instant is missing or stale (as a run tells it, without asking ECS for the reason). */
void backtest_judge(const struct backtest *b, const double *values, unsigned char *states);

/* Merges the states of a further series of the same service (or of the cluster) into states: the
 * worse one of each instant, "no data" between OK and WARNING. */
void backtest_merge(unsigned char *states, const unsigned char *further, size_t instants);

/* One state's share. An unbroken row of instants in it is one time. */
struct backtest_share {
	size_t times;
	int64_t total_s, longest_s;
	size_t last_from, last_to; /* first and last instant of the newest time; if times > 0 */
};

/* Counts the states; by is indexed by state, STATE_UNKNOWN being "no data". */
struct backtest_counts {
	struct backtest_share by[4];
};
struct backtest_counts backtest_count(const struct backtest *b, const unsigned char *states);

/* The contract's bounds on one backtest. A visit is a point in the window or --recover of an
 * instant. */
enum { BACKTEST_MAX_POINTS = 32 * 1024 * 1024, BACKTEST_MAX_VISITS = 2000000000 };

/* How much is asked. All durations are whole numbers of periods. */
struct backtest_size {
	size_t series;
	int64_t span_s, window_s, recover_s, period_s;
	int64_t interval_s; /* 0: the period */
	bool span_is_usual; /* another period has another span: window_usual_past_s */
	size_t breaches;    /* the window has at least so many points */
};

/* Whether it is within the bounds. 0, or -1 with ERR_LIMIT and a message that names the shortest
 * longer period that fits them, the window, --recover, --interval and CloudWatch (a multiple of a
 * minute), with the span and --breaches that go with it; if none does, what else to change. */
int backtest_check(const struct backtest_size *size, struct err *e);

#endif
