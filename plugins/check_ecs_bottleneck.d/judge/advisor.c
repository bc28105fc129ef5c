#include "config.h"

#include "judge/advisor.h"

#include "model/task_find.h"

#include <math.h>
#include <stdlib.h>

enum { DAY_S = 86400, MS_PER_S = 1000 };

static const char too_many[] = "more than 8000 services at a time: choose with -s";
static const char unclear[] = "what ECS says of it is not clear";
static const char no_memory[] = "out of memory";

/* --- which services --- */

int advisor_begin(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct advisor *a, struct err *e) {
	size_t chosen = 0;
	*a = (struct advisor){.items = calloc(s->service_count + 1, sizeof *a->items),
		.count = s->service_count};
	if (!a->items)
		return err_no_memory(e);
	for (size_t i = 0; i < v->series_count; i++) {
		struct service_advice *x = &a->items[v->series[i].service];
		if (x->is_asked ||
			(rules->advise != ADVISE_ALL && !state_is_problem(v->series[i].state)))
			continue;
		x->is_asked = true;
		if (chosen++ >= ADVISOR_MAX_SERVICES)
			x->failure = too_many;
	}
	return 0;
}

void advisor_free(struct advisor *a) {
	free(a->items);
	*a = (struct advisor){.items = NULL};
}

/* --- requests --- */

static bool is_open(const struct advisor *a, size_t service) {
	return a->items[service].is_asked && !a->items[service].failure;
}

int advisor_want_descriptions(const struct advisor *a, const struct samples *s,
	struct request_list *out, struct err *e) {
	for (size_t i = 0; i < a->count; i++) {
		const struct request r = {.kind = REQUEST_DESCRIPTION, .service = i};
		if (is_open(a, i) && s->services[i].description.status == DESCRIPTION_NONE &&
			request_list_add(out, &r, e))
			return -1;
	}
	return 0;
}

int advisor_want_tasks(const struct advisor *a, struct samples *s, struct request_list *out,
	struct err *e) {
	bool *marked = calloc(a->count + 1, sizeof *marked);
	if (!marked)
		return err_no_memory(e);
	for (size_t i = 0; i < a->count; i++)
		marked[i] = is_open(a, i);
	int rc = task_find(s, marked, e);
	free(marked);
	for (size_t i = 0; rc == 0 && i < s->task_definitions.count; i++) {
		const struct request r = {.kind = REQUEST_TASK_DEFINITION,
			.service = s->task_definitions.items[i].service};
		rc = request_list_add(out, &r, e);
	}
	return rc;
}

/* --- one service --- */

static struct advise_question question_of(const struct service *x) {
	const struct description *d = &x->description;
	const struct task_definition *t = x->task_definition;
	struct advise_question q = {.host = d->host,
		.size = t->size,
		.cpu_limit = range_limit(service_ranges(x, METRIC_CPU).warning),
		.memory_limit = range_limit(service_ranges(x, METRIC_MEMORY).warning)};
	q.platform = d->is_windows || t->is_windows ? FARGATE_WINDOWS
		: d->is_old_platform                ? FARGATE_LINUX_OLD
						    : FARGATE_LINUX;
	return q;
}

/* How long its tasks have been as they are now; more than a week if that is not known. */
static int64_t age_s(const struct samples *s, const struct service *x) {
	const int64_t created_ms = x->description.primary_created_ms;
	const int64_t age = s->now_s - created_ms / MS_PER_S;
	return created_ms == 0 || age > ADVISE_SPAN_S ? ADVISE_SPAN_S : age > 0 ? age : 0;
}

/* Sets *failure (NULL: no answer came in time), or returns true if size and host are known. */
static bool is_told(const struct service *x, const char **failure) {
	const struct description *d = &x->description;
	const struct task_definition *t = x->task_definition;
	*failure = NULL;
	if (d->status == DESCRIPTION_FAILED || d->status == DESCRIPTION_GONE)
		*failure = d->text ? d->text : no_memory;
	else if (d->status == DESCRIPTION_KNOWN && d->fault >= FAULT_ANSWER)
		*failure = d->fault_text ? d->fault_text : no_memory;
	else if (d->status == DESCRIPTION_KNOWN && !d->task_definition)
		*failure = unclear;
	else if (t && t->status == TASK_DEFINITION_FAILED)
		*failure = t->failure ? t->failure : no_memory;
	return !*failure && t && t->status == TASK_DEFINITION_KNOWN;
}

/* What can be said without data. */
static struct advice advise_without_data(const struct samples *s, const struct service *x) {
	const struct advise_question q = question_of(x);
	struct advice a = advise(&q);
	if (a.gap == ADVICE_NO_DATA && age_s(s, x) < DAY_S) {
		a.gap = ADVICE_TOO_NEW;
		a.data_s = age_s(s, x);
	}
	return a;
}

int advisor_want_series(const struct advisor *a, const struct samples *s, struct request_list *out,
	struct err *e) {
	static const struct window_spec span = {.window_s = ADVISE_SPAN_S,
		.period_s = ADVISE_PERIOD_S};
	static const struct statistic maximum = {STATISTIC_MAXIMUM, "Maximum"};
	static const enum metric metrics[] = {METRIC_CPU, METRIC_MEMORY};
	const char *failure;
	for (size_t i = 0; i < a->count; i++) {
		const struct service *x = &s->services[i];
		if (!is_open(a, i) || !is_told(x, &failure) ||
			advise_without_data(s, x).gap != ADVICE_NO_DATA)
			continue;
		for (size_t m = 0; m < sizeof metrics / sizeof metrics[0]; m++) {
			const struct request r = {.kind = REQUEST_SERIES,
				.service = i,
				.metric = metrics[m],
				.statistic = &maximum,
				.span = &span};
			if (request_list_add(out, &r, e))
				return -1;
		}
	}
	return 0;
}

/* --- the advice --- */

/* The series of a service; *next is moved past them. False if one is not known. */
static bool read_uses(const struct samples *s, size_t service, const struct detail *week,
	size_t *next, struct service_advice *out, struct advise_question *q) {
	const int64_t since_s = s->now_s - age_s(s, &s->services[service]);
	const int64_t from_s = since_s > week->window.start_s ? since_s : week->window.start_s;
	bool is_known = *next < week->count && week->items[*next].request.service == service;
	for (; *next < week->count && week->items[*next].request.service == service; ++*next) {
		const struct detail_series *x = &week->items[*next];
		struct advise_use *use = x->request.metric == METRIC_CPU ? &q->cpu : &q->memory;
		*use = advise_use_of(x->points.values, &week->window, from_s);
		if (x->points.status == SERIES_COMPLETE)
			continue;
		is_known = false;
		if (x->points.status == SERIES_FAILED)
			out->failure = x->points.failure ? x->points.failure : no_memory;
	}
	return is_known;
}

static void judge_service(const struct samples *s, size_t service, const struct detail *week,
	size_t *next, struct service_advice *out) {
	const struct service *x = &s->services[service];
	if (!is_told(x, &out->failure))
		return;
	out->advice = advise_without_data(s, x);
	out->is_known = out->advice.gap != ADVICE_NO_DATA;
	if (out->is_known)
		return;
	struct advise_question q = question_of(x);
	out->is_known = read_uses(s, service, week, next, out, &q);
	if (out->is_known)
		out->advice = advise(&q);
}

void advisor_judge(struct advisor *a, const struct samples *s, const struct detail *week) {
	size_t next = 0;
	for (size_t i = 0; i < a->count; i++) {
		while (next < week->count && week->items[next].request.service < i)
			next++;
		if (is_open(a, i))
			judge_service(s, i, week, &next, &a->items[i]);
	}
}
