#include "config.h"

#include "collect/describe.h"

#include "aws/service/ecs.h"
#include "base/text.h"
#include "collect/calls.h"
#include "collect/describe_read.h"
#include "judge/silence.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CALLS = 50, IN_FLIGHT = 2, MOST_BODY_BYTES = 64 * 1024, MOST_STATUS_CHARS = 100 };

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

static int choose(struct describer *d, const struct rules *rules, struct err *e) {
	const size_t most = (size_t)MOST_CALLS * ECS_DESCRIBE_MOST;
	struct samples *s = d->samples;
	d->asked = calloc(s->service_count + 1, sizeof *d->asked);
	if (!d->asked)
		return err_no_memory(e);
	size_t needed = silence_find(rules, s, d->asked);
	for (size_t i = 0; i < needed; i++)
		s->services[d->asked[i]].description.status = i < most ? DESCRIPTION_PENDING
								       : DESCRIPTION_BEYOND;
	d->asked_count = needed < most ? needed : most;
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

/* Points at the services of a call, ECS_DESCRIBE_MOST at most; returns how many. */
static size_t find_described(const struct describer *d, size_t first, struct described *out) {
	size_t n = call_length(d, first);
	for (size_t i = 0; i < n; i++) {
		struct service *service = &d->samples->services[d->asked[first + i]];
		out[i] = (struct described){service->name, &service->description};
	}
	return n;
}

static int on_answer(void *ctx, const struct client_answer *answer, struct err *e) {
	struct describer *d = ctx;
	struct described asked[ECS_DESCRIBE_MOST];
	const struct describe_scope scope = {d->target->name, d->target->region,
		d->samples->account};
	size_t n = find_described(d, answer->subject, asked);
	struct err why = answer->error;
	int rc = answer->document ? describe_read(answer->document, &scope, asked, n, &why) : -1;
	if (rc && answer->document)
		client_explain_foreign(d->client, answer->operation, &why);
	describe_settle(asked, n, rc ? why.message : "ECS left it out of its answer", rc != 0);
	if (!answer->document && !d->gave_up) {
		d->gave_up = true;
		d->failure = text_dup(why.message, strlen(why.message));
	}
	for (size_t i = 0; i < call_length(d, answer->subject); i++)
		d->watcher->learned(d->watcher->ctx, d->asked[answer->subject + i], 1);
	return ask_next(d, e);
}

/* What was not asked about any more, since a call had failed. */
static void settle_rest(const struct describer *d) {
	struct described asked[ECS_DESCRIBE_MOST];
	for (size_t i = d->next; d->failure && i < d->asked_count; i += ECS_DESCRIBE_MOST)
		describe_settle(asked, find_described(d, i, asked), d->failure, false);
}

enum outcome describe(const struct rules *rules, const struct target *target, struct client *client,
	const struct calls_watcher *watcher, struct samples *s, struct err *e) {
	struct describer d = {.target = target, .client = client, .watcher = watcher, .samples = s};
	enum outcome how = OUTCOME_FAILED;
	int rc = choose(&d, rules, e);
	for (int i = 0; rc == 0 && i < IN_FLIGHT; i++)
		rc = ask_next(&d, e);
	if (rc == 0)
		how = calls_run(client, on_answer, &d, watcher, e);
	settle_rest(&d);
	free(d.asked);
	free(d.failure);
	return how;
}
