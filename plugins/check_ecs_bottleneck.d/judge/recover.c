#include "config.h"

#include "judge/recover.h"

#include <math.h>

static bool breaches(const struct range *r, double value) {
	return !isnan(value) && range_breaches(r, value);
}

static void note_held(struct recover_walk *walk) {
	if (walk->critical >= walk->rule->breaches)
		walk->held_critical = walk->end + 1;
	if (walk->warning >= walk->rule->breaches)
		walk->held_warning = walk->end + 1;
}

static void enter(struct recover_walk *walk, double value) {
	walk->warning += breaches(walk->rule->warning, value);
	walk->critical += breaches(walk->rule->critical, value);
}

static void leave(struct recover_walk *walk, double value) {
	walk->warning -= breaches(walk->rule->warning, value);
	walk->critical -= breaches(walk->rule->critical, value);
}

struct recover_walk recover_begin(const struct point_rule *rule, const double *values,
	size_t skip) {
	struct recover_walk walk = {.rule = rule, .values = values, .end = skip + rule->window};
	for (size_t i = skip; i < walk.end; i++)
		enter(&walk, values[i]);
	note_held(&walk);
	return walk;
}

void recover_step(struct recover_walk *walk) {
	leave(walk, walk->values[walk->end - walk->rule->window]);
	enter(walk, walk->values[walk->end]);
	walk->end++;
	note_held(walk);
}

static enum state state_of_counts(const struct point_rule *rule, size_t warning, size_t critical) {
	if (critical >= rule->breaches)
		return STATE_CRITICAL;
	return warning >= rule->breaches ? STATE_WARNING : STATE_OK;
}

enum state recover_rule(const struct recover_walk *walk) {
	return state_of_counts(walk->rule, walk->warning, walk->critical);
}

static bool lasts(const struct recover_walk *walk, size_t held) {
	return held > 0 && walk->end - (held - 1) <= walk->rule->recover;
}

enum state recover_state(const struct recover_walk *walk) {
	if (lasts(walk, walk->held_critical))
		return STATE_CRITICAL;
	return lasts(walk, walk->held_warning) ? STATE_WARNING : STATE_OK;
}

/* By the window that ends now: the point that is still filling is one more. */
static enum state rule_now(const struct recover_walk *walk, double filling) {
	const struct point_rule *rule = walk->rule;
	bool is_point = !isnan(filling);
	return state_of_counts(rule,
		walk->warning + (is_point && range_exceeds(rule->warning, filling)),
		walk->critical + (is_point && range_exceeds(rule->critical, filling)));
}

struct recovered recover_judge(const struct point_rule *rule, const double *values, size_t count,
	bool filling) {
	size_t complete = count - (filling ? 1 : 0);
	struct point_rule fitting = *rule;
	if (fitting.window > complete)
		fitting.window = complete;
	size_t span = fitting.window + fitting.recover;
	struct recover_walk walk = recover_begin(&fitting, values,
		complete > span ? complete - span : 0);
	while (walk.end < complete)
		recover_step(&walk);
	struct recovered r = {.now = rule_now(&walk, filling ? values[complete] : NAN)};
	enum state before = recover_state(&walk);
	r.state = state_worse(before, r.now);
	if (r.state != r.now) {
		size_t held = before == STATE_CRITICAL ? walk.held_critical : walk.held_warning;
		r.held_ago = walk.end - (held - 1);
	}
	return r;
}
