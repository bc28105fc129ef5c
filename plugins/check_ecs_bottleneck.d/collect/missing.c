#include "config.h"

#include "collect/missing.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"
#include "base/text.h"
#include "collect/clusters.h"

#include <string.h>

enum { MAX_BODY_BYTES = 64 * 1024 };

void missing_explain_cluster(const struct collect_scope *scope, const struct calls_watcher *ticks,
	bool may_ask) {
	struct samples *s = scope->samples;
	struct err why;
	if (clusters_explain_missing(scope->client, scope->target, may_ask, ticks, &why) !=
		OUTCOME_DONE)
		s->time_is_over = true;
	text_add_clean(&s->failures, why.message, sizeof why.message);
	buf_addc(&s->failures, '\n');
}

void missing_note_cluster(const struct collect_scope *scope, const struct calls_watcher *ticks,
	bool may_ask) {
	struct samples *s = scope->samples;
	for (size_t i = 0; i < s->service_count; i++) {
		struct description *d = &s->services[i].description;
		if (d->status != DESCRIPTION_FAILED && d->status != DESCRIPTION_PENDING)
			continue;
		description_clear(d);
		d->status = DESCRIPTION_GONE;
		d->is_missing = true;
		d->text = text_dup("gone", strlen("gone"));
	}
	s->list_complete = false;
	missing_explain_cluster(scope, ticks, may_ask);
}

struct listing {
	const struct collect_scope *scope;
	struct page_cursor page;
};

static int ask_page(struct listing *l, struct err *e) {
	struct client_call call = {.operation = OPERATION_LIST_SERVICES,
		.give_up_on_throttle = true};
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_list_services_body(&call.body, l->scope->target->cluster, l->page.token);
	return client_submit(l->scope->client, &call, e);
}

static int add_other(void *ctx, const char *text, struct err *e) {
	struct listing *l = ctx;
	struct samples *s = l->scope->samples;
	struct arn arn;
	if (arn_parse(text, &arn) || !arn_is_ecs_name(arn.name))
		return 0;
	if (s->passed_over_count == SAMPLES_MAX_SERVICES)
		return err_set(e, ERR_LIMIT, "more than %d services", SAMPLES_MAX_SERVICES);
	return samples_pass_over(s, arn.name, e);
}

static int on_page(void *ctx, const struct client_answer *answer, struct err *e) {
	struct listing *l = ctx;
	const char *next = NULL;
	if (!answer->document ||
		ecs_read_list(answer->document, "serviceArns", add_other, l, &next, e))
		return -1;
	if (!next)
		return 0;
	return page_advance(&l->page, next, OPERATION_LIST_SERVICES, e) ? -1 : ask_page(l, e);
}

void missing_list_others(const struct collect_scope *scope, const struct calls_watcher *ticks,
	int64_t for_ms) {
	struct samples *s = scope->samples;
	struct listing l = {.scope = scope};
	struct err ignored;
	size_t i = 0;
	while (i < s->service_count && !service_is_missing(&s->services[i]))
		i++;
	if (i == s->service_count || !s->list_complete || s->time_is_over)
		return;
	client_begin_round(scope->client, for_ms);
	if (ask_page(&l, &ignored) == 0)
		(void)calls_run(scope->client, on_page, &l, ticks, &ignored);
	s->time_is_over = !client_end_round(scope->client);
	page_free(&l.page);
	samples_sort(s);
}
