#include "config.h"

#include "collect/probe.h"

#include "aws/service/arn.h"
#include "aws/service/cloudwatch.h"
#include "aws/service/ecs.h"
#include "aws/config/endpoint.h"
#include "base/text.h"
#include "collect/clusters.h"
#include "model/selection.h"

#include <stdio.h>
#include <string.h>

enum { MAX_BODY_BYTES = 64 * 1024, NAME_BYTES = 256, HOUR_S = 3600 };

struct probing {
	const struct probe_scope *scope;
	struct probe *out;
	char service[NAME_BYTES];   /* of the list, to ask about */
	struct probe_call *missing; /* the call by whose answer the cluster does not exist */
	bool moved;                 /* GetMetricData was asked again after a clock error */
};

static const enum operation operations[PROBE_APIS] = {
	[PROBE_LIST_CLUSTERS] = OPERATION_LIST_CLUSTERS,
	[PROBE_LIST_SERVICES] = OPERATION_LIST_SERVICES,
	[PROBE_GET_METRIC_DATA] = OPERATION_GET_METRIC_DATA,
	[PROBE_DESCRIBE_SERVICES] = OPERATION_DESCRIBE_SERVICES,
};

/* --- what is needed --- */

static bool wants_tasks(const struct rules *rules) {
	return rules->metrics[METRIC_TASKS];
}

/* The first name that -s gives and -x leaves, and that ECS can describe: a managed daemon is not
 * described. NULL if there is none. */
static const char *first_described(const struct rules *rules) {
	for (size_t i = 0; i < rules->include.count; i++)
		if (!managed_daemon_name(rules->include.items[i]) &&
			!patterns_match(&rules->exclude, rules->include.items[i], NULL))
			return rules->include.items[i];
	return NULL;
}

/* Services that are named are described whatever --no-data says. */
static bool asks_of_services(const struct rules *rules) {
	if (patterns_are_names(&rules->include))
		return first_described(rules) != NULL;
	return wants_tasks(rules) || rules->no_data == NO_DATA_AUTO;
}

static bool is_needed(const struct probe_scope *scope, enum probe_api api) {
	const bool has_cluster = scope->target->name != NULL;
	switch (api) {
	case PROBE_LIST_CLUSTERS:
		return !has_cluster;
	case PROBE_DESCRIBE_SERVICES:
		return has_cluster && asks_of_services(scope->rules);
	case PROBE_LIST_SERVICES:
		return has_cluster && !patterns_are_names(&scope->rules->include);
	case PROBE_GET_METRIC_DATA:
		return has_cluster && rules_have_series(scope->rules);
	default:
		return has_cluster;
	}
}

/* A check whose cluster is named does without a list of clusters, and one of no running tasks
 * without descriptions. */
static bool is_optional(const struct rules *rules, enum probe_api api) {
	return api == PROBE_LIST_CLUSTERS ||
		(api == PROBE_DESCRIBE_SERVICES && !wants_tasks(rules));
}

static void set_calls(const struct probe_scope *scope, struct probe *out) {
	for (int i = 0; i < PROBE_APIS; i++) {
		const struct operation_traits *t = operation_traits(operations[i]);
		out->calls[i] = (struct probe_call){.operation = t->name,
			.permission = t->iam_action,
			.host = scope->session->endpoints[t->service].parts.host_header,
			.result = is_needed(scope, (enum probe_api)i) ? PROBE_PENDING
								      : PROBE_NOT_NEEDED,
			.is_optional = is_optional(scope->rules, (enum probe_api)i)};
	}
}

/* --- requests --- */

static enum metric first_metric(const struct rules *rules) {
	int m = 0;
	while (m + 1 < METRICS && !rules->metrics[m])
		m++;
	return (enum metric)m;
}

/* One series of the last complete hour. Without a service CloudWatch's answer has no points. */
static void add_metric_body(const struct probing *p, struct buf *out) {
	const struct window_spec spec = {.window_s = HOUR_S, .period_s = HOUR_S};
	const struct window w = window_at(&spec, client_now_s(p->scope->client));
	const struct cloudwatch_request request = {.start_s = w.start_s,
		.end_s = w.end_s,
		.period_s = w.period_s};
	const struct cloudwatch_query query = {.metric_name = metric_aws_name(
						       first_metric(p->scope->rules)),
		.statistic = "Maximum",
		.cluster = p->scope->target->name,
		.service = p->service};
	cloudwatch_begin(out);
	cloudwatch_add_query(out, &request, &query, 1);
	cloudwatch_end(out, &request);
}

static int ask(struct probing *p, enum probe_api api, struct err *e) {
	const char *const services[] = {p->service};
	struct client_call call = {.operation = operations[api], .tag = (int)api};
	buf_init(&call.body, MAX_BODY_BYTES);
	switch (api) {
	case PROBE_LIST_CLUSTERS:
		ecs_list_clusters_body(&call.body, NULL);
		break;
	case PROBE_LIST_SERVICES:
		ecs_list_services_body(&call.body, p->scope->target->cluster, NULL);
		break;
	case PROBE_GET_METRIC_DATA:
		call.holds_times = true;
		p->out->metrics_billed++;
		add_metric_body(p, &call.body);
		break;
	default:
		ecs_describe_services_body(&call.body, p->scope->target->cluster, services, 1);
		break;
	}
	return client_submit(p->scope->client, &call, e);
}

/* --- answers --- */

static int refuse_arn(const char *what, const char *text, struct err *e) {
	return malformed_arn(e, what, text);
}

static void note_account(struct probe *out, const struct arn *arn) {
	if (!out->account[0])
		(void)snprintf(out->account, sizeof out->account, "%.15s", arn->account);
}

static int on_cluster(void *ctx, const char *text, struct err *e) {
	struct probing *p = ctx;
	struct arn arn;
	if (arn_parse(text, &arn) || !arn_is_cluster(&arn))
		return refuse_arn("something that is not a cluster's ARN", text, e);
	if (strcmp(arn.region, p->scope->target->region) != 0)
		return refuse_arn("a cluster in another region", text, e);
	note_account(p->out, &arn);
	p->out->clusters++;
	return 0;
}

static int on_service(void *ctx, const char *text, struct err *e) {
	struct probing *p = ctx;
	struct arn arn;
	const char *cluster;
	size_t n;
	if (arn_parse(text, &arn) || !arn_is_service(&arn, &cluster, &n))
		return refuse_arn("something that is not a service's ARN", text, e);
	if (strcmp(arn.region, p->scope->target->region) != 0)
		return refuse_arn("a service in another region", text, e);
	note_account(p->out, &arn);
	if (p->out->services++ == 0)
		(void)snprintf(p->service, sizeof p->service, "%.255s", arn.name);
	return 0;
}

/* What CloudWatch says of the one series. */
struct series_answer {
	bool seen;
	enum cloudwatch_status status;
	char fault[120];
};

static int on_result(void *ctx, size_t number, enum cloudwatch_status status) {
	struct series_answer *a = ctx;
	if (number == 0) {
		a->seen = true;
		a->status = status;
	}
	return number != 0;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	(void)ctx;
	(void)number;
	(void)time_s;
	(void)value;
}

static void on_message(void *ctx, size_t number, const struct cloudwatch_message *message) {
	(void)ctx;
	(void)number;
	(void)message;
}

static void on_fault(void *ctx, size_t number, const char *why) {
	struct series_answer *a = ctx;
	(void)number;
	(void)snprintf(a->fault, sizeof a->fault, "%s", why);
}

static void on_call_message(void *ctx, const struct cloudwatch_message *message) {
	(void)ctx;
	(void)message;
}

static enum probe_result read_series(const json *document, struct err *e) {
	struct series_answer answer = {0};
	const struct cloudwatch_visitor visitor = {&answer, on_result, on_point, on_message,
		on_fault, on_call_message};
	const char *next;
	if (cloudwatch_read(document, &visitor, &next, e))
		return PROBE_FAILED;
	if (answer.fault[0])
		(void)err_set(e, ERR_SYNTAX, "%s", answer.fault);
	else if (!answer.seen && !next)
		(void)err_set(e, ERR_SYNTAX, "no result for the series asked for");
	else if (answer.status == CLOUDWATCH_FORBIDDEN)
		(void)err_set(e, ERR_DENIED,
			"not permitted: CloudWatch answers Forbidden for the series: allow cloudwatch:GetMetricData for it");
	else if (answer.status == CLOUDWATCH_INTERNAL_ERROR)
		(void)err_set(e, ERR_SERVICE,
			"GetMetricData: CloudWatch had an internal error for the series: try again later");
	else if (answer.status == CLOUDWATCH_UNKNOWN_STATUS)
		(void)err_set(e, ERR_SYNTAX, "a status that is not known");
	else
		return PROBE_PERMITTED;
	return e->code == ERR_DENIED ? PROBE_DENIED : PROBE_FAILED;
}

static void on_description(void *ctx, const struct ecs_service *service) {
	(void)ctx;
	(void)service;
}

static enum probe_result read_answer(struct probing *p, enum probe_api api, const json *document,
	struct err *e) {
	const char *next = NULL;
	int rc = 0;
	if (api == PROBE_GET_METRIC_DATA)
		return read_series(document, e);
	if (api == PROBE_LIST_CLUSTERS) {
		rc = ecs_read_list(document, "clusterArns", on_cluster, p, &next, e);
		p->out->more_clusters = next != NULL;
	} else if (api == PROBE_LIST_SERVICES) {
		rc = ecs_read_list(document, "serviceArns", on_service, p, &next, e);
		p->out->more_services = next != NULL;
	} else {
		rc = ecs_read_services(document, on_description, NULL, e);
	}
	return rc ? PROBE_FAILED : PROBE_PERMITTED;
}

static int note_answer(struct probing *p, enum probe_api api, const struct client_answer *answer,
	struct err *e) {
	struct probe_call *call = &p->out->calls[api];
	call->error = answer->error;
	if (!answer->document && answer->error.code == ERR_CLOCK && !p->moved) {
		p->moved = true;
		return ask(p, api, e);
	}
	if (!answer->document)
		call->result = answer->error.code == ERR_DENIED ? PROBE_DENIED : PROBE_FAILED;
	else
		call->result = read_answer(p, api, answer->document, &call->error);
	if (call->result == PROBE_FAILED && answer->document && call->error.code == ERR_SYNTAX)
		client_explain_malformed(p->scope->client, answer->operation, &call->error);
	return 0;
}

/* The other calls are made whatever became of the list: one run tells all that is missing. Of a
 * cluster that does not exist ECS is not asked again. */
static int ask_the_rest(struct probing *p, struct err *e) {
	struct probe_call *calls = p->out->calls;
	if (p->missing)
		calls[PROBE_DESCRIBE_SERVICES].result = PROBE_NOT_NEEDED;
	for (int i = PROBE_GET_METRIC_DATA; i < PROBE_APIS; i++)
		if (calls[i].result == PROBE_PENDING && ask(p, (enum probe_api)i, e))
			return -1;
	return 0;
}

static int on_answer(void *ctx, const struct client_answer *answer, struct err *e) {
	struct probing *p = ctx;
	const enum probe_api api = (enum probe_api)answer->tag;
	if (note_answer(p, api, answer, e))
		return -1;
	if (api != PROBE_GET_METRIC_DATA && p->out->calls[api].error.code == ERR_NOT_FOUND)
		p->missing = &p->out->calls[api];
	return api == PROBE_LIST_SERVICES ? ask_the_rest(p, e) : 0;
}

/* --- the run --- */

static void note_end(struct probing *p, enum outcome how) {
	struct probe *out = p->out;
	if (how != OUTCOME_DEADLINE && how != OUTCOME_STOPPED)
		return;
	out->end = how == OUTCOME_STOPPED ? SAMPLES_STOPPED : SAMPLES_DEADLINE;
	out->time_is_over = true;
	ending_describe(p->scope->client, how, p->scope->timeout_s, &out->end_reason);
}

static void note_keys_and_clock(const struct client *client, struct probe *out) {
	struct client_keys keys;
	client_keys(client, &keys);
	out->key_source = keys.provider;
	out->key_role = keys.role;
	(void)snprintf(out->key_id, sizeof out->key_id, "%s", keys.short_id);
	out->key_is_temporary = keys.is_temporary;
	out->key_expires_s = keys.expires_s;
	out->now_s = client_now_s(client);
	out->clock_is_known = client_clock_offset(client, &out->clock_offset_s);
}

static int ask_first(struct probing *p, struct err *e) {
	const struct patterns *include = &p->scope->rules->include;
	const char *described = first_described(p->scope->rules);
	if (!p->scope->target->name)
		return ask(p, PROBE_LIST_CLUSTERS, e);
	if (!patterns_are_names(include))
		return ask(p, PROBE_LIST_SERVICES, e);
	(void)snprintf(p->service, sizeof p->service, "%s",
		described ? described : include->items[0]);
	return ask_the_rest(p, e);
}

int probe_ask(const struct probe_scope *scope, struct probe *out, struct err *e) {
	struct probing p = {.scope = scope, .out = out, .service = "none"};
	enum outcome how = OUTCOME_FAILED;
	set_calls(scope, out);
	(void)snprintf(out->account, sizeof out->account, "%.15s", scope->target->account);
	if (ask_first(&p, e) == 0)
		how = calls_run(scope->client, on_answer, &p, NULL, e);
	if (how == OUTCOME_DONE && p.missing)
		how = clusters_explain_missing(scope->client, scope->target, true, NULL,
			&p.missing->error);
	note_end(&p, how);
	note_keys_and_clock(scope->client, out);
	return how == OUTCOME_FAILED ? -1 : 0;
}
