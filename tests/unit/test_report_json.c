/* JSON: the writer, and the report as an object (contract 1.7). */
#include "config.h"

#include "support.h"

#include "base/json.h"
#include "base/json_write.h"
#include "report/report.h"
#include "scene.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static json *parse(const struct buf *text) {
	struct err e = {.code = ERR_NONE};
	json *document = json_parse(buf_str(text), text->len, &e);
	if (!document)
		fail_msg("%s: %s", e.message, buf_str(text));
	return document;
}

/* --- the writer --- */

static void structures_are_written(void **state) {
	(void)state;
	struct buf out;
	struct json_writer w = {.out = &out};
	buf_init(&out, 1000);
	json_begin_object(&w, NULL);
	json_write_string(&w, "a", "x\"\\\n\x01/\xc3\xa9");
	json_write_null(&w, "b");
	json_begin_array(&w, "c");
	json_begin_object(&w, NULL);
	json_end_object(&w);
	json_begin_array(&w, NULL);
	json_end_array(&w);
	json_write_whole(&w, NULL, -9007199254740993);
	json_write_string(&w, NULL, NULL);
	json_end_array(&w);
	json_begin_object(&w, "d \"");
	json_write_number(&w, "e", 0.5);
	json_write_whole(&w, "f", 0);
	json_end_object(&w);
	json_write_string(&w, "g", "");
	json_end_object(&w);
	assert_string_equal(buf_str(&out),
		"{\"a\":\"x\\\"\\\\\\u000a\\u0001/\xc3\xa9\",\"b\":null,"
		"\"c\":[{},[],-9007199254740993,null],\"d \\\"\":{\"e\":0.5,\"f\":0},\"g\":\"\"}");
	json_free(parse(&out));
	buf_free(&out);
}

static void numbers_read_back_as_they_were(void **state) {
	(void)state;
	static const struct {
		double number;
		const char *text; /* NULL: whatever reads back */
	} cases[] = {{0, "0"}, {100, "100"}, {34.4, "34.4"}, {-1.5, "-1.5"}, {0.1, "0.1"},
		{100.0 / 3, NULL}, {0.30000000000000004, "0.30000000000000004"}, {DBL_MAX, NULL},
		{DBL_MIN, NULL}, {-DBL_EPSILON, NULL}, {1e300, NULL}, {1e-7, NULL},
		{123456789012345678.0, NULL}, {NAN, "null"}, {INFINITY, "null"},
		{-INFINITY, "null"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf out;
		struct json_writer w = {.out = &out};
		double back = NAN;
		buf_init(&out, 100);
		json_write_number(&w, NULL, cases[i].number);
		if (cases[i].text)
			expect_text(buf_str(&out), cases[i].text, "case %zu", i);
		json *document = parse(&out);
		expect(json_number(document, &back) == (isfinite(cases[i].number) != 0),
			"case %zu is a number", i);
		if (isfinite(cases[i].number))
			expect_number(back, cases[i].number, "case %zu reads back", i);
		json_free(document);
		buf_free(&out);
	}
}

/* --- the report --- */

static int write_report(struct scene *s, size_t max_bytes, struct buf *out) {
	const struct report_input in = scene_input(s);
	struct err e = {.code = ERR_NONE};
	s->style.format = FORMAT_JSON;
	(void)scene_judge(s);
	buf_init(out, max_bytes);
	return report(&in, out, &e);
}

static const json *metric_of(const json *document, size_t service, const char *metric) {
	const json *at = json_first(json_member(document, "services"));
	while (at && service-- > 0)
		at = json_next(at);
	return json_member(json_member(at, "metrics"), metric);
}

static void values_are_one_a_period_with_null_for_none(void **state) {
	(void)state;
	const double points[] = {96, SCENE_GAP, 33.25, 97, 12};
	struct scene s;
	struct buf out;
	double number = 0;
	scene_begin(&s);
	scene_points(&s, scene_service(&s, "api"), METRIC_CPU, points, LENGTH(points));
	assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
	json *document = parse(&out);
	const json *cpu = metric_of(document, 0, "cpu");
	const json *value = json_first(json_member(cpu, "values"));
	for (size_t i = 0; i < LENGTH(points); i++, value = json_next(value)) {
		assert_non_null(value);
		expect(json_is_absent(value) == (isnan(points[i]) != 0), "value %zu is null", i);
		if (json_number(value, &number))
			expect_number(number, points[i], "value %zu", i);
	}
	assert_null(value);
	expect_text(json_string(json_member(cpu, "at")), "2026-01-01T03:00:00Z", "the peak's time");
	expect_text(json_string(json_member(cpu, "lasting")),
		"above 95% in 2 of 4 hourly peaks, last at 03:00Z", "how many of them");
	static const char *const untold[] = {"pattern", "above_s", "longest_run_s", "current_run_s",
		"ended", "average_then"};
	for (size_t i = 0; i < LENGTH(untold); i++)
		expect(json_is_absent(json_member(cpu, untold[i])), "%s is null", untold[i]);
	expect_text(json_string(json_member(document, "state")), "CRITICAL", "the state");
	json_free(document);
	buf_free(&out);
	scene_end(&s);
}

/* 500,000 values are written, not one more; the states are told in any case. */
static void too_many_values_are_left_out(void **state) {
	(void)state;
	static const double breach[] = {99};
	enum { POINTS = 2000, SERVICES = 250 };
	struct scene s;
	struct buf out;
	scene_begin(&s);
	s.samples.window.points = POINTS;
	s.samples.window.end_s = s.samples.window.start_s + POINTS * SCENE_HOUR_S;
	for (size_t i = 0; i <= SERVICES; i++) {
		scene_points(&s, scene_service(&s, "api"), METRIC_CPU, breach, LENGTH(breach));
		if (i + 1 < SERVICES)
			continue;
		assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
		const char *text = buf_str(&out);
		expect((strstr(text, "\"values\":[99,null") != NULL) == (i + 1 == SERVICES),
			"the values of %zu services", i + 1);
		expect_holds(text, "\"state\":\"CRITICAL\"", "the state");
		buf_free(&out);
	}
	assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
	json *document = parse(&out);
	expect_holds(json_string(json_first(json_member(document, "errors"))),
		"values are left out&500000&--window", "an error says so");
	json_free(document);
	buf_free(&out);
	assert_int_equal(write_report(&s, 1000, &out), -1);
	buf_free(&out);
	scene_end(&s);
}

/* Each reason once, and no more than a person reads. */
static void reasons_of_lost_series_are_told_once(void **state) {
	(void)state;
	struct scene s;
	struct buf out;
	enum { SERVICES = 100, MAX_ERRORS = 21 };
	scene_begin(&s);
	for (size_t i = 0; i < SERVICES; i++)
		series_fail(&scene_service(&s, "api")->series[METRIC_CPU],
			i % 2 ? "one reason" : "another | reason");
	assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
	json *document = parse(&out);
	const json *error = json_first(json_member(document, "errors"));
	expect_text(json_string(error), "another / reason", "the first error, cleaned");
	expect_text(json_string(json_next(error)), "one reason", "the second error");
	assert_null(json_next(json_next(error)));
	json_free(document);
	buf_free(&out);
	for (size_t i = 0; i < SERVICES; i++) {
		char reason[40];
		(void)snprintf(reason, sizeof reason, "reason %zu", i);
		series_fail(&scene_service(&s, "web")->series[METRIC_CPU], reason);
	}
	assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
	document = parse(&out);
	size_t count = 0;
	for (error = json_first(json_member(document, "errors")); error; error = json_next(error))
		count++;
	assert_int_equal(count, MAX_ERRORS);
	json_free(document);
	buf_free(&out);
	scene_end(&s);
}

/* The names of a document's members, each followed by a blank. */
static void add_names(const json *document, struct buf *names) {
	for (const cJSON *at = document->child; at; at = at->next)
		buf_addf(names, "%s ", at->string);
}

static void every_form_of_the_object_has_the_same_members(void **state) {
	(void)state;
	static const char longest[] =
		"timed out after 86400 s in a call that could not be interrupted";
	static const struct style style = {.format = FORMAT_JSON};
	char words[REPORT_LAST_WORDS_BYTES];
	struct scene s;
	struct buf out, names, others;
	scene_begin(&s);
	assert_int_equal(write_report(&s, REPORT_MAX_BYTES, &out), 0);
	json *document = parse(&out);
	buf_init(&names, 1000);
	add_names(document, &names);
	assert_string_equal(buf_str(&names),
		"version state exit_code summary cluster region account window statistic "
		"recover thresholds idle_ranges services errors diagnosis code clusters ");
	json_free(document);
	buf_free(&out);
	scene_end(&s);
	for (int i = 0; i < 2; i++) {
		const struct report_failure failure = {.style = &style,
			.state = STATE_CRITICAL,
			.message = longest,
			.diagnosis = ""};
		buf_init(&out, REPORT_MAX_BYTES);
		report_last_words(FORMAT_JSON, NULL, STATE_CRITICAL, longest, words);
		if (i == 0)
			buf_adds(&out, words);
		else
			report_failure(&failure, &out);
		document = parse(&out);
		buf_init(&others, 1000);
		add_names(document, &others);
		expect_text(buf_str(&others), buf_str(&names), "the members of form %d", i);
		expect_holds(json_string(json_member(document, "summary")),
			"ECS CRITICAL - timed out after 86400 s&interrupted", "form %d", i);
		expect_text(buf_str(&out), words, "form %d", i);
		json_free(document);
		buf_free(&others);
		buf_free(&out);
	}
	buf_free(&names);
}

static void a_failure_without_room_leaves_nothing(void **state) {
	(void)state;
	static const struct style style = {.format = FORMAT_JSON};
	const struct report_failure failure = {.style = &style,
		.state = STATE_UNKNOWN,
		.message = "something went wrong",
		.diagnosis = ""};
	struct buf out;
	for (size_t most = 0; most < 300; most++) {
		buf_init(&out, most);
		report_failure(&failure, &out);
		if (out.len > 0)
			json_free(parse(&out));
		expect(out.len == 0 || buf_str(&out)[out.len - 1] == '\n', "whole at %zu", most);
		buf_free(&out);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(structures_are_written),
		UNIT_TEST(numbers_read_back_as_they_were),
		UNIT_TEST(values_are_one_a_period_with_null_for_none),
		UNIT_TEST(too_many_values_are_left_out),
		UNIT_TEST(reasons_of_lost_series_are_told_once),
		UNIT_TEST(every_form_of_the_object_has_the_same_members),
		UNIT_TEST(a_failure_without_room_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
