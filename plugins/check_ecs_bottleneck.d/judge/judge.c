#include "config.h"

#include "judge/judge.h"

#include "judge/forecast.h"
#include "judge/recover.h"
#include "judge/silence.h"
#include "model/selection.h"
#include "judge/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- points --- */

/* A series is measured again only if points were added. */
static const struct measure *get_measure(const struct series_ranges *ranges, const struct window *w,
	struct series *x) {
	if (!x->measure.is_taken)
		x->measure = pattern_measure(x, w, ranges->warning, ranges->critical);
	x->fresh_from = x->fresh_to;
	return &x->measure;
}

static void copy_measure(const struct measure *m, struct series_verdict *v) {
	v->points = v->shown_points = m->points;
	v->peak = v->shown = m->highest;
	v->peak_s = v->shown_s = m->highest_s;
	v->newest_s = m->newest_s;
}

static void choose_shown(const struct series *x, const struct window *w, struct series_verdict *v) {
	if (v->breaches.count == 0)
		return;
	if (range_exceeds(v->range, v->shown)) {
		v->direction = DIRECTION_ABOVE;
		return;
	}
	size_t newest_breach = 0;
	(void)window_index(w, v->breaches.last_s, &newest_breach);
	v->shown = x->values[newest_breach];
	v->shown_s = v->breaches.last_s;
	v->direction = v->range->inside ? DIRECTION_INSIDE : DIRECTION_BELOW;
}

/* Critical before warning; a state needs enough breaching points of its own range. */
static enum state state_of_counts(const struct rules *rules, size_t critical, size_t warning) {
	if (critical >= rules->breaches)
		return STATE_CRITICAL;
	return warning >= rules->breaches ? STATE_WARNING : STATE_OK;
}

static void judge_points(const struct rules *rules, const struct series_ranges *ranges,
	const struct series *x, const struct window *w, struct series_verdict *v) {
	const struct breaches *critical = &x->measure.critical;
	const struct breaches *warning = &x->measure.warning;
	v->state = state_of_counts(rules, critical->count, warning->count);
	v->reason = REASON_POINTS;
	bool by_critical = v->state == STATE_CRITICAL ||
		(v->state == STATE_OK && critical->count > 0);
	v->range = by_critical ? ranges->critical : ranges->warning;
	v->breaches = by_critical ? *critical : *warning;
	choose_shown(x, w, v);
}

/* --recover: the worst state that the rule gives in its time, and what is shown then is of the
 * newest window that gives it. */
static void judge_held(const struct rules *rules, const struct series_ranges *ranges,
	const struct series *x, const struct window *w, struct series_verdict *v) {
	const size_t complete = w->points - (w->filling ? 1 : 0);
	const struct point_rule rule = {.warning = ranges->warning,
		.critical = ranges->critical,
		.breaches = rules->breaches,
		.window = complete,
		.recover = x->before};
	v->rule_state = v->state;
	if (x->before == 0)
		return;
	struct recovered r = recover_judge(&rule, x->fetched, x->before + w->points, w->filling);
	if (r.state == v->state)
		return;
	const struct series then = {.values = x->values - r.held_ago};
	struct window held = {.start_s = w->start_s - (int64_t)r.held_ago * w->period_s,
		.period_s = w->period_s,
		.points = complete};
	held.end_s = held.start_s + (int64_t)complete * w->period_s;
	const struct measure m = pattern_measure(&then, &held, rule.warning, rule.critical);
	v->state = r.state;
	v->held_until_s = held.end_s;
	v->shown_points = m.points;
	v->shown = m.highest;
	v->shown_s = m.highest_s;
	v->range = r.state == STATE_CRITICAL ? rule.critical : rule.warning;
	v->breaches = r.state == STATE_CRITICAL ? m.critical : m.warning;
	v->breaches.is_newest = false;
	choose_shown(&then, &held, v);
}

/* --- no current data --- */

static void set_state(struct series_verdict *v, enum state state, enum reason reason) {
	v->state = state;
	v->reason = reason;
	v->held_until_s = 0;
}

/* CloudWatch has percentiles only while one task runs. So with a percentile, ebs without points
 * means a missing volume only if ECS says clearly that no more than one runs. */
static bool has_no_volume(const struct rules *rules, const struct description *d,
	const struct series_verdict *v) {
	if (v->metric != METRIC_EBS || v->points > 0 || d->status == DESCRIPTION_GONE)
		return false;
	return !statistics_is_percentile(&rules->statistics, v->metric) ||
		(d->status == DESCRIPTION_KNOWN && d->fault == FAULT_NONE && d->running_count <= 1);
}

/* A fixed --no-data does not ask ECS whether the service runs: then a percentile without points is
 * a series without data as any other. */
static enum reason find_silence(const struct rules *rules, const struct samples *s,
	const struct series_verdict *v) {
	const struct description *d = &s->services[v->service].description;
	if (!silence_exists(rules, s, &s->services[v->service]))
		return silence_of_doubtful(rules, d, s->now_s);
	if (rules->no_data == NO_DATA_STATE)
		return REASON_POLICY;
	if (has_no_volume(rules, d, v))
		return REASON_NO_VOLUME;
	if (managed_daemon_name(s->services[v->service].name))
		return REASON_NOT_DESCRIBED;
	enum reason r = silence_reason(d, silence_time(s, d));
	bool runs = r == REASON_NO_DATA && d->running_count > 0 && d->desired_count > 0;
	/* Points end where a second task starts. */
	bool lost = statistics_is_percentile(&rules->statistics, v->metric) &&
		(v->points == 0 || d->running_count > 1);
	return runs && lost ? REASON_PERCENTILE : r;
}

/* The worse of the state of the old points and the state of the silence. */
static void judge_silence(const struct rules *rules, const struct samples *s,
	struct series_verdict *v) {
	v->silence = find_silence(rules, s, v);
	enum state state = v->silence == REASON_POLICY ? rules->no_data_state
						       : silence_state(v->silence);
	if (v->silence == REASON_GONE && rules->services_are_named)
		state = STATE_UNKNOWN;
	if (v->state == STATE_OK || state_rank(state) > state_rank(v->state))
		set_state(v, state, v->silence);
}

static void judge_series(const struct rules *rules, struct samples *s, struct series_verdict *v) {
	struct service *service = &s->services[v->service];
	struct series *x = &service->series[v->metric];
	const struct series_ranges ranges = service_ranges(service, v->metric);
	const struct measure *m = get_measure(&ranges, &s->window, x);
	bool is_current = m->points > 0 && window_is_current(&s->window, m->newest_s, s->now_s);
	copy_measure(m, v);
	judge_points(rules, &ranges, x, &s->window, v);
	judge_held(rules, &ranges, x, &s->window, v);
	v->is_silent = x->status == SERIES_COMPLETE && !is_current;
	/* A known breach counts even if the rest of the series was lost or its points are old. */
	if (v->is_silent)
		judge_silence(rules, s, v);
	else if (v->state == STATE_OK && x->status == SERIES_PENDING)
		set_state(v, STATE_UNKNOWN, REASON_UNANSWERED);
	else if (v->state == STATE_OK && x->status == SERIES_FAILED)
		set_state(v, STATE_UNKNOWN, REASON_FAILED);
	else if (v->state == STATE_OK &&
		forecast_warns(rules, &s->services[v->service].forecasts[v->metric]))
		set_state(v, STATE_WARNING, REASON_GROWTH);
}

/* --- running tasks --- */

static struct tasks_finding find_tasks(const struct samples *s, size_t service) {
	const struct description *d = &s->services[service].description;
	const struct series_ranges ranges = service_ranges(&s->services[service], METRIC_TASKS);
	return tasks_judge(d, ranges.warning, ranges.critical, silence_time(s, d));
}

static void judge_tasks(const struct samples *s, struct series_verdict *v) {
	const struct tasks_finding f = find_tasks(s, v->service);
	set_state(v, f.state, f.reason);
	v->running_pct = f.running_pct;
	v->range = f.range;
	v->direction = f.direction;
}

/* --- while the run is in progress --- */

static void update_known(struct known_series *k, enum state state, enum metric m, bool has_value,
	double value) {
	if (!state_is_problem(state) || state_worse(k->state, state) == k->state)
		return;
	*k = (struct known_series){state, m, has_value, value};
}

static void judge_complete(const struct rules *rules, struct samples *s, size_t service,
	enum metric m, struct known_series *k) {
	struct series_verdict v = {.service = service, .metric = m};
	judge_series(rules, s, &v);
	update_known(k, v.state, m, v.reason == REASON_POINTS && series_has_shown(&v), v.shown);
}

struct tally {
	const struct range *range;
	size_t *count;  /* of all breaching points */
	bool has_grown; /* in this pass */
	double value;   /* a breaching point, if it has grown */
};

static void count_fresh(const struct series *x, const struct window *w, struct tally *t) {
	for (size_t i = x->fresh_from; i < x->fresh_to; i++) {
		if (!series_point_breaches(x, w, i, t->range))
			continue;
		*t->count += 1;
		t->has_grown = true;
		t->value = x->values[i];
	}
}

/* With --recover it matters which window a point lies in. */
static void judge_partial_held(const struct rules *rules, const struct series_ranges *ranges,
	const struct window *w, struct series *x, enum metric m, struct known_series *k) {
	struct series_verdict v = {.metric = m};
	if (x->fresh_from == x->fresh_to)
		return;
	copy_measure(get_measure(ranges, w, x), &v);
	judge_points(rules, ranges, x, w, &v);
	judge_held(rules, ranges, x, w, &v);
	update_known(k, v.state, m, true, v.shown);
}

/* Of an incomplete series only the points count, and the fresh ones are enough: the others have
 * been reported. */
static void judge_partial(const struct rules *rules, const struct window *w,
	struct service *service, enum metric m, struct known_series *k) {
	struct series *x = &service->series[m];
	const struct series_ranges ranges = service_ranges(service, m);
	if (w->before > 0) {
		judge_partial_held(rules, &ranges, w, x, m, k);
		return;
	}
	struct tally critical = {.range = ranges.critical, .count = &x->known_critical};
	struct tally warning = {.range = ranges.warning, .count = &x->known_warning};
	count_fresh(x, w, &critical);
	count_fresh(x, w, &warning);
	x->fresh_from = x->fresh_to;
	enum state state = state_of_counts(rules, x->known_critical, x->known_warning);
	const struct tally *t = state == STATE_CRITICAL ? &critical : &warning;
	if (t->has_grown)
		update_known(k, state, m, true, t->value);
}

struct known_series judge_known(const struct rules *rules, struct samples *s, size_t service) {
	struct known_series k = {.state = STATE_OK};
	if (rules->metrics[METRIC_TASKS])
		update_known(&k, find_tasks(s, service).state, METRIC_TASKS, false, 0);
	for (int m = 0; m < METRICS; m++) {
		const struct series *x = &s->services[service].series[m];
		if (x->status == SERIES_COMPLETE)
			judge_complete(rules, s, service, (enum metric)m, &k);
		else if (x->status != SERIES_NOT_WANTED)
			judge_partial(rules, &s->window, &s->services[service], (enum metric)m, &k);
	}
	return k;
}

/* --- the verdict --- */

static void count_service(const struct verdict *v, size_t from, size_t to, size_t *problems,
	size_t *no_data) {
	bool problem = false;
	bool silent = false;
	for (size_t i = from; i < to; i++) {
		const struct series_verdict *x = &v->series[i];
		problem = problem || state_is_problem(x->state);
		silent = silent || (x->is_silent && x->reason != REASON_NO_VOLUME);
	}
	*problems += problem;
	*no_data += silent;
}

static enum state state_without_services(const struct rules *rules, const struct samples *s) {
	bool empty_cluster = s->list_complete && s->listed_count == 0;
	return empty_cluster && rules->no_data == NO_DATA_STATE ? rules->no_data_state
								: STATE_UNKNOWN;
}

static bool has_idle_pattern(const struct rules *rules, const struct samples *s) {
	size_t i = 0;
	while (i < rules->include.count && !samples_pattern_is_idle(s, i))
		i++;
	return i < rules->include.count;
}

/* The state of a complete run apart from its series. */
static enum state state_of_run(const struct rules *rules, const struct samples *s,
	const struct verdict *v) {
	if (!s->list_complete || s->failures.len > 0 || s->failures.failed ||
		has_idle_pattern(rules, s))
		return STATE_UNKNOWN;
	return v->services == 0 ? state_without_services(rules, s) : STATE_OK;
}

enum state judge_unreached(const struct rules *rules, bool stopped) {
	return stopped ? STATE_UNKNOWN : rules->timeout_state;
}

/* A run that ended early: what it did not reach counts as the timeout state, everything else as
 * usual. */
static enum state state_of_ending(const struct rules *rules, const struct samples *s) {
	enum state state = judge_unreached(rules, s->end == SAMPLES_STOPPED);
	bool lacks = s->failures.len > 0 || s->failures.failed || has_idle_pattern(rules, s);
	return lacks ? state_worse(state, STATE_UNKNOWN) : state;
}

static enum state combine_states(const struct rules *rules, const struct samples *s,
	const struct verdict *v) {
	bool whole = s->end == SAMPLES_WHOLE;
	enum state worst = whole ? state_of_run(rules, s, v) : state_of_ending(rules, s);
	for (size_t i = 0; i < v->series_count; i++)
		if (whole || v->series[i].reason != REASON_UNANSWERED)
			worst = state_worse(worst, v->series[i].state);
	return worst;
}

/* Whether the series belongs to a service that is gone, and that nobody named. One that is named
 * and does not exist counts as a pattern without a match. */
static bool is_dropped(const struct rules *rules, struct samples *s,
	const struct series_verdict *v) {
	const struct service *service = &s->services[v->service];
	if (v->reason != REASON_GONE)
		return false;
	if (!rules->services_are_named)
		return true;
	for (size_t i = 0; service_is_missing(service) && i < rules->include.count; i++)
		if (strcmp(rules->include.items[i], service->name) == 0)
			s->pattern_matched[i] = false;
	return service_is_missing(service);
}

/* Judges every wanted series of a service, and its running tasks, and drops those of services that
 * are gone. */
static void judge_service(const struct rules *rules, struct samples *s, size_t service,
	struct verdict *v) {
	const char *name = s->services[service].name;
	for (int m = 0; m < ALL_METRICS; m++) {
		struct series_verdict *x = &v->series[v->series_count];
		*x = (struct series_verdict){.service = service, .metric = (enum metric)m};
		if (m < METRICS ? s->services[service].series[m].status == SERIES_NOT_WANTED
				: !rules->metrics[m] || managed_daemon_name(name))
			continue;
		if (m < METRICS)
			judge_series(rules, s, x);
		else
			judge_tasks(s, x);
		if (x->reason == REASON_GONE && rules->services_are_named)
			x->state = state_worse(x->state, STATE_UNKNOWN);
		v->series_count += !is_dropped(rules, s, x);
	}
}

int judge(const struct rules *rules, struct samples *s, struct verdict *v, struct err *e) {
	*v = (struct verdict){.state = STATE_UNKNOWN};
	v->series = calloc(s->service_count * ALL_METRICS + 1, sizeof *v->series);
	if (!v->series)
		return err_no_memory(e);
	for (size_t i = 0; i < s->service_count; i++)
		judge_service(rules, s, i, v);
	size_t first = 0;
	for (size_t i = 0; i < v->series_count; i++) {
		bool last_of_service = i + 1 == v->series_count ||
			v->series[i + 1].service != v->series[i].service;
		if (!last_of_service)
			continue;
		v->services++;
		count_service(v, first, i + 1, &v->problems, &v->no_data);
		first = i + 1;
	}
	v->state = combine_states(rules, s, v);
	return 0;
}

bool series_has_shown(const struct series_verdict *v) {
	return v->points > 0 || v->held_until_s > 0;
}

bool series_alerts(const struct series_verdict *v) {
	return v->reason == REASON_POINTS && state_is_problem(v->state);
}

void verdict_free(struct verdict *v) {
	free(v->series);
	*v = (struct verdict){.state = STATE_UNKNOWN};
}
