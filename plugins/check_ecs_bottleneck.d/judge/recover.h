/* The rule of ranges and --breaches at one period end after another, and --recover: a state lasts
 * until its rule has not held for so long. For a check, which looks at now, and for a replay of the
 * past. Rules only, no input or output; the work grows with the points, not with the window.
 *
 * The contract: the run fetches window + D and takes the worst state that the rule gives at any
 * period end of the last D, and now. Both ends of the last D belong to it: the rule has not held
 * for D only when the period end at which it last held is more than D ago.
 */
#ifndef JUDGE_RECOVER_H
#define JUDGE_RECOVER_H

#include "harness/range.h"
#include "harness/state.h"

#include <stdbool.h>
#include <stddef.h>

/* By which points a series is in a state. Lengths are in periods. */
struct point_rule {
	const struct range *warning, *critical; /* borrowed */
	size_t breaches;                        /* points that a state takes; at least 1 */
	size_t window;                          /* at least 1 */
	size_t recover;                         /* 0: a state ends with its rule */
};

/* A walk over the period ends of one series. Period end k is the moment at which k periods of the
 * values are complete. */
struct recover_walk {
	const struct point_rule *rule;
	const double *values;     /* one a period, oldest first, NAN: none */
	size_t end;               /* the period end that the walk has reached */
	size_t warning, critical; /* breaching points in the window that ends there */
	/* One more than the last period end at which the rule of the state held; 0: none. */
	size_t held_warning, held_critical;
};

/* Begins at the first period end with a whole window before it, at values + skip + the rule's
 * window. values has to have that many; rule and values are borrowed. */
struct recover_walk recover_begin(const struct point_rule *rule, const double *values, size_t skip);

/* Goes one period further; values has to have it. */
void recover_step(struct recover_walk *walk);

/* The state by the rule alone at the period end that the walk has reached: OK, WARNING or CRITICAL,
 * critical before warning. */
enum state recover_rule(const struct recover_walk *walk);

/* The state there with --recover: the worst by the rule at this period end and those up to
 * rule->recover periods before that the walk has passed. */
enum state recover_state(const struct recover_walk *walk);

/* What --recover makes of a series now. */
struct recovered {
	enum state state; /* OK, WARNING or CRITICAL */
	enum state now;   /* by the rule alone, over the window that ends now */
	/* If state is worse than now: how many periods have been complete since the last period end
	 * at which the rule of state held; otherwise 0. */
	size_t held_ago;
};

/* Judges the values of window + recover complete periods, oldest first and the newest one last.
 * With filling they are followed by the point of the period that is still filling (NAN: none),
 * which counts for now alone and breaches only by exceeding a range's upper end. count includes it.
 * Fewer complete values than window + recover: the oldest period ends are left out; fewer than the
 * window: what there is, is the window. */
struct recovered recover_judge(const struct point_rule *rule, const double *values, size_t count,
	bool filling);

#endif
