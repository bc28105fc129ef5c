#include "config.h"

#include "collect/collect.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"
#include "aws/config/endpoint.h"
#include "collect/calls.h"
#include "collect/counts.h"
#include "collect/describe.h"
#include "collect/metric_fetch.h"
#include "collect/missing.h"
#include "collect/name_set.h"
#include "collect/task_fetch.h"
#include "base/text.h"
#include "model/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_LIST, TAG_SERIES, TAG_DESCRIPTIONS, TAG_TASK_DEFINITIONS };
enum { MAX_BODY_BYTES = 2 * 1024 * 1024, MAX_FAILURE_CHARS = 600 };

struct collector {
	const struct collect_scope *scope;
	struct calls_watcher ticks;
	struct metric_fetch *series;
	struct describer *descriptions;
	struct task_fetch *tasks;
	bool tells_all;       /* each answer is told, with all services */
	bool times_are_fixed; /* the samples' window and now_s no longer change */
	/* For the list of services: */
	struct name_set names; /* seen so far */
	struct page_cursor page;
	bool is_incomplete; /* a part of it could not be fetched */
	bool is_missing;    /* the cluster does not exist, and that is still to be reported */
};

/* Passes a request to the part that fetches its kind. */
static int add_request(struct collector *c, const struct request *r, struct err *e) {
	if (r->kind == REQUEST_SERIES)
		return metric_fetch_want(c->series, r, e);
	if (r->kind == REQUEST_TASK_DEFINITION)
		return task_fetch_want(c->tasks, r->service, e);
	return describer_want(c->descriptions, r->service, e);
}

/* --- the list of services --- */

static bool is_selected(struct collector *c, const char *name) {
	const struct rules *rules = c->scope->rules;
	bool included = patterns_match(&rules->include, name, c->scope->samples->pattern_matched) ||
		rules->include.count == 0;
	return included && !patterns_match(&rules->exclude, name, NULL);
}

/* Rejects what is no service of the requested cluster. */
static int check_listed(const struct collector *c, const char *text, struct arn *arn,
	struct err *e) {
	const struct target *t = c->scope->target;
	const char *account = c->scope->samples->account;
	const char *cluster;
	size_t n;
	if (arn_parse(text, arn) || !arn_is_ecs(arn, "service"))
		return malformed_arn(e, "something that is not a service's ARN", text);
	if (!arn_is_ecs_name(arn->name))
		return malformed_arn(e, "a service with a name that ECS does not allow", arn->name);
	if (!arn_is_service(arn, &cluster, &n))
		return malformed_arn(e, "something that is not a service's ARN", text);
	if (strcmp(arn->region, t->region) != 0 ||
		strcmp(arn->partition, partition_of(t->region)) != 0)
		return malformed_arn(e, "a service in another region", text);
	if (*account && strcmp(arn->account, account) != 0)
		return malformed_arn(e, "a service in another account", text);
	if (cluster && (strlen(t->name) != n || memcmp(cluster, t->name, n) != 0))
		return malformed_arn(e, "a service in another cluster", text);
	return 0;
}

/* Requests the series of the service added last, and its running tasks. */
static int request_service(struct collector *c, struct err *e) {
	const struct rules *rules = c->scope->rules;
	struct request r = {.kind = REQUEST_SERIES,
		.service = c->scope->samples->service_count - 1,
		.span = &rules->window};
	for (int m = 0; m < METRICS; m++) {
		r.metric = (enum metric)m;
		r.statistic = statistics_of(&rules->statistics, r.metric);
		if (rules->metrics[m] && add_request(c, &r, e))
			return -1;
	}
	r.kind = REQUEST_DESCRIPTION;
	bool is_described = rules->metrics[METRIC_TASKS] &&
		!managed_daemon_name(c->scope->samples->services[r.service].name);
	return is_described ? add_request(c, &r, e) : 0;
}

static int count_listed(struct samples *s, struct err *e) {
	if (++s->listed_count <= SAMPLES_MAX_SERVICES)
		return 0;
	return err_set(e, ERR_LIMIT,
		"more than %d services in one cluster, which is the most that this check supports",
		SAMPLES_MAX_SERVICES);
}

static int add_listed(void *ctx, const char *text, struct err *e) {
	struct collector *c = ctx;
	struct samples *s = c->scope->samples;
	struct arn arn;
	if (check_listed(c, text, &arn, e))
		return -1;
	int fresh = name_set_add(&c->names, arn.name);
	if (fresh <= 0)
		return fresh < 0 ? err_no_memory(e) : 0;
	if (count_listed(s, e))
		return -1;
	(void)snprintf(s->account, sizeof s->account, "%.15s", arn.account);
	const struct service_thresholds thresholds =
		thresholds_of_service(&c->scope->rules->thresholds, arn.name, s->threshold_matched);
	if (!is_selected(c, arn.name))
		return c->scope->rules->include.count > 0 ? samples_pass_over(s, arn.name, e) : 0;
	if (!samples_add_service(s, arn.name, c->scope->rules->metrics, &thresholds))
		return err_no_memory(e);
	return request_service(c, e);
}

/* --- services named by -s --- */

/* The window is set after AWS's first answer: a wrong clock has been detected by then. */
static void set_window(struct collector *c) {
	struct samples *s = c->scope->samples;
	if (s->window.points == 0)
		s->window = window_at(&c->scope->rules->window, client_now_s(c->scope->client));
}

/* Adds the service that the pattern with this index names. */
static int add_named(struct collector *c, size_t pattern, struct err *e) {
	const struct rules *rules = c->scope->rules;
	struct samples *s = c->scope->samples;
	const char *name = rules->include.items[pattern];
	/* It is taken to exist until ECS denies it. */
	s->pattern_matched[pattern] = true;
	int fresh = name_set_add(&c->names, name);
	if (fresh <= 0)
		return fresh < 0 ? err_no_memory(e) : 0;
	if (count_listed(s, e))
		return -1;
	const struct service_thresholds thresholds = thresholds_of_service(&rules->thresholds, name,
		s->threshold_matched);
	if (patterns_match(&rules->exclude, name, NULL))
		return 0;
	if (!samples_add_service(s, name, rules->metrics, &thresholds))
		return err_no_memory(e);
	return request_service(c, e);
}

/* Managed daemons are not in the list of services. */
static int add_managed_daemons(struct collector *c, struct err *e) {
	const struct patterns *include = &c->scope->rules->include;
	for (size_t i = 0; i < include->count; i++)
		if (managed_daemon_name(include->items[i]) && pattern_is_name(include->items[i]) &&
			add_named(c, i, e))
			return -1;
	return 0;
}

/* There is no list whose answer would tell AWS's time: the window is that of this host's clock
 * until CloudWatch answers. */
static int begin_named(struct collector *c, struct err *e) {
	const struct patterns *include = &c->scope->rules->include;
	set_window(c);
	c->scope->samples->list_complete = true;
	c->scope->samples->services_are_named = true;
	metric_fetch_expect_clock(c->series);
	for (size_t i = 0; i < include->count; i++)
		if (add_named(c, i, e))
			return -1;
	return metric_fetch_send(c->series, true, e) || describer_send(c->descriptions, true, e)
		? -1
		: 0;
}

/* --- the pages of the list --- */

static int ask_list_page(struct collector *c, struct err *e) {
	struct client_call call = {.operation = OPERATION_LIST_SERVICES, .tag = TAG_LIST};
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_list_services_body(&call.body, c->scope->target->cluster, c->page.token);
	return client_submit(c->scope->client, &call, e);
}

/* A malformed ARN is reported only if nothing was missing before. */
static void record_list_failure(struct collector *c, const struct err *why, bool malformed) {
	struct samples *s = c->scope->samples;
	if (c->is_incomplete && malformed)
		return;
	c->is_incomplete = true;
	if (why->code == ERR_NOT_FOUND) {
		c->is_missing = true;
		return;
	}
	if (s->listed_count > 0)
		buf_adds(&s->failures, "the list of services is incomplete: ");
	text_add_clean(&s->failures, why->message, MAX_FAILURE_CHARS);
	buf_addc(&s->failures, '\n');
}

/* Reads a page. Malformed ARNs on it do not prevent reading the next one. Returns the next page's
 * token, or NULL. */
static const char *read_page(struct collector *c, const struct client_answer *answer) {
	struct err why = answer->error;
	const char *next = NULL;
	int rc = answer->document
		? ecs_read_list(answer->document, "serviceArns", add_listed, c, &next, &why)
		: -1;
	bool malformed = rc && answer->document && why.code == ERR_SYNTAX;
	if (malformed)
		client_explain_malformed(c->scope->client, answer->operation, &why);
	if (rc)
		record_list_failure(c, &why, malformed);
	return rc == 0 || malformed ? next : NULL;
}

static int on_list_page(struct collector *c, const struct client_answer *answer, struct err *e) {
	struct err why;
	bool is_first = c->scope->samples->window.points == 0;
	set_window(c);
	if (is_first && add_managed_daemons(c, e))
		return -1;
	const char *next = read_page(c, answer);
	bool goes_on = next && page_advance(&c->page, next, OPERATION_LIST_SERVICES, &why) == 0 &&
		ask_list_page(c, &why) == 0;
	if (next && !goes_on)
		record_list_failure(c, &why, false);
	c->scope->samples->list_complete = !goes_on && !c->is_incomplete;
	return metric_fetch_send(c->series, !goes_on, e) ||
			describer_send(c->descriptions, !goes_on, e)
		? -1
		: 0;
}

/* --- the loop --- */

static int on_answer(void *ctx, const struct client_answer *answer, struct err *e) {
	struct collector *c = ctx;
	if (!c->times_are_fixed)
		c->scope->samples->now_s = client_now_s(c->scope->client);
	if (answer->tag == TAG_LIST)
		return on_list_page(c, answer, e);
	if (answer->tag == TAG_DESCRIPTIONS)
		return describer_on_answer(c->descriptions, answer, e);
	if (answer->tag == TAG_TASK_DEFINITIONS)
		return task_fetch_on_answer(c->tasks, answer, e);
	metric_fetch_on_answer(c->series, answer);
	if (c->tells_all)
		c->scope->watcher.learned(c->scope->watcher.ctx, 0,
			c->scope->samples->service_count);
	/* Of named services all are known, and wait for AWS's time at most. */
	return c->scope->rules->services_are_named ? metric_fetch_send(c->series, true, e) : 0;
}

static void on_tick(void *ctx) {
	const struct collect_scope *scope = ((const struct collector *)ctx)->scope;
	struct collect_counts counts;
	if (!scope->watcher.progress)
		return;
	counts_take(scope, &counts);
	scope->watcher.progress(scope->watcher.ctx, &counts);
}

static int begin_collecting(struct collector *c, const struct collect_scope *scope,
	bool times_are_fixed, bool describes_all, struct err *e) {
	*c = (struct collector){.scope = scope,
		.ticks = {on_tick, c},
		.times_are_fixed = times_are_fixed};
	c->series = metric_fetch_new(scope, TAG_SERIES, times_are_fixed, e);
	c->descriptions = describer_new(scope, TAG_DESCRIPTIONS,
		describes_all || scope->rules->metrics[METRIC_TASKS] ? DESCRIBE_ALL
								     : DESCRIBE_SILENT,
		e);
	c->tasks = task_fetch_new(scope, TAG_TASK_DEFINITIONS, e);
	return c->series && c->descriptions && c->tasks ? 0 : -1;
}

static enum outcome collect_answers(struct collector *c, struct err *e) {
	return calls_run(c->scope->client, on_answer, c, &c->ticks, e);
}

static void free_collector(struct collector *c) {
	name_set_free(&c->names);
	page_free(&c->page);
	metric_fetch_free(c->series);
	describer_free(c->descriptions);
	task_fetch_free(c->tasks);
}

/* Frees the contents of c. What is pending when time is up stays pending: judge distinguishes it
 * from failures. */
static int end_collecting(struct collector *c, enum outcome how) {
	struct samples *s = c->scope->samples;
	if (how == OUTCOME_DEADLINE || how == OUTCOME_STOPPED) {
		s->end = how == OUTCOME_STOPPED ? SAMPLES_STOPPED : SAMPLES_DEADLINE;
		s->time_is_over = true;
		ending_describe(c->scope->client, how, c->scope->timeout_s, &s->end_reason);
	}
	free_collector(c);
	return how == OUTCOME_FAILED ? -1 : 0;
}

int collect_services(const struct collect_scope *scope, struct err *e) {
	struct samples *s = scope->samples;
	struct collector c;
	enum outcome how = OUTCOME_FAILED;
	(void)snprintf(s->account, sizeof s->account, "%.15s", scope->target->account);
	int rc = begin_collecting(&c, scope, false, false, e);
	if (rc == 0)
		rc = scope->rules->services_are_named ? begin_named(&c, e) : ask_list_page(&c, e);
	if (rc == 0)
		how = collect_answers(&c, e);
	if (c.is_missing)
		missing_explain_cluster(scope, &c.ticks, how == OUTCOME_DONE);
	if (rc == 0 && scope->rules->services_are_named && describer_lacks_cluster(c.descriptions))
		missing_note_cluster(scope, &c.ticks, how == OUTCOME_DONE);
	set_window(&c);
	samples_sort(s);
	s->now_s = client_now_s(scope->client);
	return end_collecting(&c, how);
}

/* --- what is asked for afterwards --- */

static enum outcome fetch_list(struct collector *c, const struct request_list *list,
	struct err *e) {
	for (size_t i = 0; i < list->count; i++)
		if (add_request(c, &list->items[i], e))
			return OUTCOME_FAILED;
	if (metric_fetch_send(c->series, true, e) || describer_send(c->descriptions, true, e) ||
		task_fetch_send(c->tasks, e))
		return OUTCOME_FAILED;
	return collect_answers(c, e);
}

static int fetch_for_verdict(struct collector *c, const struct request_list *list,
	const struct collect_round *round, struct err *e) {
	const struct window window = metric_fetch_window(c->scope->samples, list);
	enum outcome how = OUTCOME_FAILED;
	c->tells_all = true;
	if (detail_init(round->into, list, &window, e) == 0) {
		metric_fetch_for_round(c->series, round->into, false);
		how = fetch_list(c, list, e);
	}
	return end_collecting(c, how);
}

static int fetch_round(struct collector *c, const struct request_list *list,
	const struct collect_round *round, struct err *e) {
	struct samples *s = c->scope->samples;
	const struct window window = metric_fetch_window(s, list);
	if (detail_init(round->into, list, &window, e))
		return -1;
	metric_fetch_for_round(c->series, round->into, round->is_single_attempt);
	client_begin_round(c->scope->client, round->for_ms);
	enum outcome how = fetch_list(c, list, e);
	if (how == OUTCOME_DEADLINE)
		(void)err_set(e, ERR_DEADLINE, "no answer within %lld ms",
			(long long)round->for_ms);
	else if (how == OUTCOME_STOPPED)
		(void)err_set(e, ERR_DEADLINE, "a signal ended it");
	s->time_is_over = !client_end_round(c->scope->client);
	return how == OUTCOME_DONE ? metric_fetch_check(c->series, e) : -1;
}

int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	const struct collect_round *round, struct err *e) {
	struct collector c;
	if (scope->samples->time_is_over || list->count == 0)
		return 0;
	int rc = begin_collecting(&c, scope, true, round != NULL, e);
	if (!round) {
		enum outcome how = rc == 0 ? fetch_list(&c, list, e) : OUTCOME_FAILED;
		if (rc == 0 && scope->rules->services_are_named &&
			describer_lacks_cluster(c.descriptions))
			missing_note_cluster(scope, &c.ticks, how == OUTCOME_DONE);
		return end_collecting(&c, how);
	}
	if (round->is_of_verdict && rc == 0)
		return fetch_for_verdict(&c, list, round, e);
	if (rc == 0)
		rc = fetch_round(&c, list, round, e);
	free_collector(&c);
	return rc;
}

void collect_other_names(const struct collect_scope *scope, int64_t for_ms) {
	struct collector c = {.scope = scope};
	const struct calls_watcher ticks = {on_tick, &c};
	missing_list_others(scope, &ticks, for_ms);
}
