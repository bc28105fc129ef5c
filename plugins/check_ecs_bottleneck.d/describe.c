#include "config.h"

#include "describe.h"

#include "aws/ecs.h"
#include "base/text.h"
#include "calls.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CALLS = 50, IN_FLIGHT = 2, MOST_BODY_BYTES = 64 * 1024 };

struct describer {
	const struct target *target;
	struct client *client;
	const struct calls_watcher *watcher;
	struct samples *samples;
	size_t *asked; /* indexes of the services to ask about */
	size_t asked_count;
	size_t next; /* the first one not yet in a call */
	bool gave_up;
	char *failure; /* why */
};

/* Whether the metric's silence needs an explanation: no current point, and no breach among the old
 * ones. */
static bool needs_explanation(const struct config *o, const struct samples *s,
	const struct service *service, enum metric m) {
	const struct series *x = &service->series[m];
	if (x->status != SERIES_COMPLETE || series_is_current(x, &s->window, s->now_s))
		return false;
	if (m == METRIC_EBS && !x->values)
		return false;
	return series_breaches(x, &s->window, &o->warning[m]) < o->breaches &&
		series_breaches(x, &s->window, &o->critical[m]) < o->breaches;
}

static int choose(struct describer *d, const struct config *o, struct err *e) {
	struct samples *s = d->samples;
	if (o->no_data != NO_DATA_AUTO || (o->is_percentile && samples_have_no_point(s)))
		return 0;
	d->asked = calloc(s->service_count + 1, sizeof *d->asked);
	if (!d->asked)
		return err_no_memory(e);
	for (size_t i = 0; i < s->service_count; i++) {
		bool needed = false;
		for (int m = 0; m < METRICS; m++)
			needed = needed || needs_explanation(o, s, &s->services[i], (enum metric)m);
		if (!needed)
			continue;
		bool beyond = d->asked_count == (size_t)MOST_CALLS * ECS_DESCRIBE_MOST;
		s->services[i].description.status = beyond ? DESCRIPTION_BEYOND
							   : DESCRIPTION_PENDING;
		if (!beyond)
			d->asked[d->asked_count++] = i;
	}
	return 0;
}

static size_t call_length(const struct describer *d, size_t first) {
	size_t left = d->asked_count - first;
	return left < ECS_DESCRIBE_MOST ? left : ECS_DESCRIBE_MOST;
}

static int ask_next(struct describer *d, struct err *e) {
	const char *names[ECS_DESCRIBE_MOST];
	struct client_call call = {.operation = OPERATION_DESCRIBE_SERVICES,
		.subject = d->next,
		.give_up_on_throttle = true};
	if (d->gave_up || d->next == d->asked_count)
		return 0;
	size_t n = call_length(d, d->next);
	for (size_t i = 0; i < n; i++)
		names[i] = d->samples->services[d->asked[d->next + i]].name;
	d->next += n;
	buf_init(&call.body, MOST_BODY_BYTES);
	ecs_describe_services_body(&call.body, d->target->cluster, names, n);
	return client_submit(d->client, &call, e);
}

static int compare_name(const void *name, const void *service) {
	return strcmp(name, ((const struct service *)service)->name);
}

static void on_service(void *ctx, const struct ecs_service *answer) {
	struct describer *d = ctx;
	struct service *found = bsearch(answer->name, d->samples->services,
		d->samples->service_count, sizeof *found, compare_name);
	if (!found || found->description.status != DESCRIPTION_PENDING)
		return;
	struct description *to = &found->description;
	bool active = strcmp(answer->status, "ACTIVE") == 0;
	to->status = active ? DESCRIPTION_KNOWN : DESCRIPTION_GONE;
	to->desired_count = answer->desired_count;
	to->running_count = answer->running_count;
	to->changed_s = answer->changed_s;
	if (!active)
		to->text = answer->missing ? text_dup("gone", strlen("gone"))
					   : text_dup(answer->status, strlen(answer->status));
}

static void fail_pending(struct describer *d, size_t first, size_t n, const char *why) {
	for (size_t i = first; i < first + n; i++) {
		struct description *x = &d->samples->services[d->asked[i]].description;
		if (x->status != DESCRIPTION_PENDING)
			continue;
		x->status = DESCRIPTION_FAILED;
		x->text = text_dup(why, strlen(why));
	}
}

static int on_answer(void *ctx, const struct client_answer *answer, struct err *e) {
	struct describer *d = ctx;
	struct err why = answer->error;
	int rc = answer->document ? ecs_read_services(answer->document, on_service, d, &why) : -1;
	if (rc && answer->document)
		client_explain_foreign(d->client, answer->operation, &why);
	fail_pending(d, answer->subject, call_length(d, answer->subject),
		rc ? why.message : "ECS left it out of its answer");
	if (rc && !d->gave_up) {
		d->gave_up = true;
		d->failure = text_dup(why.message, strlen(why.message));
	}
	for (size_t i = 0; i < call_length(d, answer->subject); i++)
		d->watcher->learned(d->watcher->ctx, d->asked[answer->subject + i], 1);
	return ask_next(d, e);
}

enum client_event describe(const struct config *config, const struct target *target,
	struct client *client, const struct calls_watcher *watcher, struct samples *s, int *rc,
	struct err *e) {
	struct describer d = {.target = target, .client = client, .watcher = watcher, .samples = s};
	enum client_event event = CLIENT_IDLE;
	*rc = choose(&d, config, e);
	for (int i = 0; *rc == 0 && i < IN_FLIGHT; i++)
		*rc = ask_next(&d, e);
	if (*rc == 0)
		event = calls_run(client, on_answer, &d, watcher, rc, e);
	if (d.failure)
		fail_pending(&d, 0, d.asked_count, d.failure);
	free(d.asked);
	free(d.failure);
	return event;
}
