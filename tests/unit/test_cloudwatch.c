/* GetMetricData: the request body, and answers of every shape. */
#include "config.h"

#include "support.h"

#include "aws/cloudwatch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SEEN = 16 };

struct seen {
	size_t results, points;
	struct {
		size_t number;
		enum cloudwatch_status status;
		char message[100];
	} result[MOST_SEEN];
	struct {
		size_t number;
		int64_t time_s;
		double value;
	} point[MOST_SEEN];
	bool skip;
};

static int on_result(void *ctx, size_t number, enum cloudwatch_status status, const char *message) {
	struct seen *s = ctx;
	assert_true(s->results < MOST_SEEN);
	s->result[s->results].number = number;
	s->result[s->results].status = status;
	(void)snprintf(s->result[s->results].message, sizeof s->result[0].message, "%s",
		message ? message : "");
	s->results++;
	return s->skip;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct seen *s = ctx;
	assert_true(s->points < MOST_SEEN);
	s->point[s->points].number = number;
	s->point[s->points].time_s = time_s;
	s->point[s->points].value = value;
	s->points++;
}

struct answer {
	json *document;
	struct seen seen;
	const char *token, *remark;
	struct err e;
	int rc; /* -1 as well when the text was no document */
};

static void read_answer(struct answer *a, const char *body) {
	const struct cloudwatch_visitor visitor = {&a->seen, on_result, on_point};
	a->document = json_parse(body, strlen(body), &a->e);
	a->rc = a->document ? cloudwatch_read(a->document, &visitor, &a->token, &a->remark, &a->e)
			    : -1;
}

/* --- the published answers --- */

static double wanted_value(const cJSON *v) {
	const char *text = cJSON_GetStringValue(v);
	if (!text)
		return v->valuedouble;
	return strcmp(text, "NaN") == 0 ? NAN : *text == '-' ? -INFINITY : INFINITY;
}

static void check_points(const cJSON *c, const struct seen *seen) {
	const char *id = vector_text(c, "id");
	const cJSON *wanted = vector_member(vector_member(c, "points"), "m1");
	expect_whole((int64_t)seen->points, cJSON_GetArraySize(wanted), "%s: number of points", id);
	for (int i = 0; i < (int)seen->points && i < cJSON_GetArraySize(wanted); i++) {
		const cJSON *pair = cJSON_GetArrayItem(wanted, i);
		expect_whole((int64_t)seen->point[i].number, 1, "%s: series", id);
		expect_whole(seen->point[i].time_s,
			(int64_t)cJSON_GetArrayItem(pair, 0)->valuedouble, "%s: time of point %d",
			id, i);
		expect_number(seen->point[i].value, wanted_value(cJSON_GetArrayItem(pair, 1)),
			"%s: value of point %d", id, i);
	}
}

static void the_metric_cases_hold(void **state) {
	(void)state;
	cJSON *data = vectors_load("responses.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "metric_data")) {
		const char *id = vector_text(c, "id");
		struct answer a = {.rc = 0};
		read_answer(&a, vector_text(c, "body"));
		bool good = !cJSON_IsNull(vector_member(c, "points"));
		expect_whole(a.rc, good ? 0 : -1, "%s: %s", id, a.e.message);
		if (good) {
			expect_text(a.token, vector_text(c, "next_token"), "%s: next token", id);
			expect_whole((int64_t)a.seen.results, 1, "%s: results", id);
			check_points(c, &a.seen);
		} else {
			/* What is no document never gets as far as the answer's reader. */
			expect_whole(a.e.code, ERR_SYNTAX, "%s: code", id);
		}
		json_free(a.document);
		checked++;
	}
	assert_int_equal(checked, 7);
	cJSON_Delete(data);
}

static void status_and_messages_are_told(void **state) {
	(void)state;
	static const struct {
		const char *name;
		enum cloudwatch_status status;
	} cases[] = {{"Complete", CLOUDWATCH_COMPLETE}, {"PartialData", CLOUDWATCH_PARTIAL},
		{"InternalError", CLOUDWATCH_INTERNAL_ERROR}, {"Forbidden", CLOUDWATCH_FORBIDDEN},
		{"complete", CLOUDWATCH_UNKNOWN_STATUS}, {"Else", CLOUDWATCH_UNKNOWN_STATUS}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char body[512];
		struct answer a = {.rc = 0};
		(void)snprintf(body, sizeof body,
			"{\"MetricDataResults\":[{\"Id\":\"m7\",\"StatusCode\":\"%s\",\"Timestamps\":[],"
			"\"Values\":[],\"Messages\":[{\"Code\":\"C\",\"Value\":\"why\"},"
			"{\"Code\":\"D\",\"Value\":\"second\"}]}],"
			"\"Messages\":[{\"Code\":\"X\",\"Value\":\"for all\"}]}",
			cases[i].name);
		read_answer(&a, body);
		expect_whole(a.rc, 0, "%s", cases[i].name);
		expect_whole((int64_t)a.seen.result[0].number, 7, "%s: number", cases[i].name);
		expect_whole(a.seen.result[0].status, cases[i].status, "%s: status", cases[i].name);
		expect_holds(a.seen.result[0].message, "why", "%s: message", cases[i].name);
		expect_holds(a.remark, "for all", "%s: remark", cases[i].name);
		json_free(a.document);
	}
	struct answer a = {.rc = 0};
	read_answer(&a,
		"{\"MetricDataResults\":[{\"Id\":\"m0\",\"StatusCode\":\"Complete\","
		"\"Timestamps\":[],\"Values\":[],\"Messages\":[]}],\"Messages\":[],"
		"\"NextToken\":null,\"Unknown\":{\"a\":[1]}}");
	assert_int_equal(a.rc, 0);
	assert_string_equal(a.seen.result[0].message, "");
	assert_null(a.remark);
	assert_null(a.token);
	json_free(a.document);
}

static void points_can_be_skipped(void **state) {
	(void)state;
	struct answer a = {.seen = {.skip = true}};
	read_answer(&a,
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"StatusCode\":\"Forbidden\","
		"\"Timestamps\":[1],\"Values\":[1]}]}");
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.seen.results, 1);
	assert_int_equal(a.seen.points, 0);
	json_free(a.document);
}

static void foreign_ids_are_passed_over(void **state) {
	(void)state;
	static const char *const ids[] = {"", "m", "x1", "M1", "m-1", "m+1", "m1x", "m 1", "m1 ",
		"mm1", "m1.5", "m0x1", "m99999999999999999999999"};
	for (size_t i = 0; i < LENGTH(ids); i++) {
		char body[256];
		struct answer a = {.rc = 0};
		(void)snprintf(body, sizeof body,
			"{\"MetricDataResults\":[{\"Id\":\"%s\",\"StatusCode\":\"Complete\","
			"\"Timestamps\":[1],\"Values\":[1]},{\"Id\":\"m3\",\"StatusCode\":\"Complete\","
			"\"Timestamps\":[5],\"Values\":[6]}]}",
			ids[i]);
		read_answer(&a, body);
		expect_whole(a.rc, 0, "id '%s'", ids[i]);
		expect_whole((int64_t)a.seen.results, 1, "id '%s': results", ids[i]);
		expect_whole((int64_t)a.seen.points, 1, "id '%s': points", ids[i]);
		expect_whole((int64_t)a.seen.point[0].number, 3, "id '%s': number", ids[i]);
		json_free(a.document);
	}
}

static void other_shapes_are_errors(void **state) {
	(void)state;
	static const char *const bodies[] = {"[]", "\"x\"", "17", "{\"MetricDataResults\":{}}",
		"{\"MetricDataResults\":\"x\"}", "{\"MetricDataResults\":[1]}",
		"{\"MetricDataResults\":[[]]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":{},\"Values\":[]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":1}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":[]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[],\"Values\":[1]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[\"1\"],\"Values\":[1]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[null],\"Values\":[1]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":[\"abc\"]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":[null]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":[true]}]}",
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"Timestamps\":[1],\"Values\":[[1]]}]}",
		"{\"MetricDataResults\":[],\"NextToken\":17}",
		"{\"MetricDataResults\":[],\"NextToken\":{}}"};
	for (size_t i = 0; i < LENGTH(bodies); i++) {
		struct answer a = {.rc = 0};
		read_answer(&a, bodies[i]);
		expect_whole(a.rc, -1, "%s", bodies[i]);
		expect_whole(a.e.code, ERR_SYNTAX, "%s: code", bodies[i]);
		json_free(a.document);
	}
}

/* Times that no int64_t holds: an error, or nothing but no point of the window; never undefined. */
static void impossible_times_do_no_harm(void **state) {
	(void)state;
	static const char *const times[] = {"1e300", "-1e300", "9.3e18", "-9.3e18"};
	for (size_t i = 0; i < LENGTH(times); i++) {
		char body[256];
		struct answer a = {.rc = 0};
		(void)snprintf(body, sizeof body,
			"{\"MetricDataResults\":[{\"Id\":\"m1\",\"StatusCode\":\"Complete\","
			"\"Timestamps\":[%s],\"Values\":[1]}]}",
			times[i]);
		read_answer(&a, body);
		expect(a.rc == -1 || a.seen.points == 0 || a.seen.point[0].time_s < 0 ||
				a.seen.point[0].time_s > 253402300799,
			"%s", times[i]);
		json_free(a.document);
	}
}

static void an_empty_token_is_the_last_page(void **state) {
	(void)state;
	struct answer a = {.rc = 0};
	read_answer(&a, "{\"MetricDataResults\":[],\"NextToken\":\"\"}");
	assert_int_equal(a.rc, 0);
	assert_null(a.token);
	json_free(a.document);
}

/* --- the request --- */

static void the_body_asks_for_the_series(void **state) {
	(void)state;
	struct buf b;
	const struct cloudwatch_request r = {.start_s = 1767225600,
		.end_s = 1767312000,
		.period_s = 3600,
		.statistic = "p99.9",
		.next_token = "tok\"=="};
	const struct cloudwatch_query q[] = {{0, "CPUUtilization", "prod", "api"},
		{499, "MemoryUtilization", "prod", "we\"b"}};
	buf_init(&b, 100000);
	cloudwatch_begin(&b);
	cloudwatch_add_query(&b, &r, &q[0], 1);
	cloudwatch_add_query(&b, &r, &q[1], 0);
	cloudwatch_end(&b, &r);
	assert_int_equal(buf_check(&b, "body", NULL), 0);
	cJSON *v = cJSON_Parse(buf_str(&b));
	assert_non_null(v);
	expect_number(vector_number(v, "StartTime"), 1767225600, "StartTime");
	expect_number(vector_number(v, "EndTime"), 1767312000, "EndTime");
	expect_text(vector_text(v, "NextToken"), "tok\"==", "NextToken");
	const cJSON *queries = vector_member(v, "MetricDataQueries");
	assert_int_equal(cJSON_GetArraySize(queries), 2);
	for (int i = 0; i < 2; i++) {
		const cJSON *query = cJSON_GetArrayItem(queries, i);
		const cJSON *stat = vector_member(query, "MetricStat");
		const cJSON *metric = vector_member(stat, "Metric");
		expect_text(vector_text(query, "Id"), i ? "m499" : "m0", "Id");
		expect_number(vector_number(stat, "Period"), 3600, "Period");
		expect_text(vector_text(stat, "Stat"), "p99.9", "Stat");
		assert_null(cJSON_GetObjectItemCaseSensitive(stat, "Unit"));
		expect_text(vector_text(metric, "Namespace"), "AWS/ECS", "Namespace");
		expect_text(vector_text(metric, "MetricName"), q[i].metric_name, "MetricName");
		const cJSON *dimension;
		size_t dimensions = 0;
		cJSON_ArrayForEach(dimension, vector_member(metric, "Dimensions")) {
			bool cluster = strcmp(vector_text(dimension, "Name"), "ClusterName") == 0;
			if (!cluster)
				expect_text(vector_text(dimension, "Name"), "ServiceName", "Name");
			expect_text(vector_text(dimension, "Value"),
				cluster ? "prod" : q[i].service, "Value");
			dimensions++;
		}
		assert_int_equal(dimensions, 2);
	}
	cJSON_Delete(v);
	buf_free(&b);
}

static void the_first_page_has_no_token(void **state) {
	(void)state;
	struct buf b;
	const struct cloudwatch_request r = {.start_s = 0,
		.end_s = 60,
		.period_s = 60,
		.statistic = "Maximum"};
	const struct cloudwatch_query q = {1, "CPUUtilization", "prod", "api"};
	buf_init(&b, 10000);
	cloudwatch_begin(&b);
	cloudwatch_add_query(&b, &r, &q, 1);
	cloudwatch_end(&b, &r);
	cJSON *v = cJSON_Parse(buf_str(&b));
	assert_non_null(v);
	assert_null(cJSON_GetObjectItemCaseSensitive(v, "NextToken"));
	cJSON_Delete(v);
	buf_free(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_metric_cases_hold),
		UNIT_TEST(status_and_messages_are_told),
		UNIT_TEST(points_can_be_skipped),
		UNIT_TEST(foreign_ids_are_passed_over),
		UNIT_TEST(other_shapes_are_errors),
		UNIT_TEST(impossible_times_do_no_harm),
		UNIT_TEST(an_empty_token_is_the_last_page),
		UNIT_TEST(the_body_asks_for_the_series),
		UNIT_TEST(the_first_page_has_no_token),
	};
	return cmocka_run_group_tests_name("cloudwatch", tests, NULL, NULL);
}
