#include "config.h"

#include "collect/collect.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"
#include "aws/config/endpoint.h"
#include "collect/calls.h"
#include "collect/clusters.h"
#include "collect/describe.h"
#include "collect/metric_fetch.h"
#include "base/text.h"

#include <fnmatch.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_LIST, TAG_METRICS };
enum { MOST_BODY_BYTES = 2 * 1024 * 1024, MOST_SERVICES = 20000, MOST_FAILURE_CHARS = 500 };

struct collector {
	const struct rules *rules;
	const struct choice *choice;
	const struct target *target;
	struct client *client;
	const struct collect_watcher *watcher;
	struct samples *samples;
	void *names; /* search.h tree of the names seen */
	struct page_cursor page;
	struct metric_fetch metrics;
	bool lacks;       /* a part of the list could not be had */
	bool all_fetched; /* but for ECS's word on what is silent */
	bool is_missing;  /* there is no such cluster, and that is still to be told */
};

/* --- the list of services --- */

static int compare_strings(const void *a, const void *b) {
	return strcmp(a, b);
}

/* Remembers a name. 1 when it is new, 0 when it is known, -1 without memory. */
static int remember(struct collector *c, const char *name) {
	char *copy = text_dup(name, strlen(name));
	char **found = copy ? tsearch(copy, &c->names, compare_strings) : NULL;
	if (found && *found == copy)
		return 1;
	free(copy);
	return found ? 0 : -1;
}

static void forget_names(struct collector *c) {
	while (c->names) {
		char *name = *(char **)c->names;
		(void)tdelete(name, &c->names, compare_strings);
		free(name);
	}
}

static bool matches_any(const struct patterns *p, const char *name, bool *matched) {
	bool any = false;
	for (size_t i = 0; i < p->count; i++) {
		bool match = fnmatch(p->items[i], name, 0) == 0;
		if (matched)
			matched[i] = matched[i] || match;
		any = any || match;
	}
	return any;
}

static bool is_selected(struct collector *c, const char *name) {
	const struct rules *rules = c->rules;
	bool included = matches_any(&rules->include, name, c->samples->pattern_matched) ||
		rules->include.count == 0;
	return included && !matches_any(&rules->exclude, name, NULL);
}

/* Whatever is not a service of the cluster that was asked about. */
static int check_listed(const struct collector *c, const char *text, struct arn *arn,
	struct err *e) {
	const struct target *t = c->target;
	const char *account = c->samples->account;
	const char *cluster;
	size_t n;
	if (arn_parse(text, arn) || !arn_is_ecs(arn, "service"))
		return malformed_arn(e, "something that is not a service's ARN", text);
	if (!arn_is_ecs_name(arn->name))
		return malformed_arn(e, "a service with a name that ECS does not take", arn->name);
	if (!arn_is_service(arn, &cluster, &n))
		return malformed_arn(e, "something that is not a service's ARN", text);
	if (strcmp(arn->region, t->region) != 0 ||
		strcmp(arn->partition, partition_of(t->region)) != 0)
		return malformed_arn(e, "a service of another region", text);
	if (*account && strcmp(arn->account, account) != 0)
		return malformed_arn(e, "a service of another account", text);
	if (cluster && (strlen(t->name) != n || memcmp(cluster, t->name, n) != 0))
		return malformed_arn(e, "a service of another cluster", text);
	return 0;
}

static int add_listed(void *ctx, const char *text, struct err *e) {
	struct collector *c = ctx;
	struct samples *s = c->samples;
	struct arn arn;
	if (check_listed(c, text, &arn, e))
		return -1;
	int fresh = remember(c, arn.name);
	if (fresh <= 0)
		return fresh < 0 ? err_no_memory(e) : 0;
	if (++s->listed_count > MOST_SERVICES)
		return err_set(e, ERR_LIMIT, "more than %d services in one cluster", MOST_SERVICES);
	(void)snprintf(s->account, sizeof s->account, "%.15s", arn.account);
	if (!is_selected(c, arn.name))
		return 0;
	if (!samples_add_service(s, arn.name, c->rules->metrics))
		return err_no_memory(e);
	for (int m = 0; m < METRICS; m++)
		if (c->rules->metrics[m] &&
			metric_fetch_want(&c->metrics, s->service_count - 1, (enum metric)m, e))
			return -1;
	return 0;
}

static int ask_list_page(struct collector *c, struct err *e) {
	struct client_call call = {.operation = OPERATION_LIST_SERVICES, .tag = TAG_LIST};
	buf_init(&call.body, MOST_BODY_BYTES);
	ecs_list_services_body(&call.body, c->target->cluster, c->page.token);
	return client_submit(c->client, &call, e);
}

/* "-c 80" taken for the critical range must never go unnoticed. Whoever named a cluster that is not
 * there gets the nearest names, if the account tells them in time. */
static void explain_missing_cluster(struct collector *c, bool may_ask,
	const struct calls_watcher *ticks) {
	struct samples *s = c->samples;
	const struct target *t = c->target;
	struct err why;
	bool range = range_is_valid(t->name);
	(void)err_set(&why, ERR_NOT_FOUND, "there is no such cluster in %s%s", t->region,
		range ? "; -c names the cluster, if a critical range was meant use -C"
		      : ": check -c, the region (-r) and the account (-p)");
	if (may_ask && !range &&
		clusters_suggest(c->client, t->region, t->name, t->account, ticks, &why) !=
			OUTCOME_DONE)
		s->time_is_over = true;
	text_add_clean(&s->failures, why.message, sizeof why.message);
	buf_addc(&s->failures, '\n');
}

/* Of ARNs that are not AWS's the first one is told. */
static void note_lack(struct collector *c, const struct err *why, bool foreign) {
	struct samples *s = c->samples;
	if (c->lacks && foreign)
		return;
	c->lacks = true;
	if (why->code == ERR_NOT_FOUND) {
		c->is_missing = true;
		return;
	}
	if (s->listed_count > 0)
		buf_adds(&s->failures, "the list of services is incomplete: ");
	text_add_clean(&s->failures, why->message, MOST_FAILURE_CHARS);
	buf_addc(&s->failures, '\n');
}

/* The window is laid down when AWS has answered for the first time: by then a wrong clock has been
 * found out. */
static void set_window(struct collector *c) {
	if (c->samples->window.points == 0)
		c->samples->window = window_at(&c->rules->window, client_now_s(c->client));
}

/* Reads a page; what is not AWS's on it does not keep the run from the next one. Returns its token,
 * or NULL. */
static const char *read_page(struct collector *c, const struct client_answer *answer) {
	struct err why = answer->error;
	const char *next = NULL;
	int rc = answer->document
		? ecs_read_list(answer->document, "serviceArns", add_listed, c, &next, &why)
		: -1;
	bool foreign = rc && answer->document && why.code == ERR_SYNTAX;
	if (foreign)
		client_explain_foreign(c->client, answer->operation, &why);
	if (rc)
		note_lack(c, &why, foreign);
	return rc == 0 || foreign ? next : NULL;
}

static int on_list_page(struct collector *c, const struct client_answer *answer, struct err *e) {
	struct err why;
	set_window(c);
	const char *next = read_page(c, answer);
	bool goes_on = next && page_advance(&c->page, next, OPERATION_LIST_SERVICES, &why) == 0 &&
		ask_list_page(c, &why) == 0;
	if (next && !goes_on)
		note_lack(c, &why, false);
	c->samples->list_complete = !goes_on && !c->lacks;
	return metric_fetch_send(&c->metrics, !goes_on, e);
}

/* --- the loop --- */

static int on_answer(void *ctx, const struct client_answer *answer, struct err *e) {
	struct collector *c = ctx;
	if (answer->tag == TAG_LIST)
		return on_list_page(c, answer, e);
	metric_fetch_on_answer(&c->metrics, answer);
	return 0;
}

static void on_tick(void *ctx) {
	const struct collector *c = ctx;
	const struct samples *s = c->samples;
	struct collect_counts counts = {.services = s->service_count,
		.all_listed = s->list_complete};
	if (!c->watcher->progress)
		return;
	for (size_t i = 0; i < s->service_count; i++)
		for (int m = 0; m < METRICS; m++) {
			enum series_status status = s->services[i].series[m].status;
			counts.series += status != SERIES_NOT_WANTED;
			counts.settled += status == SERIES_COMPLETE || status == SERIES_FAILED;
		}
	c->watcher->progress(c->watcher->ctx, &counts);
}

static void on_learned(void *ctx, size_t first, size_t count) {
	const struct collector *c = ctx;
	if (!c->all_fetched)
		c->samples->now_s = client_now_s(c->client);
	c->watcher->learned(c->watcher->ctx, first, count);
}

/* What is pending now stays so: judge tells it from what failed. */
static void end_early(struct collector *c, enum outcome how) {
	struct samples *s = c->samples;
	s->end = how == OUTCOME_STOPPED ? SAMPLES_STOPPED : SAMPLES_DEADLINE;
	s->time_is_over = true;
	ending_describe(c->client, how, c->choice->timeout_s, &s->end_reason);
}

int collect(const struct rules *rules, const struct choice *choice, const struct target *target,
	struct client *client, const struct collect_watcher *watcher, struct samples *s,
	struct err *e) {
	struct collector c = {
		.rules = rules,
		.choice = choice,
		.target = target,
		.client = client,
		.watcher = watcher,
		.samples = s,
		.metrics = {.rules = rules,
			.target = target,
			.client = client,
			.samples = s,
			.tag = TAG_METRICS},
	};
	const struct calls_watcher watch = {on_tick, on_learned, &c};
	c.metrics.watcher = &watch;
	(void)snprintf(s->account, sizeof s->account, "%.15s", target->account);
	enum outcome how = OUTCOME_FAILED;
	if (ask_list_page(&c, e) == 0)
		how = calls_run(client, on_answer, &c, &watch, e);
	if (c.is_missing)
		explain_missing_cluster(&c, how == OUTCOME_DONE, &watch);
	set_window(&c);
	samples_sort(s);
	/* From here on it stands: who is silent must not change while ECS is asked why. */
	s->now_s = client_now_s(client);
	c.all_fetched = true;
	if (how == OUTCOME_DONE && !s->time_is_over)
		how = describe(rules, target, client, &watch, s, e);
	if (how == OUTCOME_DEADLINE || how == OUTCOME_STOPPED)
		end_early(&c, how);
	forget_names(&c);
	metric_fetch_free(&c.metrics);
	page_free(&c.page);
	return how == OUTCOME_FAILED ? -1 : 0;
}
