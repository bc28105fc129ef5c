/* Answers of Amazon ECS: ListClusters, ListServices, DescribeServices, DescribeTaskDefinition; and
 * what DescribeServices makes OK. */
#include "config.h"

#include "fuzz.h"

#include "aws/service/ecs.h"
#include "base/text.h"
#include "collect/describe_read.h"
#include "judge/silence.h"

#include <stdlib.h>
#include <string.h>

static int on_arn(void *ctx, const char *arn, struct err *e) {
	size_t *visited = ctx;
	fuzz_must(arn != NULL, "an ARN is a string");
	*visited += 1;
	/* A caller that has enough, and one that does not take it for AWS's. */
	if (strcmp(arn, "foreign") == 0)
		return err_set(e, ERR_SYNTAX, "foreign");
	return strcmp(arn, "stop") == 0 ? err_set(e, ERR_LIMIT, "stopped") : 0;
}

/* The token goes into the next request's body, which has to be JSON with that token in it. */
static void must_go_into_a_body(const char *token) {
	struct buf body = fuzz_buf();
	ecs_list_services_body(&body, "prod", token);
	json *request = fuzz_json((const uint8_t *)buf_str(&body), body.len);
	const char *sent = json_string(json_member(request, "nextToken"));
	fuzz_must(sent && strcmp(sent, token) == 0, "a token is sent back as it came");
	json_free(request);
	buf_free(&body);
}

static void list(const json *document, const char *member) {
	struct err e = {.code = ERR_NONE};
	const char *token = NULL;
	size_t visited = 0;
	size_t there = 0;
	for (const json *v = json_first(json_member(document, member)); v; v = json_next(v))
		there++;
	if (ecs_read_list(document, member, on_arn, &visited, &token, &e)) {
		fuzz_must_explain(&e);
		fuzz_must(visited <= there, "nothing is visited that is not there");
		fuzz_must(e.code == ERR_LIMIT || e.code == ERR_SYNTAX,
			"it says which way it is wrong");
		return;
	}
	fuzz_must(visited == there, "every ARN of a page is visited");
	fuzz_must(!token || *token, "an empty token is none");
	if (token)
		must_go_into_a_body(token);
}

static void on_service(void *ctx, const struct ecs_service *s) {
	size_t *visited = ctx;
	const int64_t max_ms = 100000000000000;
	fuzz_must(s->name && s->status, "a service has a name and a status");
	fuzz_must(s->desired_count >= 0 && s->desired_count <= INT32_MAX, "its count is one");
	fuzz_must(s->running_count >= 0 && s->running_count <= INT32_MAX, "that one, too");
	fuzz_must(s->failed_tasks >= 0 && s->failed_tasks <= INT32_MAX, "and that");
	fuzz_must(s->created_ms >= 0 && s->created_ms <= max_ms, "its age has a bound");
	fuzz_must(s->primary_created_ms >= 0 && s->primary_created_ms <= max_ms,
		"its deployment's, too");
	fuzz_must(!s->failure || (s->desired_count == 0 && *s->status == '\0'),
		"what is listed as a failure has no counts");
	fuzz_must(s->fault || s->failure || *s->status, "a status is known, or a fault");
	fuzz_must(!s->task_definition || *s->task_definition, "an empty ARN is none");
	fuzz_must(!s->failure || s->host == ECS_HOST_NOT_KNOWN, "nor has it a host");
	*visited += 1;
}

static void describe(const json *document) {
	struct err e = {.code = ERR_NONE};
	size_t visited = 0;
	size_t services = 0;
	for (const json *v = json_first(json_member(document, "services")); v; v = json_next(v))
		services++;
	if (ecs_read_services(document, on_service, &visited, &e))
		fuzz_must_explain(&e);
	else
		fuzz_must(visited >= services, "every service is visited");
}

/* A size is what the text says, or none. */
static void must_be_size(const json *document, const char *name, int64_t size) {
	const char *text = json_string(json_member(json_member(document, "taskDefinition"), name));
	fuzz_must(size >= 0 && size <= INT32_MAX, "a size has a bound");
	fuzz_must(size == 0 || (text && strtoll(text, NULL, 10) == size), "a size is what it says");
}

static void task_definition(const json *document) {
	struct err e = {.code = ERR_NONE};
	struct ecs_task_definition d;
	if (ecs_read_task_definition(document, &d, &e)) {
		fuzz_must_explain(&e);
		return;
	}
	fuzz_must(d.arn && *d.arn, "a task definition has an ARN");
	must_be_size(document, "cpu", d.cpu_units);
	must_be_size(document, "memory", d.memory_mib);
}

/* --- what an answer can make OK --- */

enum { NOW_S = 1800000000, RECENT_S = 15 * 60, AHEAD_S = 5 * 60 };

static bool is_text(const json *v, const char *name, const char *text) {
	const char *found = json_string(json_member(v, name));
	return found && strcmp(found, text) == 0;
}

static bool is_number(const json *v, const char *name, double least, double most) {
	double number;
	return json_number(json_member(v, name), &number) && number >= least && number <= most;
}

static bool is_recent(const json *v) {
	return is_number(v, "createdAt", NOW_S - RECENT_S, NOW_S + AHEAD_S + 1);
}

static bool has_recent_primary(const json *list) {
	for (const json *v = json_first(list); v; v = json_next(v))
		if (is_text(v, "status", "PRIMARY") && is_recent(v))
			return true;
	return false;
}

static bool has_failed(const json *deployments) {
	for (const json *v = json_first(deployments); v; v = json_next(v))
		if (is_text(v, "rolloutState", "FAILED") ||
			is_number(v, "failedTasks", 3, INT32_MAX))
			return true;
	return false;
}

static bool has_recent_start(const json *events) {
	for (const json *v = json_first(events); v; v = json_next(v)) {
		const char *message = json_string(json_member(v, "message"));
		if (is_recent(v) && message && text_find_nocase(message, "has started"))
			return true;
	}
	return false;
}

static void must_be_readable(const json *events) {
	fuzz_must(json_is_array(events), "without a list of events nothing is new or starting");
	for (const json *v = json_first(events); v; v = json_next(v))
		fuzz_must(is_number(v, "createdAt", 0, NOW_S + AHEAD_S + 1) &&
				json_string(json_member(v, "message")),
			"nor with an event that cannot be read");
}

static bool is_gone(const json *v) {
	return is_text(v, "status", "DRAINING") || is_text(v, "status", "INACTIVE");
}

/* What a description of a service has to say for the reason. */
static bool is_good_reason(const json *v, enum reason r) {
	const json *deployments = json_member(v, "deployments");
	bool none_runs = is_number(v, "runningCount", 0, 0);
	bool recent_part = has_recent_primary(deployments) ||
		has_recent_primary(json_member(v, "taskSets"));
	if (r == REASON_GONE)
		return is_gone(v);
	if (!is_text(v, "status", "ACTIVE"))
		return false;
	if (r == REASON_SCALED_TO_ZERO || r == REASON_NO_INSTANCE)
		return none_runs && is_number(v, "desiredCount", 0, 0) &&
			is_text(v, "schedulingStrategy", "DAEMON") == (r == REASON_NO_INSTANCE);
	must_be_readable(json_member(v, "events"));
	if (!is_number(v, "desiredCount", 1, INT32_MAX) || has_failed(deployments))
		return false;
	if (r == REASON_NEW)
		return is_recent(v) || recent_part;
	return none_runs && (recent_part || has_recent_start(json_member(v, "events")));
}

/* Every description of the service says it; a failure says MISSING. */
static void must_be_good(const json *document, const char *name, enum reason r) {
	size_t told = 0;
	for (const json *v = json_first(json_member(document, "services")); v; v = json_next(v)) {
		if (!is_text(v, "serviceName", name))
			continue;
		told++;
		fuzz_must(is_good_reason(v, r), "an answer makes a service OK for what it says");
	}
	for (const json *v = json_first(json_member(document, "failures")); v; v = json_next(v)) {
		const char *arn = json_string(json_member(v, "arn"));
		size_t n = arn ? strlen(arn) : 0;
		if (n < strlen(name) || strcmp(arn + n - strlen(name), name) != 0)
			continue;
		told++;
		fuzz_must(r == REASON_GONE && is_text(v, "reason", "MISSING"),
			"what is missing is gone");
	}
	fuzz_must(told > 0, "no answer makes a service OK that it does not tell of");
}

static void judge_answer(const json *document) {
	static const char *const names[] = {"api", "web"};
	struct describe_scope scope = {"prod", "eu-west-1", "123456789012"};
	struct description said[] = {{.status = DESCRIPTION_PENDING},
		{.status = DESCRIPTION_PENDING}};
	const struct described asked[] = {{names[0], &said[0]}, {names[1], &said[1]}};
	struct err e = {.code = ERR_NONE};
	int rc = describe_read(document, &scope, asked, 2, &e);
	if (rc)
		fuzz_must_explain(&e);
	describe_settle(asked, 2, rc ? e.message : "left out", rc != 0);
	for (size_t i = 0; i < 2; i++) {
		enum reason r = silence_reason(&said[i], NOW_S);
		if (silence_state(r) == STATE_OK) {
			fuzz_must(rc == 0, "an answer that is not AWS's makes no service OK");
			must_be_good(document, names[i], r);
		}
		description_clear(&said[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	json *document = fuzz_json(data, size);
	if (document) {
		list(document, "clusterArns");
		list(document, "serviceArns");
		describe(document);
		task_definition(document);
		judge_answer(document);
	}
	json_free(document);
	return 0;
}
