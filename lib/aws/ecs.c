#include "config.h"

#include "aws/ecs.h"

#include "aws/arn.h"

#include <math.h>
#include <string.h>

static void add_member(struct buf *out, const char *name, const char *value) {
	if (!value)
		return;
	buf_addf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

void ecs_list_clusters_body(struct buf *out, const char *next_token) {
	buf_addf(out, "{\"maxResults\":%d", ECS_LIST_PAGE);
	add_member(out, "nextToken", next_token);
	buf_addc(out, '}');
}

void ecs_list_services_body(struct buf *out, const char *cluster, const char *next_token) {
	buf_addf(out, "{\"maxResults\":%d", ECS_LIST_PAGE);
	add_member(out, "cluster", cluster);
	add_member(out, "nextToken", next_token);
	buf_addc(out, '}');
}

void ecs_describe_services_body(struct buf *out, const char *cluster, const char *const *services,
	size_t n) {
	buf_adds(out, "{\"cluster\":");
	json_add_string(out, cluster);
	buf_adds(out, ",\"services\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i > 0 ? "," : "");
		json_add_string(out, services[i]);
	}
	buf_adds(out, "]}");
}

static int wrong_shape(const char *what, struct err *e) {
	return err_set(e, ERR_SYNTAX, "%s", what);
}

int ecs_read_list(const json *document, const char *member,
	int (*visit)(void *ctx, const char *arn, struct err *e), void *ctx, const char **next_token,
	struct err *e) {
	const json *arns = json_member(document, member);
	const json *token = json_member(document, "nextToken");
	const char *text = json_string(token);
	struct err why = {.code = ERR_NONE};
	int rc = 0;
	*next_token = text && *text ? text : NULL;
	if (!json_is_array(arns))
		return wrong_shape("a list page without its list", e);
	for (const json *a = json_first(arns); a; a = json_next(a)) {
		int bad = json_string(a) ? visit(ctx, json_string(a), &why)
					 : wrong_shape("an ARN that is not a string", &why);
		if (bad && (rc == 0 || why.code != ERR_SYNTAX) && e)
			*e = why;
		if (bad && why.code != ERR_SYNTAX)
			return -1;
		rc = bad ? -1 : rc;
	}
	if (rc == 0 && !json_is_absent(token) && !text)
		rc = wrong_shape("nextToken is not a string", e);
	return rc;
}

static const double largest_whole = 1e15; /* a double holds it exactly */

/* A count or a time; 0 when absent, of another type or beyond any sense. */
static int64_t whole_member(const json *v, const char *name) {
	double number;
	if (!json_number(json_member(v, name), &number) || number < -largest_whole ||
		number > largest_whole)
		return 0;
	return (int64_t)number;
}

static int64_t newest_change(const json *list, int64_t newest_s) {
	static const char *const names[] = {"createdAt", "updatedAt"};
	for (const json *v = json_first(list); v; v = json_next(v)) {
		for (size_t i = 0; i < 2; i++) {
			int64_t t = whole_member(v, names[i]);
			newest_s = t > newest_s ? t : newest_s;
		}
	}
	return newest_s;
}

static int read_service(const json *v, struct ecs_service *out, struct err *e) {
	double desired;
	*out = (struct ecs_service){.name = json_string(json_member(v, "serviceName")),
		.status = json_string(json_member(v, "status"))};
	/* Any status but ACTIVE takes the service out of the check: no text at all must not. */
	if (!out->name || !out->status || !*out->status ||
		!json_number(json_member(v, "desiredCount"), &desired) || desired < 0 ||
		desired > largest_whole || desired > floor(desired))
		return wrong_shape("a service without serviceName, status or desiredCount", e);
	out->desired_count = whole_member(v, "desiredCount");
	out->running_count = whole_member(v, "runningCount");
	out->changed_s = newest_change(json_member(v, "deployments"), whole_member(v, "createdAt"));
	out->changed_s = newest_change(json_member(v, "taskSets"), out->changed_s);
	return 0;
}

/* Only a service that is not there is told of; any other failure leaves it without an answer. */
static int read_failure(const json *v, struct ecs_service *out, bool *missing, struct err *e) {
	struct arn arn;
	const char *text = json_string(json_member(v, "arn"));
	const char *reason = json_string(json_member(v, "reason"));
	if (!text || !reason)
		return wrong_shape("a failure without arn or reason", e);
	*missing = strcmp(reason, "MISSING") == 0;
	*out = (struct ecs_service){.name = arn_parse(text, &arn) == 0 ? arn.name : text,
		.missing = true,
		.status = ""};
	return 0;
}

int ecs_read_services(const json *document,
	void (*visit)(void *ctx, const struct ecs_service *service), void *ctx, struct err *e) {
	const json *services = json_member(document, "services");
	const json *failures = json_member(document, "failures");
	struct ecs_service service;
	bool missing = false;
	if (!json_is_array(services) || (!json_is_absent(failures) && !json_is_array(failures)))
		return wrong_shape("DescribeServices without services", e);
	for (const json *v = json_first(services); v; v = json_next(v)) {
		if (read_service(v, &service, e))
			return -1;
		visit(ctx, &service);
	}
	for (const json *v = json_first(failures); v; v = json_next(v)) {
		if (read_failure(v, &service, &missing, e))
			return -1;
		if (missing)
			visit(ctx, &service);
	}
	return 0;
}
