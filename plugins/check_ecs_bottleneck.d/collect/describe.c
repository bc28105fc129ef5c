#include "config.h"

#include "collect/describe.h"

#include "aws/service/ecs.h"
#include "base/text.h"
#include "collect/describe_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_CALLS = 50,
	MAX_ASKED = MAX_CALLS * ECS_DESCRIBE_MAX,
	MAX_IN_FLIGHT = 2,
	SPACING_MS = 100, /* ten calls a second */
	MAX_BODY_BYTES = 64 * 1024
};

struct describer {
	const struct collect_scope *scope;
	int tag;
	enum describe_purpose purpose;
	size_t *asked; /* indexes of the services to describe */
	size_t asked_count;
	size_t next; /* the first one not yet in a call */
	size_t in_flight;
	bool is_whole; /* nothing more will be requested */
	char *refusal; /* why a call failed as the others would; NULL: none did, or no memory */
	bool gave_up;
	bool lacks_cluster;
};

struct describer *describer_new(const struct collect_scope *scope, int tag,
	enum describe_purpose purpose, struct err *e) {
	struct describer *d = malloc(sizeof *d);
	if (d)
		*d = (struct describer){.scope = scope, .tag = tag, .purpose = purpose};
	else
		(void)err_no_memory(e);
	return d;
}

void describer_free(struct describer *d) {
	if (!d)
		return;
	free(d->asked);
	free(d->refusal);
	free(d);
}

static int add_asked(struct describer *d, size_t service, struct err *e) {
	if ((d->asked_count & (d->asked_count - 1)) == 0) {
		size_t room = d->asked_count ? 2 * d->asked_count : 1;
		size_t *grown = realloc(d->asked, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		d->asked = grown;
	}
	d->asked[d->asked_count++] = service;
	return 0;
}

int describer_want(struct describer *d, size_t service, struct err *e) {
	struct service *to = &d->scope->samples->services[service];
	const struct described one = {to->name, &to->description};
	if (d->purpose == DESCRIBE_SILENT && d->asked_count == MAX_ASKED) {
		to->description.status = DESCRIPTION_BEYOND;
		return 0;
	}
	to->description.status = DESCRIPTION_PENDING;
	if (d->gave_up) {
		describe_settle(&one, 1, d->refusal ? d->refusal : "out of memory", false);
		return 0;
	}
	return add_asked(d, service, e);
}

bool describer_lacks_cluster(const struct describer *d) {
	return d->lacks_cluster;
}

static size_t call_length(const struct describer *d, size_t first) {
	size_t left = d->asked_count - first;
	return left < ECS_DESCRIBE_MAX ? left : ECS_DESCRIBE_MAX;
}

static int ask_next(struct describer *d, size_t n, struct err *e) {
	const char *names[ECS_DESCRIBE_MAX];
	struct client_call call = {.operation = OPERATION_DESCRIBE_SERVICES,
		.tag = d->tag,
		.subject = d->next,
		.give_up_on_throttle = d->purpose == DESCRIBE_SILENT,
		.spacing_ms = d->purpose == DESCRIBE_ALL ? SPACING_MS : 0};
	for (size_t i = 0; i < n; i++)
		names[i] = d->scope->samples->services[d->asked[d->next + i]].name;
	d->next += n;
	d->in_flight++;
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_describe_services_body(&call.body, d->scope->target->cluster, names, n);
	return client_submit(d->scope->client, &call, e);
}

/* A call that is not full would be another one when more is requested: it waits for the end. */
static int send_ready(struct describer *d, struct err *e) {
	while (!d->gave_up && d->in_flight < MAX_IN_FLIGHT) {
		size_t n = call_length(d, d->next);
		if (n == 0 || (n < ECS_DESCRIBE_MAX && !d->is_whole))
			return 0;
		if (ask_next(d, n, e))
			return -1;
	}
	return 0;
}

int describer_send(struct describer *d, bool flush, struct err *e) {
	d->is_whole = d->is_whole || flush;
	return send_ready(d, e);
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

/* Whether the other calls would fail for the same reason. Of what has to be known of all services
 * nothing is left out for one call that AWS or the network lost. */
static bool concerns_all(const struct describer *d, const struct err *why) {
	return d->purpose == DESCRIBE_SILENT || why->code == ERR_DENIED ||
		why->code == ERR_CREDENTIALS || why->code == ERR_NOT_FOUND;
}

static void give_up(struct describer *d, const char *why) {
	struct described left[ECS_DESCRIBE_MAX];
	if (d->gave_up)
		return;
	for (size_t i = d->next; i < d->asked_count; i += ECS_DESCRIBE_MAX)
		describe_settle(left, find_described(d, i, left), why, false);
	d->refusal = text_dup(why, strlen(why));
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
	if (!answer->document && concerns_all(d, &why))
		give_up(d, why.message);
	d->in_flight--;
	for (size_t i = 0; i < n; i++) {
		asked[i].to->read_s = s->samples->now_s;
		s->watcher.learned(s->watcher.ctx, d->asked[answer->subject + i], 1);
	}
	return send_ready(d, e);
}
