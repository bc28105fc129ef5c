#include "config.h"

#include "collect.h"

#include "aws/cloudwatch.h"
#include "aws/ecs.h"
#include "describe.h"
#include "ending.h"
#include "base/text.h"

#include <fnmatch.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_LIST, TAG_METRICS };
enum { MOST_BODY_BYTES = 2 * 1024 * 1024, MOST_SERVICES = 20000 };

/* A series to be fetched. */
struct want {
	size_t service;
	enum metric metric;
	bool complete; /* CloudWatch said so on some page */
};

/* The wants of one GetMetricData call and its further pages. */
struct batch {
	size_t first, count;
	char *token;  /* of the page that was asked for last; NULL: the first one */
	char *remark; /* a call-wide message */
};

struct collector {
	const struct config *config;
	const struct target *target;
	struct client *client;
	struct samples *samples;
	void *names; /* search.h tree of the names seen */
	char *list_token;
	struct want *wants;
	size_t want_count, want_room;
	size_t sent; /* wants that belong to a batch */
	struct batch *batches;
	size_t batch_count;
	struct batch *current; /* the one whose answer is being read */
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
	const struct config *o = c->config;
	bool included = matches_any(&o->include, name, c->samples->pattern_matched) ||
		o->include.count == 0;
	return included && !matches_any(&o->exclude, name, NULL);
}

static int add_want(struct collector *c, size_t service, enum metric m, struct err *e) {
	if (c->want_count == c->want_room) {
		size_t room = c->want_room ? 2 * c->want_room : 256;
		struct want *grown = realloc(c->wants, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		c->wants = grown;
		c->want_room = room;
	}
	c->wants[c->want_count++] = (struct want){.service = service, .metric = m};
	return 0;
}

static int add_listed(void *ctx, const char *text, struct err *e) {
	struct collector *c = ctx;
	struct samples *s = c->samples;
	struct arn arn;
	if (arn_parse(text, &arn) || !arn_is_ecs(&arn, "service"))
		return err_set(e, ERR_SERVICE,
			"ListServices answered with something that is no service's ARN");
	int fresh = remember(c, arn.name);
	if (fresh <= 0)
		return fresh < 0 ? err_no_memory(e) : 0;
	if (++s->listed_count > MOST_SERVICES)
		return err_set(e, ERR_LIMIT, "more than %d services in one cluster", MOST_SERVICES);
	(void)snprintf(s->account, sizeof s->account, "%.15s", arn.account);
	if (!is_selected(c, arn.name))
		return 0;
	if (!samples_add_service(s, arn.name, c->config->metrics))
		return err_no_memory(e);
	for (int m = 0; m < METRICS; m++)
		if (c->config->metrics[m] && add_want(c, s->service_count - 1, (enum metric)m, e))
			return -1;
	return 0;
}

static int ask_list_page(struct collector *c, struct err *e) {
	struct client_call call = {.operation = OPERATION_LIST_SERVICES, .tag = TAG_LIST};
	buf_init(&call.body, MOST_BODY_BYTES);
	ecs_list_services_body(&call.body, c->target->cluster, c->list_token);
	return client_submit(c->client, &call, e);
}

/* --- the series --- */

static struct series *series_of(struct collector *c, size_t want) {
	const struct want *w = &c->wants[want];
	return &c->samples->services[w->service].series[w->metric];
}

static int ask_metrics(struct collector *c, size_t index, struct err *e) {
	const struct batch *b = &c->batches[index];
	const struct window *w = &c->samples->window;
	struct cloudwatch_request request = {.start_s = w->start_s,
		.end_s = w->end_s,
		.period_s = w->period_s,
		.statistic = c->config->statistic,
		.next_token = b->token};
	struct client_call call = {.operation = OPERATION_GET_METRIC_DATA,
		.tag = TAG_METRICS,
		.subject = index};
	buf_init(&call.body, MOST_BODY_BYTES);
	cloudwatch_begin(&call.body);
	for (size_t i = b->first; i < b->first + b->count; i++) {
		struct cloudwatch_query query = {.number = i,
			.metric_name = metric_aws_name(c->wants[i].metric),
			.cluster = c->target->name,
			.service = c->samples->services[c->wants[i].service].name};
		cloudwatch_add_query(&call.body, &request, &query, i == b->first);
	}
	cloudwatch_end(&call.body, &request);
	return client_submit(c->client, &call, e);
}

/* Sends full batches; with flush also the rest. */
static int send_batches(struct collector *c, bool flush, struct err *e) {
	while (c->want_count - c->sent >= (flush ? 1 : CLOUDWATCH_MOST_QUERIES)) {
		size_t left = c->want_count - c->sent;
		struct batch *grown = realloc(c->batches, (c->batch_count + 1) * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		c->batches = grown;
		grown[c->batch_count] = (struct batch){.first = c->sent,
			.count = left < CLOUDWATCH_MOST_QUERIES ? left : CLOUDWATCH_MOST_QUERIES};
		c->sent += grown[c->batch_count].count;
		c->samples->metrics_billed += grown[c->batch_count].count;
		c->batch_count++;
		if (ask_metrics(c, c->batch_count - 1, e))
			return -1;
	}
	return 0;
}

/* Replaces *token by the next one. A token that repeats would go on for ever. */
static int advance(char **token, const char *next, const char *operation, struct err *e) {
	if (*token && strcmp(*token, next) == 0)
		return err_set(e, ERR_SERVICE, "%s answers with the same page again and again",
			operation);
	free(*token);
	*token = text_dup(next, strlen(next));
	return *token ? 0 : err_no_memory(e);
}

static int list_went_wrong(struct collector *c, const struct err *why, struct err *e) {
	struct samples *s = c->samples;
	s->cluster_missing = why->code == ERR_NOT_FOUND;
	if (s->service_count > 0)
		buf_adds(&s->failures, "the list of services is incomplete: ");
	text_add_clean(&s->failures, why->message, 500);
	buf_addc(&s->failures, '\n');
	return send_batches(c, true, e);
}

static int on_list_page(struct collector *c, const struct client_answer *answer, struct err *e) {
	struct err why = answer->error;
	const char *next = NULL;
	int rc = answer->document
		? ecs_read_list(answer->document, "serviceArns", add_listed, c, &next, &why)
		: -1;
	if (rc == 0 && next && advance(&c->list_token, next, "ListServices", &why) == 0 &&
		ask_list_page(c, &why) == 0)
		return send_batches(c, false, e);
	if (rc || next)
		return list_went_wrong(c, &why, e);
	c->samples->list_complete = true;
	return send_batches(c, true, e);
}

static int on_result(void *ctx, size_t number, enum cloudwatch_status status, const char *message) {
	struct collector *c = ctx;
	char why[600];
	if (number < c->current->first || number >= c->current->first + c->current->count)
		return 1; /* not asked for in this call */
	struct series *x = series_of(c, number);
	const char *detail = message ? message : "";
	const char *colon = message ? ": " : "";
	switch (status) {
	case CLOUDWATCH_COMPLETE:
		c->wants[number].complete = true;
		return 0;
	case CLOUDWATCH_PARTIAL:
		return 0;
	case CLOUDWATCH_FORBIDDEN:
		(void)snprintf(why, sizeof why,
			"not permitted to read this metric, check the IAM action cloudwatch:GetMetricData%s%.300s",
			colon, detail);
		break;
	case CLOUDWATCH_INTERNAL_ERROR:
		(void)snprintf(why, sizeof why,
			"CloudWatch had an internal error for this series%s%.300s", colon, detail);
		break;
	default:
		(void)snprintf(why, sizeof why,
			"CloudWatch gave this series a status that is not understood%s%.300s",
			colon, detail);
		break;
	}
	series_fail(x, why);
	return 1;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct collector *c = ctx;
	(void)series_add_point(series_of(c, number), &c->samples->window, time_s, value);
}

static void fail_batch(struct collector *c, const char *why) {
	for (size_t i = c->current->first; i < c->current->first + c->current->count; i++)
		series_fail(series_of(c, i), why);
}

/* All pages are there: what is not marked complete was lost. */
static void finish_batch(struct collector *c) {
	const struct batch *b = c->current;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		struct series *x = series_of(c, i);
		if (x->status != SERIES_PENDING)
			continue;
		if (!c->wants[i].complete)
			series_fail(x, "CloudWatch's answer for this series is incomplete");
		else if (!x->values && b->remark)
			series_fail(x, b->remark);
		else
			x->status = SERIES_COMPLETE;
	}
}

static int on_metrics_page(struct collector *c, const struct client_answer *answer) {
	struct err why = answer->error;
	const char *next = NULL;
	const char *remark = NULL;
	struct cloudwatch_visitor visitor = {.ctx = c, .result = on_result, .point = on_point};
	c->current = &c->batches[answer->subject];
	int rc = answer->document
		? cloudwatch_read(answer->document, &visitor, &next, &remark, &why)
		: -1;
	if (rc == 0 && remark && !c->current->remark)
		c->current->remark = text_dup(remark, strlen(remark));
	if (rc == 0 && next)
		rc = advance(&c->current->token, next, "GetMetricData", &why) ||
				ask_metrics(c, answer->subject, &why)
			? -1
			: 0;
	if (rc)
		fail_batch(c, why.message);
	else if (!next)
		finish_batch(c);
	return 0;
}

/* --- the loop --- */

static enum client_event fetch(struct collector *c, int *rc, struct err *e) {
	struct client_answer answer;
	enum client_event event = CLIENT_IDLE;
	*rc = ask_list_page(c, e);
	while (*rc == 0) {
		event = client_next(c->client, &answer);
		if (event == CLIENT_TICK)
			continue;
		if (event != CLIENT_CALL)
			break;
		*rc = answer.tag == TAG_LIST ? on_list_page(c, &answer, e)
					     : on_metrics_page(c, &answer);
		json_free(answer.document);
	}
	return event;
}

static void end_early(struct collector *c, enum client_event event) {
	struct samples *s = c->samples;
	s->end = event == CLIENT_STOPPED ? SAMPLES_STOPPED : SAMPLES_DEADLINE;
	ending_describe(c->client, event, c->config->timeout_s, &s->end_reason);
	for (size_t i = 0; i < s->service_count; i++)
		for (int m = 0; m < METRICS; m++)
			if (s->services[i].series[m].status == SERIES_PENDING)
				series_fail(&s->services[i].series[m],
					"not answered before the run had to end");
}

static void collector_free(struct collector *c) {
	forget_names(c);
	for (size_t i = 0; i < c->batch_count; i++) {
		free(c->batches[i].token);
		free(c->batches[i].remark);
	}
	free(c->batches);
	free(c->wants);
	free(c->list_token);
}

int collect(const struct config *config, const struct target *target, struct client *client,
	struct samples *s, struct err *e) {
	struct collector c = {.config = config, .target = target, .client = client, .samples = s};
	int rc;
	(void)snprintf(s->account, sizeof s->account, "%.15s", target->account);
	enum client_event event = fetch(&c, &rc, e);
	samples_sort(s);
	s->now_s = client_now_s(client);
	if (rc == 0 && event == CLIENT_IDLE)
		event = describe(config, target, client, s, &rc, e);
	if (rc == 0 && event != CLIENT_IDLE)
		end_early(&c, event);
	collector_free(&c);
	return rc;
}
