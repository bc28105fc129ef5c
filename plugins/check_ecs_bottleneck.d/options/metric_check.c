#include "config.h"

#include "options/metric_check.h"

#include "options/draft.h"
#include "options/usage.h"

#include "base/text.h"
#include "model/selection.h"

/* option: what stands before the metric's name. */
static int refuse_unchecked(const struct rules *rules, const char *option, enum metric m,
	struct err *e) {
	static const enum metric order[ALL_METRICS] = {METRIC_CPU, METRIC_MEMORY, METRIC_EBS,
		METRIC_TASKS};
	struct buf list;
	buf_init(&list, sizeof e->message);
	for (size_t i = 0; i < ALL_METRICS; i++)
		if (rules->metrics[order[i]] || order[i] == m)
			buf_addf(&list, "%s%s", list.len > 0 ? "," : "", metric_name(order[i]));
	(void)err_set(e, ERR_USAGE, "%s%s=...: %s is not checked; write -m %s", option,
		metric_name(m), metric_name(m), buf_str(&list));
	buf_free(&list);
	return -1;
}

/* A range that names no metric would serve nothing, nor would what concerns series alone. */
static int refuse_without_series(const struct draft *d, struct err *e) {
	const struct thresholds *t = &d->rules->thresholds;
	char name[USAGE_NAME_BYTES];
	for (size_t i = 0; i < t->count; i++) {
		bool critical = t->items[i].level == THRESHOLD_CRITICAL;
		const char *option = critical ? "-C" : "-w";
		if (!t->items[i].has_metric)
			return err_set(e, ERR_USAGE,
				"%s %.*s does not concern tasks; write %s tasks=%s, or check a metric of CloudWatch too, as in -m cpu,tasks",
				option, SHOWN(t->items[i].text), option, critical ? "50:" : "100:");
	}
	if (!d->for_series)
		return 0;
	return err_set(e, ERR_USAGE,
		"%s does not concern tasks, which are as they are now; leave it out, or check a metric of CloudWatch too, as in -m cpu,tasks",
		usage_name(d->for_series, name));
}

/* A managed daemon has series alone: without them, nothing of it would be checked. --discover only
 * names it. */
static int refuse_daemons_without_series(const struct draft *d, struct err *e) {
	const struct patterns *include = &d->rules->include;
	for (size_t i = 0; d->choice->job != JOB_DISCOVER && i < include->count; i++) {
		const char *name = include->items[i];
		if (managed_daemon_name(name) && pattern_is_name(name))
			return err_set(e, ERR_USAGE,
				"-s %.*s: ECS tells no running tasks of managed daemons; leave it out, or add -m cpu",
				SHOWN(name));
	}
	return 0;
}

int metric_check_options(const struct draft *d, struct err *e) {
	const struct rules *rules = d->rules;
	for (size_t i = 0; i < rules->thresholds.count; i++) {
		const struct threshold *x = &rules->thresholds.items[i];
		if (x->has_metric && !rules->metrics[x->metric])
			return refuse_unchecked(rules,
				x->level == THRESHOLD_CRITICAL ? "-C " : "-w ", x->metric, e);
	}
	/* A statistic of a metric that is not checked serves nothing: a template may give one. */
	if (rules_have_series(rules))
		return 0;
	return refuse_without_series(d, e) ? -1 : refuse_daemons_without_series(d, e);
}

/* A metric whose statistic is not Maximum has no point in the period that is still filling. */
int metric_check_breaches(const struct rules *rules, struct err *e) {
	bool is_mixed = !statistics_common(&rules->statistics, rules->metrics);
	for (int m = 0; m < METRICS; m++) {
		const struct statistic *x = statistics_of(&rules->statistics, (enum metric)m);
		bool lacks_one = rules->window.with_filling && x->kind != STATISTIC_MAXIMUM;
		size_t points = window_points(&rules->window) - (lacks_one ? 1 : 0);
		if (!rules->metrics[m] || rules->breaches <= points)
			continue;
		return err_set(e, ERR_USAGE,
			"--breaches=%zu is more than the %zu point%s of the window%s%s%s%s; use fewer, or a longer --window",
			rules->breaches, points, text_plural(points), is_mixed ? " for " : "",
			is_mixed ? metric_name((enum metric)m) : "", is_mixed ? " with " : "",
			is_mixed ? x->name : "");
	}
	return 0;
}
