/* GetMetricData: the request body, and answers of every shape. */
#include "config.h"

#include "support.h"

#include "aws/service/cloudwatch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEN = 16 };

struct seen {
	size_t results, points, messages, faults, call_messages;
	struct {
		size_t number;
		enum cloudwatch_status status;
	} result[MAX_SEEN];
	struct {
		size_t number;
		int64_t time_s;
		double value;
	} point[MAX_SEEN];
	struct {
		size_t number;
		char words[100]; /* CODE=TEXT */
	} message[MAX_SEEN], call_message[MAX_SEEN];
	struct {
		size_t number;
		char why[100];
	} fault[MAX_SEEN];
	bool skip;
};

static int on_result(void *ctx, size_t number, enum cloudwatch_status status) {
	struct seen *s = ctx;
	assert_true(s->results < MAX_SEEN);
	s->result[s->results].number = number;
	s->result[s->results].status = status;
	s->results++;
	return s->skip;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct seen *s = ctx;
	assert_true(s->points < MAX_SEEN);
	s->point[s->points].number = number;
	s->point[s->points].time_s = time_s;
	s->point[s->points].value = value;
	s->points++;
}

static void on_message(void *ctx, size_t number, const struct cloudwatch_message *m) {
	struct seen *s = ctx;
	assert_true(s->messages < MAX_SEEN);
	s->message[s->messages].number = number;
	(void)snprintf(s->message[s->messages].words, sizeof s->message[0].words, "%s=%s", m->code,
		m->text);
	s->messages++;
}

static void on_fault(void *ctx, size_t number, const char *why) {
	struct seen *s = ctx;
	assert_true(s->faults < MAX_SEEN);
	s->fault[s->faults].number = number;
	(void)snprintf(s->fault[s->faults].why, sizeof s->fault[0].why, "%s", why);
	s->faults++;
}

static void on_call_message(void *ctx, const struct cloudwatch_message *m) {
	struct seen *s = ctx;
	assert_true(s->call_messages < MAX_SEEN);
	(void)snprintf(s->call_message[s->call_messages].words, sizeof s->call_message[0].words,
		"%s=%s", m->code, m->text);
	s->call_messages++;
}

struct answer {
	json *document;
	struct seen seen;
	const char *token;
	struct err e;
	int rc; /* -1 as well when the text was no document */
};

static void read_answer(struct answer *a, const char *body) {
	const struct cloudwatch_visitor visitor = {&a->seen, on_result, on_point, on_message,
		on_fault, on_call_message};
	a->document = json_parse_answer(body, strlen(body), &a->e);
	a->rc = a->document ? cloudwatch_read(a->document, &visitor, &a->token, &a->e) : -1;
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
		expect((a.rc == 0 && a.seen.faults == 0) == good, "%s: %s", id, a.e.message);
		if (good) {
			expect_text(a.token, vector_text(c, "next_token"), "%s: next token", id);
			expect_whole((int64_t)a.seen.results, 1, "%s: results", id);
			check_points(c, &a.seen);
		} else if (a.rc) {
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
		expect_whole((int64_t)a.seen.messages, 2, "%s: messages", cases[i].name);
		expect_text(a.seen.message[0].words, "C=why", "%s: message", cases[i].name);
		expect_text(a.seen.message[1].words, "D=second", "%s: second", cases[i].name);
		expect_whole((int64_t)a.seen.message[1].number, 7, "%s: of it", cases[i].name);
		expect_text(a.seen.call_message[0].words, "X=for all", "%s: of the call",
			cases[i].name);
		json_free(a.document);
	}
	struct answer a = {.rc = 0};
	read_answer(&a,
		"{\"MetricDataResults\":[{\"Id\":\"m0\",\"StatusCode\":\"Complete\","
		"\"Timestamps\":[],\"Values\":[],\"Messages\":[]}],\"Messages\":[],"
		"\"NextToken\":null,\"Unknown\":{\"a\":[1]}}");
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.seen.messages + a.seen.call_messages, 0);
	assert_null(a.token);
	json_free(a.document);
	a = (struct answer){.rc = 0};
	read_answer(&a,
		"{\"MetricDataResults\":[{\"Id\":\"m0\",\"StatusCode\":\"Complete\",\"Messages\":[{\"Value\":1},"
		"null]}],\"Messages\":[{\"Code\":\"X\"},17]}");
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.seen.messages, 2);
	assert_string_equal(a.seen.message[0].words, "=");
	assert_int_equal(a.seen.call_messages, 2);
	assert_string_equal(a.seen.call_message[0].words, "X=");
	assert_string_equal(a.seen.call_message[1].words, "=");
	json_free(a.document);
}

static void points_can_be_skipped(void **state) {
	(void)state;
	struct answer a = {.seen = {.skip = true}};
	read_answer(&a,
		"{\"MetricDataResults\":[{\"Id\":\"m1\",\"StatusCode\":\"Forbidden\","
		"\"Timestamps\":[1],\"Values\":[1]}]}");
	assert_int_equal(a.rc, -1); /* it was not asked for */
	assert_int_equal(a.seen.results, 1);
	assert_int_equal(a.seen.points, 0);
	json_free(a.document);
}

static void foreign_ids_are_not_awss(void **state) {
	(void)state;
	static const char *const ids[] = {"", "m", "x1", "M1", "m-1", "m+1", "m1x", "m 1", "m1 ",
		"mm1", "m1.5", "m0x1", "m03", "m00", "m99999999999999999999999"};
	for (size_t i = 0; i < LENGTH(ids); i++) {
		char body[256];
		struct answer a = {.rc = 0};
		(void)snprintf(body, sizeof body,
			"{\"MetricDataResults\":[{\"Id\":\"%s\",\"StatusCode\":\"Complete\","
			"\"Timestamps\":[1],\"Values\":[1]},{\"Id\":\"m3\",\"StatusCode\":\"Complete\","
			"\"Timestamps\":[5],\"Values\":[6]}]}",
			ids[i]);
		read_answer(&a, body);
		expect_whole(a.rc, -1, "id '%s'", ids[i]);
		expect_whole(a.e.code, ERR_SYNTAX, "id '%s'", ids[i]);
		expect_whole((int64_t)a.seen.results, 1, "id '%s': results", ids[i]);
		expect_whole((int64_t)a.seen.points, 1, "id '%s': points", ids[i]);
		expect_whole((int64_t)a.seen.point[0].number, 3, "id '%s': number", ids[i]);
		json_free(a.document);
	}
}

static void other_shapes_are_errors(void **state) {
	(void)state;
	static const char *const bodies[] = {"[]", "\"x\"", "17", "{}",
		"{\"MetricDataResults\":{}}", "{\"MetricDataResults\":null}",
		"{\"MetricDataResults\":\"x\"}", "{\"MetricDataResults\":[1]}",
		"{\"MetricDataResults\":[[]]}", "{\"MetricDataResults\":[null]}",
		"{\"MetricDataResults\":[{\"Id\":1}]}",
		"{\"MetricDataResults\":[],\"NextToken\":17}",
		"{\"MetricDataResults\":[],\"NextToken\":{}}",
		"{\"MetricDataResults\":[],\"Messages\":{}}",
		"{\"MetricDataResults\":[],\"Messages\":\"x\"}"};
	for (size_t i = 0; i < LENGTH(bodies); i++) {
		struct answer a = {.rc = 0};
		read_answer(&a, bodies[i]);
		expect_whole(a.rc, -1, "%s", bodies[i]);
		expect_whole(a.e.code, ERR_SYNTAX, "%s: code", bodies[i]);
		json_free(a.document);
	}
}

/* What is wrong with one result concerns that one, and its good points are there all the same. */
static void faults_concern_their_result(void **state) {
	(void)state;
	static const struct {
		const char *members;
		size_t points;
	} cases[] = {{"\"Timestamps\":{},\"Values\":[]", 0}, {"\"Timestamps\":[1],\"Values\":1", 0},
		{"\"Timestamps\":[1],\"Values\":[]", 0}, {"\"Timestamps\":[],\"Values\":[1]", 0},
		{"\"Timestamps\":[1]", 0}, {"\"Values\":[1]", 0},
		{"\"Timestamps\":[\"1\",2],\"Values\":[1,99]", 1},
		{"\"Timestamps\":[null,2],\"Values\":[1,99]", 1},
		{"\"Timestamps\":[-1,2],\"Values\":[1,99]", 1},
		{"\"Timestamps\":[1e300,2],\"Values\":[1,99]", 1},
		{"\"Timestamps\":[1e999,2],\"Values\":[1,99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[1e999,99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[-1e-400,99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[\"abc\",99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[\"20\",99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[null,99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[true,99]", 1},
		{"\"Timestamps\":[1,2],\"Values\":[[1],99]", 1},
		{"\"Timestamps\":[1,2,3],\"Values\":[98,99]", 2},
		{"\"Timestamps\":[1],\"Values\":[99],\"Messages\":{}", 1}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char body[512];
		struct answer a = {.rc = 0};
		(void)snprintf(body, sizeof body,
			"{\"MetricDataResults\":[{\"Id\":\"m1\",\"StatusCode\":\"Complete\",%s},"
			"{\"Id\":\"m2\",\"StatusCode\":\"Complete\",\"Timestamps\":[5],\"Values\":[6]}],"
			"\"NextToken\":\"t\"}",
			cases[i].members);
		read_answer(&a, body);
		expect_whole(a.rc, 0, "%s", cases[i].members);
		expect_text(a.token, "t", "%s: token", cases[i].members);
		expect_whole((int64_t)a.seen.faults, 1, "%s: faults", cases[i].members);
		expect_whole((int64_t)a.seen.fault[0].number, 1, "%s: whose", cases[i].members);
		expect(a.seen.fault[0].why[0] != '\0', "%s: why", cases[i].members);
		expect_whole((int64_t)a.seen.points, (int64_t)cases[i].points + 1, "%s: points",
			cases[i].members);
		if (cases[i].points > 0)
			expect_number(a.seen.point[cases[i].points - 1].value, 99,
				"%s: the good one", cases[i].members);
		json_free(a.document);
	}
}

/* Before a page's own fault ends it, all that is good of it is there. */
static void a_bad_page_is_read_to_its_end(void **state) {
	(void)state;
	struct answer a = {.rc = 0};
	read_answer(&a,
		"{\"NextToken\":17,\"MetricDataResults\":[null,{\"Id\":\"x\"},{\"Id\":\"m1\",\"StatusCode\":"
		"\"Complete\",\"Timestamps\":[1],\"Values\":[99]}],\"Messages\":[{\"Code\":\"A\"}]}");
	assert_int_equal(a.rc, -1);
	expect_holds(a.e.message, "Id", "the first fault");
	assert_int_equal(a.seen.points, 1);
	assert_int_equal(a.seen.call_messages, 1);
	assert_null(a.token);
	json_free(a.document);
}

/* What AWS answered, as others recorded it: the recorder replaced the times by a word, and the ids
 * are those that it had asked for. */
static void the_recorded_answers_are_read(void **state) {
	(void)state;
	static const struct {
		const char *name;
		size_t results, points, messages;
		double value[2];
	} cases[] = {{"cw_json_basic", 2, 2, 0, {41, 23}},
		{"cw_json_multiple_units", 1, 1, 1, {60000}}, {"cw_json_no_results", 1, 0, 0, {0}}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char path[100];
		struct answer a = {.rc = 0};
		(void)snprintf(path, sizeof path, "recorded/%s.json", cases[i].name);
		cJSON *data = vectors_load(path);
		cJSON *body = cJSON_GetObjectItemCaseSensitive(data, "body");
		cJSON *results = cJSON_GetObjectItemCaseSensitive(body, "MetricDataResults");
		int number = 0;
		cJSON *r;
		cJSON_ArrayForEach(r, results) {
			char id[16];
			cJSON *times = cJSON_CreateArray();
			int n = cJSON_GetArraySize(vector_member(r, "Values"));
			(void)snprintf(id, sizeof id, "m%d", number++);
			for (int k = 0; k < n; k++)
				cJSON_AddItemToArray(times,
					cJSON_CreateNumber(1767225600 - 60 * k));
			cJSON_ReplaceItemInObjectCaseSensitive(r, "Timestamps", times);
			cJSON_ReplaceItemInObjectCaseSensitive(r, "Id", cJSON_CreateString(id));
		}
		char *text = cJSON_PrintUnformatted(body);
		read_answer(&a, text);
		expect_whole(a.rc, 0, "%s: %s", cases[i].name, a.e.message);
		expect_whole((int64_t)a.seen.faults, 0, "%s: faults", cases[i].name);
		expect_whole((int64_t)a.seen.results, (int64_t)cases[i].results, "%s: results",
			cases[i].name);
		expect_whole((int64_t)a.seen.points, (int64_t)cases[i].points, "%s: points",
			cases[i].name);
		expect_whole((int64_t)a.seen.messages, (int64_t)cases[i].messages, "%s: messages",
			cases[i].name);
		for (size_t k = 0; k < a.seen.points; k++)
			expect_number(a.seen.point[k].value, cases[i].value[k], "%s: value",
				cases[i].name);
		for (size_t k = 0; k < a.seen.results; k++)
			expect_whole(a.seen.result[k].status, CLOUDWATCH_COMPLETE, "%s: status",
				cases[i].name);
		if (a.seen.messages > 0)
			expect_text(a.seen.message[0].words,
				"MultipleUnits=Multiple units returned: '[Milliseconds, Seconds]'",
				"%s", cases[i].name);
		free(text);
		json_free(a.document);
		cJSON_Delete(data);
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
		expect(a.seen.faults == 1 || a.seen.points == 0 || a.seen.point[0].time_s < 0 ||
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
		.next_token = "tok\"=="};
	const struct cloudwatch_query q[] = {{0, "CPUUtilization", "p99.9", "prod", "api"},
		{499, "MemoryUtilization", "Maximum", "prod", "we\"b"}};
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
		expect_text(vector_text(stat, "Stat"), q[i].statistic, "Stat");
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
	const struct cloudwatch_request r = {.start_s = 0, .end_s = 60, .period_s = 60};
	const struct cloudwatch_query q = {1, "CPUUtilization", "Maximum", "prod", "api"};
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
		UNIT_TEST(foreign_ids_are_not_awss),
		UNIT_TEST(other_shapes_are_errors),
		UNIT_TEST(faults_concern_their_result),
		UNIT_TEST(a_bad_page_is_read_to_its_end),
		UNIT_TEST(the_recorded_answers_are_read),
		UNIT_TEST(impossible_times_do_no_harm),
		UNIT_TEST(an_empty_token_is_the_last_page),
		UNIT_TEST(the_body_asks_for_the_series),
		UNIT_TEST(the_first_page_has_no_token),
	};
	return cmocka_run_group_tests_name("cloudwatch", tests, NULL, NULL);
}
