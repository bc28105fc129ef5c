#include "config.h"

#include "collect/describe.h"

#include "aws/service/ecs.h"
#include "collect/describe_read.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	MAX_CALLS = 50,
	MAX_ASKED = MAX_CALLS * ECS_DESCRIBE_MAX,
	MAX_IN_FLIGHT = 2,
	MAX_BODY_BYTES = 64 * 1024
};

struct describer {
	const struct collect_scope *scope;
	int tag;
	size_t asked[MAX_ASKED]; /* indexes of the services to describe */
	size_t asked_count;
	size_t next; /* the first one not yet in a call */
	bool gave_up;
	bool lacks_cluster;
};

struct describer *describer_new(const struct collect_scope *scope, int tag, struct err *e) {
	struct describer *d = malloc(sizeof *d);
	if (d)
		*d = (struct describer){.scope = scope, .tag = tag};
	else
		(void)err_no_memory(e);
	return d;
}

void describer_free(struct describer *d) {
	free(d);
}

void describer_want(struct describer *d, size_t service) {
	bool has_room = d->asked_count < MAX_ASKED;
	d->scope->samples->services[service].description.status = has_room ? DESCRIPTION_PENDING
									   : DESCRIPTION_BEYOND;
	if (has_room)
		d->asked[d->asked_count++] = service;
}

bool describer_lacks_cluster(const struct describer *d) {
	return d->lacks_cluster;
}

static size_t call_length(const struct describer *d, size_t first) {
	size_t left = d->asked_count - first;
	return left < ECS_DESCRIBE_MAX ? left : ECS_DESCRIBE_MAX;
}

static int ask_next(struct describer *d, struct err *e) {
	const char *names[ECS_DESCRIBE_MAX];
	struct client_call call = {.operation = OPERATION_DESCRIBE_SERVICES,
		.tag = d->tag,
		.subject = d->next,
		.give_up_on_throttle = true};
	if (d->gave_up || d->next == d->asked_count)
		return 0;
	size_t n = call_length(d, d->next);
	for (size_t i = 0; i < n; i++)
		names[i] = d->scope->samples->services[d->asked[d->next + i]].name;
	d->next += n;
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_describe_services_body(&call.body, d->scope->target->cluster, names, n);
	return client_submit(d->scope->client, &call, e);
}

int describer_send(struct describer *d, struct err *e) {
	int rc = 0;
	for (int i = 0; rc == 0 && i < MAX_IN_FLIGHT; i++)
		rc = ask_next(d, e);
	return rc;
}

/* Sets out to the services of a call, at most ECS_DESCRIBE_MAX. Returns their number. */
static size_t find_described(const struct describer *d, size_t first, struct described *out) {
	size_t n = call_length(d, first);
	for (size_t i = 0; i < n; i++) {
		struct service *service = &d->scope->samples->services[d->asked[first + i]];
		out[i] = (struct described){service->name, &service->description};
	}
	return n;
}

/* After a failed call, the remaining ones would fail for the same reason. */
static void give_up(struct describer *d, const char *why) {
	struct described left[ECS_DESCRIBE_MAX];
	for (size_t i = d->next; !d->gave_up && i < d->asked_count; i += ECS_DESCRIBE_MAX)
		describe_settle(left, find_described(d, i, left), why, false);
	d->gave_up = true;
}

int describer_on_answer(struct describer *d, const struct client_answer *answer, struct err *e) {
	const struct collect_scope *s = d->scope;
	struct describe_scope scope = {.cluster = s->target->name, .region = s->target->region};
	struct described asked[ECS_DESCRIBE_MAX];
	size_t n = find_described(d, answer->subject, asked);
	struct err why = answer->error;
	(void)snprintf(scope.account, sizeof scope.account, "%s", s->samples->account);
	int rc = answer->document ? describe_read(answer->document, &scope, asked, n, &why) : -1;
	if (rc && answer->document)
		client_explain_malformed(s->client, answer->operation, &why);
	(void)snprintf(s->samples->account, sizeof s->samples->account, "%s", scope.account);
	describe_settle(asked, n, rc ? why.message : "ECS left it out of its answer", rc != 0);
	d->lacks_cluster = d->lacks_cluster || why.code == ERR_NOT_FOUND;
	if (!answer->document)
		give_up(d, why.message);
	for (size_t i = 0; i < n; i++)
		s->watcher.learned(s->watcher.ctx, d->asked[answer->subject + i], 1);
	return ask_next(d, e);
}
