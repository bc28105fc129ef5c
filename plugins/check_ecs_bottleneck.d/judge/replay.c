#include "config.h"

#include "judge/replay.h"

#include <math.h>
#include <stdlib.h>

struct window_spec replay_window(const struct rules *rules) {
	const struct window_spec *w = &rules->window;
	/* The first instant is one interval into the span. */
	return (struct window_spec){.window_s = rules->backtest_s - rules->interval_s +
			w->window_s + w->recover_s,
		.period_s = w->period_s};
}

static struct backtest plan(const struct rules *rules) {
	const struct window_spec *w = &rules->window;
	return (struct backtest){
		.rule = {.breaches = rules->breaches,
			.window = (size_t)(w->window_s / w->period_s),
			.recover = (size_t)(w->recover_s / w->period_s)},
		.period_s = w->period_s,
		.interval = (size_t)(rules->interval_s / w->period_s),
		.instants = (size_t)(rules->backtest_s / rules->interval_s),
	};
}

/* What judging one series after another takes. */
struct work {
	struct backtest plan;
	unsigned char *states, *together;
	double *none; /* the values of a series without points */
};

static void judge_one(const struct rules *rules, const struct service *service, enum metric m,
	struct work *work, struct replay_service *out) {
	const struct series_ranges ranges = service_ranges(service, m);
	const struct series *x = &service->series[m];
	struct backtest b = work->plan;
	b.rule.warning = ranges.warning;
	b.rule.critical = ranges.critical;
	b.may_lack = m == METRIC_EBS && !statistics_is_percentile(&rules->statistics, m);
	backtest_judge(&b, x->values ? x->values : work->none, work->states);
	out->series[m].is_known = true;
	out->known++;
	out->series[m].counts = backtest_count(&b, work->states);
	backtest_merge(out->states, work->states, b.instants);
}

static void lose_one(const struct series *x, size_t service, enum metric m,
	struct replay_service *of, struct replay *out) {
	of->lost++;
	if (out->lost++ > 0)
		return;
	out->lost_service = service;
	out->lost_metric = m;
	out->why_lost = x->failure ? x->failure : "out of memory";
}

/* Without a known series there is no state, and that is not OK. */
static void judge_service(const struct rules *rules, const struct samples *s, size_t index,
	struct work *work, struct replay *out) {
	const struct service *service = &s->services[index];
	struct replay_service *x = &out->services[index];
	x->service = index;
	for (int m = 0; m < METRICS; m++) {
		if (!rules->metrics[m])
			continue;
		if (service->series[m].status == SERIES_COMPLETE)
			judge_one(rules, service, (enum metric)m, work, x);
		else
			lose_one(&service->series[m], index, (enum metric)m, x, out);
	}
	out->known += x->known;
	if (x->known == 0)
		return;
	x->counts = backtest_count(&work->plan, x->states);
	backtest_merge(work->together, x->states, work->plan.instants);
}

/* By what makes a service worse, in this order. */
static int compare_worst(const void *a, const void *b) {
	static const enum state order[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN};
	const struct replay_service *x = a;
	const struct replay_service *y = b;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		int64_t x_s = x->counts.by[order[i]].total_s;
		int64_t y_s = y->counts.by[order[i]].total_s;
		if (x_s != y_s)
			return x_s > y_s ? -1 : 1;
	}
	if ((x->lost > 0) != (y->lost > 0))
		return x->lost > 0 ? -1 : 1;
	return (x->service > y->service) - (x->service < y->service);
}

static int make_work(struct work *work, const struct samples *s) {
	work->states = calloc(work->plan.instants, 1);
	work->together = calloc(work->plan.instants, 1);
	work->none = calloc(s->window.points + 1, sizeof *work->none);
	for (size_t i = 0; work->none && i < s->window.points; i++)
		work->none[i] = NAN;
	return work->states && work->together && work->none ? 0 : -1;
}

static int make_services(struct replay *out, const struct samples *s) {
	out->services = calloc(s->service_count + 1, sizeof *out->services);
	for (size_t i = 0; out->services && i < s->service_count; i++) {
		out->services[i].states = calloc(out->instants, 1);
		if (!out->services[i].states)
			return -1;
		out->count++;
	}
	return out->services ? 0 : -1;
}

int replay(const struct rules *rules, const struct samples *s, struct replay *out, struct err *e) {
	struct work work = {.plan = plan(rules)};
	*out = (struct replay){.instants = work.plan.instants,
		.interval_s = rules->interval_s,
		.first_s = s->window.start_s + rules->window.recover_s + rules->window.window_s};
	int rc = make_work(&work, s) || make_services(out, s) ? err_no_memory(e) : 0;
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		judge_service(rules, s, i, &work, out);
	if (rc == 0) {
		out->together = backtest_count(&work.plan, work.together);
		qsort(out->services, out->count, sizeof *out->services, compare_worst);
	}
	free(work.states);
	free(work.together);
	free(work.none);
	return rc;
}

void replay_free(struct replay *r) {
	for (size_t i = 0; i < r->count; i++)
		free(r->services[i].states);
	free(r->services);
	*r = (struct replay){.count = 0};
}

int64_t replay_span_s(const struct replay *r) {
	return (int64_t)r->instants * r->interval_s;
}

enum state replay_state(const struct replay *r) {
	return r->lost > 0 ? STATE_UNKNOWN : STATE_OK;
}
