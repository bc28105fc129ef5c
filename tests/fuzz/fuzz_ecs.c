/* Answers of Amazon ECS: ListClusters, ListServices, DescribeServices. */
#include "config.h"

#include "fuzz.h"

#include "aws/ecs.h"

#include <stdlib.h>

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
	const int64_t most = 1000000000000000;
	fuzz_must(s->name && s->status, "a service has a name and a status");
	fuzz_must(s->desired_count >= 0 && s->desired_count <= most, "its desired count is one");
	fuzz_must(s->running_count >= -most && s->running_count <= most, "its count has a bound");
	fuzz_must(s->changed_s >= -most && s->changed_s <= most, "its age has a bound");
	fuzz_must(!s->missing || (s->desired_count == 0 && *s->status == '\0'),
		"what is missing has no counts");
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	json *document = fuzz_json(data, size);
	if (document) {
		list(document, "clusterArns");
		list(document, "serviceArns");
		describe(document);
	}
	json_free(document);
	return 0;
}
