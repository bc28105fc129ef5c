#include "config.h"

#include "aws/service/ecs.h"

#include "aws/service/arn.h"
#include "aws/service/ecs_task.h"

#include <math.h>
#include <string.h>

static int wrong_shape(const char *what, struct err *e) {
	return err_set(e, ERR_SYNTAX, "%s", what);
}

/* --- single members --- */

/* Reads a count of tasks: a whole number that AWS's integers can hold. "-0" is none. */
static bool read_count(const json *v, const char *name, int64_t *count) {
	double number;
	if (!json_number(json_member(v, name), &number) || signbit(number) || number > INT32_MAX ||
		number > floor(number))
		return false;
	*count = (int64_t)number;
	return true;
}

/* A time in milliseconds; 0 if there is none, or it is outside the years 1970 to 5138. */
static int64_t read_time(const json *v, const char *name) {
	const double max_s = 1e11;
	const double ms_per_s = 1000;
	double seconds;
	if (!json_number(json_member(v, name), &seconds) || seconds < 1 || seconds > max_s)
		return 0;
	double ms = seconds * ms_per_s;
	return (int64_t)ms;
}

static bool is_one_of(const char *word, const char *const *words) {
	while (word && *words && strcmp(word, *words) != 0)
		words++;
	return word && *words;
}

/* Whether the member is absent or one of the words. */
static bool may_be_one_of(const json *v, const char *name, const char *const *words) {
	const json *member = json_member(v, name);
	return json_is_absent(member) || is_one_of(json_string(member), words);
}

/* Reads text that may be absent; false: not text. */
static bool read_text(const json *v, const char *name, const char **text) {
	const json *member = json_member(v, name);
	*text = json_string(member);
	return *text || json_is_absent(member);
}

/* --- deployments and task sets --- */

static void raise_to(int64_t value, int64_t *max) {
	*max = value > *max ? value : *max;
}

static const char *read_rollout(const json *v, struct ecs_service *out) {
	static const char *const states[] = {"IN_PROGRESS", "COMPLETED", "FAILED", NULL};
	const char *state = json_string(json_member(v, "rolloutState"));
	const char *reason;
	int64_t failed = 0;
	if (!may_be_one_of(v, "rolloutState", states))
		return "a deployment with an unexpected rolloutState";
	if (!read_text(v, "rolloutStateReason", &reason))
		return "a rolloutStateReason that is not text";
	if (!json_is_absent(json_member(v, "failedTasks")) &&
		!read_count(v, "failedTasks", &failed))
		return "a failedTasks that is not a count";
	raise_to(failed, &out->failed_tasks);
	if (!state || strcmp(state, "FAILED") != 0)
		return NULL;
	/* The PRIMARY deployment comes first, those that it replaced after it. */
	if (!out->rollout_failed || !out->rollout_reason)
		out->rollout_reason = reason;
	out->rollout_failed = true;
	return NULL;
}

/* Reads a list whose elements have a status, at most one of them PRIMARY, as far as it can be read.
 * NULL, or what is wrong. */
static const char *read_parts(const json *list, const char *const *statuses, bool with_rollout,
	struct ecs_service *out) {
	const char *wrong = NULL;
	size_t primaries = 0;
	int64_t wanted = 0;
	if (!json_is_array(list))
		return "deployments or task sets that are not a list";
	for (const json *v = json_first(list); v; v = json_next(v)) {
		const char *status = json_string(json_member(v, "status"));
		const char *why = with_rollout ? read_rollout(v, out) : NULL;
		if (!is_one_of(status, statuses))
			why = "a deployment or task set with an unexpected status";
		else if (strcmp(status, "PRIMARY") == 0) {
			raise_to(read_time(v, "createdAt"), &out->primary_created_ms);
			if (with_rollout && out->desired_count == 0 &&
				read_count(v, "desiredCount", &wanted) && wanted > 0)
				why = "a PRIMARY deployment that wants tasks in a service that wants none";
			primaries++;
		}
		wrong = wrong ? wrong : why;
	}
	return primaries > 1 ? "two PRIMARY deployments" : wrong;
}

/* The API's model declares every member optional, but AWS always sends both. */
static const char *read_history(const json *v, struct ecs_service *out) {
	static const char *const deployment[] = {"PRIMARY", "ACTIVE", "INACTIVE", NULL};
	static const char *const task_set[] = {"PRIMARY", "ACTIVE", "DRAINING", NULL};
	const json *sets = json_member(v, "taskSets");
	const char *a = read_parts(json_member(v, "deployments"), deployment, true, out);
	const char *b = json_is_absent(sets) ? NULL : read_parts(sets, task_set, false, out);
	out->events = json_member(v, "events");
	if (!json_is_array(out->events)) {
		out->events = NULL;
		return "no list of events";
	}
	return a ? a : b;
}

/* --- services --- */

static void record_fault(struct ecs_service *out, const char *phrase, const char *word) {
	if (out->fault)
		return;
	out->fault = phrase;
	out->fault_word = word;
}

static void read_words(const json *v, struct ecs_service *out) {
	static const char *const statuses[] = {"ACTIVE", "DRAINING", "INACTIVE", NULL};
	static const char *const strategies[] = {"REPLICA", "DAEMON", NULL};
	static const char *const controllers[] = {"ECS", "CODE_DEPLOY", "EXTERNAL", NULL};
	const char *status = json_string(json_member(v, "status"));
	const char *strategy = json_string(json_member(v, "schedulingStrategy"));
	const json *controller = json_member(v, "deploymentController");
	if (is_one_of(status, statuses))
		out->status = status;
	else
		record_fault(out, "an unexpected status", status);
	if (!may_be_one_of(v, "schedulingStrategy", strategies))
		record_fault(out, "an unexpected schedulingStrategy", strategy);
	if (!json_is_absent(controller) &&
		!is_one_of(json_string(json_member(controller, "type")), controllers))
		record_fault(out, "an unexpected deploymentController",
			json_string(json_member(controller, "type")));
	out->is_daemon = strategy && strcmp(strategy, "DAEMON") == 0;
}

static int read_service(const json *v, struct ecs_service *out, struct err *e) {
	struct arn arn;
	*out = (struct ecs_service){.name = json_string(json_member(v, "serviceName")),
		.status = "",
		.created_ms = read_time(v, "createdAt")};
	if (!out->name || !*out->name)
		return wrong_shape("a service without a serviceName", e);
	if (!read_text(v, "serviceArn", &out->arn) ||
		!read_text(v, "clusterArn", &out->cluster_arn))
		return wrong_shape("an ARN that is not text", e);
	if (out->arn && (arn_parse(out->arn, &arn) || strcmp(arn.name, out->name) != 0))
		record_fault(out, "a name that differs from its ARN", out->arn);
	read_words(v, out);
	if (!read_count(v, "desiredCount", &out->desired_count))
		record_fault(out, "a desiredCount that is not a count", NULL);
	if (!read_count(v, "runningCount", &out->running_count))
		record_fault(out, "a runningCount that is not a count", NULL);
	out->history_fault = read_history(v, out);
	ecs_read_tasks(v, out);
	return 0;
}

static int read_failure(const json *v, struct ecs_service *out, struct err *e) {
	struct arn arn;
	const char *text = json_string(json_member(v, "arn"));
	const char *reason = json_string(json_member(v, "reason"));
	if (!text || !reason)
		return wrong_shape("a failure without an arn or a reason", e);
	*out = (struct ecs_service){.name = arn_parse(text, &arn) == 0 ? arn.name : text,
		.arn = text,
		.failure = reason,
		.missing = strcmp(reason, "MISSING") == 0,
		.status = ""};
	return 0;
}

/* Visits every element that can be read; *rc and e report the first one that cannot. */
static void visit_all(const json *list,
	int (*read)(const json *v, struct ecs_service *out, struct err *e),
	void (*visit)(void *ctx, const struct ecs_service *service), void *ctx, int *rc,
	struct err *e) {
	struct ecs_service service;
	for (const json *v = json_first(list); v; v = json_next(v)) {
		struct err why;
		if (read(v, &service, &why) == 0) {
			visit(ctx, &service);
		} else if (*rc == 0) {
			*rc = -1;
			*e = why;
		}
	}
}

int ecs_read_services(const json *document,
	void (*visit)(void *ctx, const struct ecs_service *service), void *ctx, struct err *e) {
	const json *services = json_member(document, "services");
	const json *failures = json_member(document, "failures");
	int rc = 0;
	if (!json_is_array(services) || (!json_is_absent(failures) && !json_is_array(failures)))
		return wrong_shape("DescribeServices without services", e);
	visit_all(services, read_service, visit, ctx, &rc, e);
	visit_all(failures, read_failure, visit, ctx, &rc, e);
	return rc;
}

size_t ecs_read_events(const json *events, void (*visit)(void *ctx, const struct ecs_event *event),
	void *ctx) {
	size_t unreadable = 0;
	for (const json *v = json_first(events); v; v = json_next(v)) {
		struct ecs_event event = {.at_ms = read_time(v, "createdAt"),
			.message = json_string(json_member(v, "message"))};
		if (event.at_ms > 0 && event.message)
			visit(ctx, &event);
		else
			unreadable++;
	}
	return unreadable;
}
