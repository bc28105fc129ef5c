#include "config.h"

#include "judge/tasks.h"

#include "judge/silence.h"

#include <math.h>

static struct tasks_finding without_share(enum state state, enum reason reason) {
	return (struct tasks_finding){.state = state, .reason = reason, .running_pct = NAN};
}

static enum direction direction_of(const struct range *r, double pct) {
	if (!range_breaches(r, pct))
		return DIRECTION_NONE;
	if (r->inside)
		return DIRECTION_INSIDE;
	return range_exceeds(r, pct) ? DIRECTION_ABOVE : DIRECTION_BELOW;
}

static struct tasks_finding judge_share(const struct description *d, const struct range *warning,
	const struct range *critical, int64_t now_s) {
	const double whole_pct = 100;
	struct tasks_finding f = {.state = STATE_OK, .reason = REASON_TASKS, .range = warning};
	f.running_pct = whole_pct * (double)d->running_count / (double)d->desired_count;
	if (range_breaches(critical, f.running_pct)) {
		f.state = STATE_CRITICAL;
		f.range = critical;
	} else if (range_breaches(warning, f.running_pct)) {
		f.state = STATE_WARNING;
	}
	f.direction = direction_of(f.range, f.running_pct);
	if (f.state == STATE_OK && d->fault >= FAULT_ANSWER)
		return without_share(STATE_UNKNOWN, REASON_FAILED);
	if (f.state == STATE_OK || d->running_count >= d->desired_count)
		return f;
	enum reason lack = silence_explain_lack(d, now_s);
	if (lack != REASON_DOWN) {
		f.state = STATE_OK;
		f.reason = lack;
	}
	return f;
}

static struct tasks_finding judge_counts(const struct description *d, const struct range *warning,
	const struct range *critical, int64_t now_s) {
	if (d->fault == FAULT_SERVICE)
		return without_share(STATE_UNKNOWN, REASON_FAILED);
	if (d->desired_count > 0)
		return judge_share(d, warning, critical, now_s);
	/* A PRIMARY deployment that wants tasks in a service that wants none is such a fault. */
	if (d->fault != FAULT_NONE)
		return without_share(STATE_UNKNOWN, REASON_FAILED);
	return without_share(STATE_OK, d->is_daemon ? REASON_NO_INSTANCE : REASON_SCALED_TO_ZERO);
}

struct tasks_finding tasks_judge(const struct description *d, const struct range *warning,
	const struct range *critical, int64_t now_s) {
	switch (d->status) {
	case DESCRIPTION_KNOWN:
		return judge_counts(d, warning, critical, now_s);
	case DESCRIPTION_GONE:
		return d->fault >= FAULT_ANSWER ? without_share(STATE_UNKNOWN, REASON_FAILED)
						: without_share(STATE_OK, REASON_GONE);
	case DESCRIPTION_FAILED:
		return without_share(STATE_UNKNOWN, REASON_FAILED);
	default:
		return without_share(STATE_UNKNOWN, REASON_UNANSWERED);
	}
}
