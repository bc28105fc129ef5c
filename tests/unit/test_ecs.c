/* ListClusters, ListServices: request bodies and answers; the body of DescribeServices; ARNs. */
#include "config.h"

#include "support.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEN = 8, NAME_BYTES = 64 };

/* --- list pages --- */

struct list_seen {
	size_t count, stop_at;
	char arns[MAX_SEEN][NAME_BYTES];
};

static int on_arn(void *ctx, const char *arn, struct err *e) {
	struct list_seen *s = ctx;
	assert_true(s->count < MAX_SEEN);
	(void)snprintf(s->arns[s->count++], NAME_BYTES, "%s", arn);
	return s->count == s->stop_at ? err_set(e, ERR_LIMIT, "stopped") : 0;
}

static void pages_are_read(void **state) {
	(void)state;
	static const struct {
		const char *body;
		int rc;
		size_t count;
		const char *token;
	} cases[] = {
		{"{\"serviceArns\":[\"a\",\"b\"],\"nextToken\":\"t==\"}", 0, 2, "t=="},
		{"{\"serviceArns\":[\"a\"]}", 0, 1, NULL},
		{"{\"serviceArns\":[\"a\"],\"nextToken\":null}", 0, 1, NULL},
		{"{\"serviceArns\":[\"a\"],\"nextToken\":\"\"}", 0, 1, NULL},
		{"{\"serviceArns\":[],\"nextToken\":\"more\"}", 0, 0, "more"},
		{"{\"nextToken\":null,\"serviceArns\":[],\"unknown\":{\"a\":[1]}}", 0, 0, NULL},
		{"[]", -1, 0, NULL},
		{"\"x\"", -1, 0, NULL},
		{"{\"serviceArns\":{}}", -1, 0, NULL},
		{"{\"serviceArns\":\"a\"}", -1, 0, NULL},
		{"{\"serviceArns\":null}", -1, 0, NULL},
		{"{}", -1, 0, NULL},
		{"{\"serviceArns\":[1,\"a\"],\"nextToken\":\"t\"}", -1, 1, "t"},
		{"{\"serviceArns\":[\"a\",null,\"b\"]}", -1, 2, NULL},
		{"{\"serviceArns\":[[\"a\"]]}", -1, 0, NULL},
		{"{\"serviceArns\":[\"a\"],\"nextToken\":17}", -1, 1, NULL},
		{"{\"serviceArns\":[\"a\"],\"nextToken\":[\"t\"]}", -1, 1, NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct list_seen seen = {0};
		struct err e = {.code = ERR_NONE};
		const char *token = "untouched";
		json *document = json_parse(cases[i].body, strlen(cases[i].body), &e);
		assert_non_null(document);
		expect_whole(ecs_read_list(document, "serviceArns", on_arn, &seen, &token, &e),
			cases[i].rc, "%s", cases[i].body);
		expect_whole((int64_t)seen.count, (int64_t)cases[i].count, "%s", cases[i].body);
		expect_text(token, cases[i].token, "%s", cases[i].body);
		if (cases[i].rc)
			expect_whole(e.code, ERR_SYNTAX, "%s: code", cases[i].body);
		json_free(document);
	}
}

static void the_visitor_can_end_a_page(void **state) {
	(void)state;
	struct list_seen seen = {.stop_at = 2};
	struct err e = {.code = ERR_NONE};
	const char *token = NULL;
	static const char body[] = "{\"clusterArns\":[\"a\",\"b\",\"c\"]}";
	json *document = json_parse(body, strlen(body), &e);
	assert_int_not_equal(ecs_read_list(document, "clusterArns", on_arn, &seen, &token, &e), 0);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.arns[0], "a");
	assert_string_equal(seen.arns[1], "b");
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.message, "stopped");
	json_free(document);
}

static int refuse_x(void *ctx, const char *arn, struct err *e) {
	size_t *count = ctx;
	*count += 1;
	return *arn == 'x' ? err_set(e, ERR_SYNTAX, "the one %s", arn) : 0;
}

/* An ARN that the visitor does not take for AWS's costs none of the others. */
static void a_foreign_arn_costs_no_other_one(void **state) {
	(void)state;
	size_t count = 0;
	struct err e = {.code = ERR_NONE};
	const char *token = NULL;
	static const char body[] =
		"{\"clusterArns\":[\"a\",\"x1\",\"b\",\"x2\",3,\"c\"],\"nextToken\":\"t\"}";
	json *document = json_parse(body, strlen(body), &e);
	assert_int_equal(ecs_read_list(document, "clusterArns", refuse_x, &count, &token, &e), -1);
	assert_int_equal(count, 5);
	assert_int_equal(e.code, ERR_SYNTAX);
	assert_string_equal(e.message, "the one x1");
	assert_string_equal(token, "t");
	json_free(document);
}

/* What AWS answered, as others recorded it. */
static void the_recorded_lists_are_read(void **state) {
	(void)state;
	static const struct {
		const char *name, *member;
		size_t count;
		const char *last; /* the last one's name */
		bool services;
	} cases[] = {{"ecs_list_clusters_batch", "clusterArns", 4, "test", false},
		{"ecs_list_services_both_arns", "serviceArns", 2, "test-no-tag", true},
		{"ecs_list_services_none", "serviceArns", 0, NULL, true}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char path[100];
		const char *token = "untouched";
		struct err e = {.code = ERR_NONE};
		(void)snprintf(path, sizeof path, "recorded/%s.json", cases[i].name);
		cJSON *data = vectors_load(path);
		char *body = cJSON_PrintUnformatted(vector_member(data, "body"));
		json *document = json_parse_answer(body, strlen(body), &e);
		size_t count = 0;
		expect_whole(ecs_read_list(document, cases[i].member, refuse_x, &count, &token, &e),
			0, "%s: %s", cases[i].name, e.message);
		expect_whole((int64_t)count, (int64_t)cases[i].count, "%s", cases[i].name);
		expect_text(token, NULL, "%s: token", cases[i].name);
		struct arn arn = {.name = NULL};
		for (const json *v = json_first(json_member(document, cases[i].member)); v;
			v = json_next(v)) {
			const char *cluster;
			size_t n;
			expect_whole(arn_parse(json_string(v), &arn), 0, "%s", json_string(v));
			expect(cases[i].services ? arn_is_service(&arn, &cluster, &n)
						 : arn_is_cluster(&arn),
				"%s", json_string(v));
		}
		expect_text(arn.name, cases[i].last, "%s: the last one", cases[i].name);
		json_free(document);
		free(body);
		cJSON_Delete(data);
	}
}

/* --- requests --- */

static cJSON *parse_body(struct buf *b) {
	assert_int_equal(buf_check(b, "body", NULL), 0);
	cJSON *v = cJSON_Parse(buf_str(b));
	assert_non_null(v);
	buf_free(b);
	return v;
}

static void bodies_ask_for_full_pages(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 10000);
	ecs_list_clusters_body(&b, NULL);
	cJSON *v = parse_body(&b);
	expect_number(vector_number(v, "maxResults"), 100, "ListClusters: maxResults");
	assert_null(cJSON_GetObjectItemCaseSensitive(v, "nextToken"));
	cJSON_Delete(v);
	ecs_list_clusters_body(&b, "t\"k");
	v = parse_body(&b);
	expect_text(vector_text(v, "nextToken"), "t\"k", "ListClusters: nextToken");
	cJSON_Delete(v);
	ecs_list_services_body(&b, "pr\"od", NULL);
	v = parse_body(&b);
	expect_text(vector_text(v, "cluster"), "pr\"od", "ListServices: cluster");
	expect_number(vector_number(v, "maxResults"), 100, "ListServices: maxResults");
	assert_null(cJSON_GetObjectItemCaseSensitive(v, "nextToken"));
	cJSON_Delete(v);
	ecs_list_services_body(&b, "prod", "token");
	v = parse_body(&b);
	expect_text(vector_text(v, "nextToken"), "token", "ListServices: nextToken");
	cJSON_Delete(v);
	const char *const services[] = {"api", "web"};
	ecs_describe_services_body(&b, "prod", services, 2);
	v = parse_body(&b);
	expect_text(vector_text(v, "cluster"), "prod", "DescribeServices: cluster");
	const cJSON *list = vector_member(v, "services");
	assert_int_equal(cJSON_GetArraySize(list), 2);
	expect_text(cJSON_GetStringValue(cJSON_GetArrayItem(list, 1)), "web", "DescribeServices");
	assert_null(cJSON_GetObjectItemCaseSensitive(v, "include"));
	cJSON_Delete(v);
}

/* --- ARNs --- */

static void arns_are_taken_apart(void **state) {
	(void)state;
	struct arn a;
	static const char text[] = "arn:aws-cn:ecs:cn-north-1:123456789012:service/prod/api";
	assert_int_equal(arn_parse(text, &a), 0);
	assert_string_equal(a.partition, "aws-cn");
	assert_string_equal(a.service, "ecs");
	assert_string_equal(a.region, "cn-north-1");
	assert_string_equal(a.account, "123456789012");
	assert_string_equal(a.resource, "service/prod/api");
	assert_string_equal(a.name, "api");
	assert_ptr_equal(a.name, text + strlen(text) - 3);
	assert_true(arn_is_ecs(&a, "service"));
	assert_false(arn_is_ecs(&a, "cluster"));
	assert_int_equal(arn_parse("arn:aws:ecs:eu-west-1:123456789012:cluster/prod", &a), 0);
	assert_true(arn_is_ecs(&a, "cluster"));
	assert_string_equal(a.name, "prod");
	assert_int_equal(arn_parse("arn:aws:ecs:eu-west-1:123456789012:clusters/prod", &a), 0);
	assert_false(arn_is_ecs(&a, "cluster"));
	assert_int_equal(arn_parse("arn:aws:eks:eu-west-1:123456789012:cluster/prod", &a), 0);
	assert_false(arn_is_ecs(&a, "cluster"));
	/* A resource may hold colons, region and account may be empty. */
	assert_int_equal(arn_parse("arn:aws:iam::123456789012:role/a:b", &a), 0);
	assert_string_equal(a.region, "");
	assert_string_equal(a.resource, "role/a:b");
	assert_string_equal(a.name, "a:b");
}

static void other_texts_are_no_arns(void **state) {
	(void)state;
	static const char *const texts[] = {"", "prod", "arn", "arn:", "arn:aws:ecs:eu-west-1:1",
		"arn:aws:ecs:eu-west-1:123456789012:",
		"arn:aws:ecs:eu-west-1:123456789012:cluster/",
		"arn:aws:ecs:eu-west-1:123456789012:service/prod/", "ARN:aws:ecs:r:1:cluster/p",
		"xarn:aws:ecs:r:1:cluster/p", " arn:aws:ecs:r:1:cluster/p",
		"arn:aws:ecs:a234567890123456789012345678901234567890123456789012345678901234:1:cluster/p"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct arn a;
		expect_whole(arn_parse(texts[i], &a), -1, "'%s'", texts[i]);
	}
}

static void names_are_what_ecs_takes(void **state) {
	(void)state;
	char name[257];
	memset(name, 'x', 256);
	name[256] = '\0';
	assert_false(arn_is_ecs_name(name));
	name[255] = '\0';
	assert_true(arn_is_ecs_name(name));
	static const char *const good[] = {"a", "A_b-9", "-", "95", "default"};
	static const char *const bad[] = {"", "a b", "a/b", "a.b", "a:b", "a*", "caf\xc3\xa9",
		"a\n"};
	for (size_t i = 0; i < LENGTH(good); i++)
		expect(arn_is_ecs_name(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < LENGTH(bad); i++)
		expect(!arn_is_ecs_name(bad[i]), "'%s'", bad[i]);
}

static void services_and_clusters_have_whole_arns(void **state) {
	(void)state;
	static const struct {
		const char *resource, *cluster; /* cluster NULL: no service at all */
	} cases[] = {{"service/api", ""}, {"service/prod/api", "prod"},
		{"service/P-1_x/api", "P-1_x"}, {"service/a/b/c", NULL}, {"service//api", NULL},
		{"service/pr.od/api", NULL}, {"service/prod/a.b", NULL},
		{"service/prod/caf\xc3\xa9", NULL}, {"service/prod/a b", NULL},
		{"services/prod/api", NULL}, {"cluster/api", NULL}, {"task/prod/api", NULL}};
	struct arn a;
	const char *cluster = NULL;
	size_t n = 0;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[200];
		(void)snprintf(text, sizeof text, "arn:aws:ecs:eu-west-1:123456789012:%s",
			cases[i].resource);
		assert_int_equal(arn_parse(text, &a), 0);
		bool is = arn_is_service(&a, &cluster, &n);
		expect(is == (cases[i].cluster != NULL), "%s", text);
		if (!is || !cases[i].cluster)
			continue;
		expect((cluster != NULL) == (*cases[i].cluster != '\0'), "%s: its cluster", text);
		expect(n == strlen(cases[i].cluster) &&
				(!cluster || memcmp(cluster, cases[i].cluster, n) == 0),
			"%s: which one", text);
	}
	static const char *const odd[] = {"arn:aws:ecs:eu-west-1::service/prod/api",
		"arn:aws:ecs:eu-west-1:12345678901:service/prod/api",
		"arn:aws:ecs:eu-west-1:1234567890123:service/prod/api",
		"arn:aws:ecs:eu-west-1:12345678901x:service/prod/api",
		"arn:aws:eks:eu-west-1:123456789012:service/prod/api"};
	for (size_t i = 0; i < LENGTH(odd); i++) {
		assert_int_equal(arn_parse(odd[i], &a), 0);
		expect(!arn_is_service(&a, &cluster, &n), "%s", odd[i]);
	}
	assert_int_equal(arn_parse("arn:aws:ecs:eu-west-1:123456789012:cluster/prod", &a), 0);
	assert_true(arn_is_cluster(&a));
	assert_int_equal(arn_parse("arn:aws:ecs:eu-west-1:123456789012:cluster/a/b", &a), 0);
	assert_false(arn_is_cluster(&a));
	assert_int_equal(arn_parse("arn:aws:ecs:eu-west-1:123456789012:cluster/a|b", &a), 0);
	assert_false(arn_is_cluster(&a));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(pages_are_read),
		UNIT_TEST(the_visitor_can_end_a_page),
		UNIT_TEST(a_foreign_arn_costs_no_other_one),
		UNIT_TEST(the_recorded_lists_are_read),
		UNIT_TEST(bodies_ask_for_full_pages),
		UNIT_TEST(arns_are_taken_apart),
		UNIT_TEST(other_texts_are_no_arns),
		UNIT_TEST(names_are_what_ecs_takes),
		UNIT_TEST(services_and_clusters_have_whole_arns),
	};
	return cmocka_run_group_tests_name("ecs", tests, NULL, NULL);
}
