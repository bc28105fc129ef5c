/* The header lines of a signed attempt, against the computed cases of ECS and CloudWatch. */
#include "config.h"

#include "support.h"

#include "aws/config/profile.h"
#include "aws/call/operation.h"
#include "aws/call/signed_request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What our requests can never be. */
static const struct {
	const char *name, *reason;
} not_ours[] = {
	{"cw-get-metric-data-no-query-mode", "X-Amzn-Query-Mode is always sent to CloudWatch"},
	{"header-trim", "no header of that kind is sent"},
};

/* date -u +%s of the cases' moments. */
static const struct {
	const char *amz_date;
	int64_t epoch_s;
} moments[] = {{"20260101T000000Z", 1767225600}, {"20260101T002000Z", 1767226800},
	{"20260228T235959Z", 1772323199}};

static int64_t moment_of(const cJSON *c) {
	for (size_t i = 0; i < LENGTH(moments); i++)
		if (strcmp(vector_text(c, "amz_date"), moments[i].amz_date) == 0)
			return moments[i].epoch_s;
	fail_msg("no moment for %s", vector_text(c, "amz_date"));
	return 0;
}

static bool is_ours(const cJSON *c) {
	const char *service = vector_text(c, "service");
	for (size_t i = 0; i < LENGTH(not_ours); i++)
		if (strcmp(vector_text(c, "name"), not_ours[i].name) == 0)
			return false;
	return strcmp(service, "ecs") == 0 || strcmp(service, "monitoring") == 0;
}

static const char *header_of(const cJSON *c, const char *name) {
	const cJSON *header;
	cJSON_ArrayForEach(header,
		vector_member(c,
			"headers")) if (strcasecmp(cJSON_GetStringValue(cJSON_GetArrayItem(header,
							   0)),
						name) ==
		0) return cJSON_GetStringValue(cJSON_GetArrayItem(header, 1));
	return NULL;
}

static enum operation operation_of(const cJSON *c) {
	for (int op = 0; op < OPERATIONS; op++)
		if (strcmp(operation_traits((enum operation)op)->target,
			    header_of(c, "X-Amz-Target")) == 0)
			return (enum operation)op;
	fail_msg("no operation has the target %s", header_of(c, "X-Amz-Target"));
	return OPERATION_LIST_CLUSTERS;
}

/* The value of the only line with this name; NULL if there is none or more than one. */
static const char *line_value(const struct request_headers *h, const char *name) {
	const char *found = NULL;
	size_t n = strlen(name);
	for (size_t i = 0; i < h->count; i++) {
		if (strncasecmp(h->lines[i], name, n) != 0 ||
			strncmp(h->lines[i] + n, ": ", 2) != 0)
			continue;
		if (found)
			return NULL;
		found = h->lines[i] + n + 2;
	}
	return found;
}

static void check_lines(const struct request_headers *h, const cJSON *c) {
	const char *name = vector_text(c, "name");
	static const char *const sent[] = {"X-Amz-Target", "Content-Type", "X-Amzn-Query-Mode"};
	for (size_t i = 0; i < LENGTH(sent); i++)
		expect_text(line_value(h, sent[i]), header_of(c, sent[i]), "%s: %s", name, sent[i]);
	expect_text(line_value(h, "Host"), vector_text(c, "host_header"), "%s: Host", name);
	expect_text(line_value(h, "X-Amz-Date"), vector_text(c, "amz_date"), "%s: X-Amz-Date",
		name);
	expect_text(line_value(h, "X-Amz-Security-Token"), vector_text(c, "session_token"),
		"%s: X-Amz-Security-Token", name);
	expect_text(line_value(h, "Authorization"), vector_text(c, "authorization"),
		"%s: Authorization", name);
	size_t wanted = 5U + (header_of(c, "X-Amzn-Query-Mode") != NULL) +
		(vector_text(c, "session_token") != NULL);
	expect_whole((int64_t)h->count, (int64_t)wanted, "%s: number of lines", name);
	for (size_t i = 0; i < h->count; i++)
		expect(strpbrk(h->lines[i], "\r\n") == NULL, "%s: line %zu is one line", name, i);
}

static void check_case(const cJSON *c) {
	struct err e = {.code = ERR_NONE};
	struct profile_set *profiles = profile_parse(NULL, NULL, "default", false, &e);
	struct region region;
	struct endpoint ep;
	struct keys who = {0};
	struct request_headers h;
	enum operation op = operation_of(c);
	assert_non_null(profiles);
	assert_int_equal(region_set(&region, vector_text(c, "region"), "test", &e), 0);
	expect_whole(endpoint_resolve(operation_traits(op)->service, &region, vector_text(c, "url"),
			     profiles, &ep, &e),
		0, "%s: %s", vector_text(c, "name"), e.message);
	assert_int_equal(keys_set(&who, vector_text(c, "access_key_id"),
				 vector_text(c, "secret_access_key"),
				 vector_text(c, "session_token"), &e),
		0);
	const struct operation_traits *traits = operation_traits(op);
	const struct request_signing signing = {.endpoint = &ep,
		.content_type = traits->content_type,
		.amz_target = traits->target,
		.query_mode = traits->query_mode != 0,
		.region = region.name,
		.keys = &who,
		.now_s = moment_of(c)};
	const char *body = vector_text(c, "body");
	expect_whole(request_sign(&signing, body, strlen(body), &h, &e), 0, "%s: %s",
		vector_text(c, "name"), e.message);
	check_lines(&h, c);
	request_headers_free(&h);
	keys_free(&who);
	endpoint_free(&ep);
	profile_free(profiles);
}

static void attempts_are_signed_as_published(void **state) {
	(void)state;
	cJSON *cases = vectors_load("sigv4/service-cases.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(cases, "cases")) {
		if (!is_ours(c))
			continue;
		check_case(c);
		checked++;
	}
	/* 19 cases, four of STS, two in the table above. */
	assert_int_equal(checked, 13);
	cJSON_Delete(cases);
}

static void operations_travel_as_the_services_ask(void **state) {
	(void)state;
	static const struct {
		enum operation op;
		const char *name, *action, *target, *type;
		enum endpoint_service service;
		bool query_mode;
	} cases[] = {
		{OPERATION_LIST_CLUSTERS, "ListClusters", "ecs:ListClusters",
			"AmazonEC2ContainerServiceV20141113.ListClusters",
			"application/x-amz-json-1.1", ENDPOINT_ECS, false},
		{OPERATION_LIST_SERVICES, "ListServices", "ecs:ListServices",
			"AmazonEC2ContainerServiceV20141113.ListServices",
			"application/x-amz-json-1.1", ENDPOINT_ECS, false},
		{OPERATION_DESCRIBE_SERVICES, "DescribeServices", "ecs:DescribeServices",
			"AmazonEC2ContainerServiceV20141113.DescribeServices",
			"application/x-amz-json-1.1", ENDPOINT_ECS, false},
		{OPERATION_DESCRIBE_TASK_DEFINITION, "DescribeTaskDefinition",
			"ecs:DescribeTaskDefinition",
			"AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition",
			"application/x-amz-json-1.1", ENDPOINT_ECS, false},
		{OPERATION_GET_METRIC_DATA, "GetMetricData", "cloudwatch:GetMetricData",
			"GraniteServiceVersion20100801.GetMetricData", "application/x-amz-json-1.0",
			ENDPOINT_CLOUDWATCH, true},
	};
	assert_int_equal(LENGTH(cases), OPERATIONS);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct operation_traits *t = operation_traits(cases[i].op);
		expect_text(t->name, cases[i].name, "name");
		expect_text(t->iam_action, cases[i].action, "action of %s", cases[i].name);
		expect_text(t->target, cases[i].target, "target of %s", cases[i].name);
		expect_text(t->content_type, cases[i].type, "type of %s", cases[i].name);
		expect_whole(t->service, cases[i].service, "service of %s", cases[i].name);
		expect(!t->query_mode == !cases[i].query_mode, "mode of %s", cases[i].name);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(attempts_are_signed_as_published),
		UNIT_TEST(operations_travel_as_the_services_ask),
	};
	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
