/* What is learned from AWS: services, series, points. */
#include "config.h"

#include "support.h"

#include "judge/pattern.h"
#include "model/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR = 3600, POINTS = 5 };

/* Four complete periods and the one that is filling. */
static const struct window window = {.start_s = 10 * HOUR,
	.end_s = 15 * HOUR,
	.period_s = HOUR,
	.points = POINTS,
	.filling = true};

static void series_free(struct series *x) {
	series_clear(x);
	free(x->failure);
	*x = (struct series){.status = SERIES_NOT_WANTED};
}

static size_t series_count(const struct series *x, const struct window *w) {
	size_t count = 0;
	for (size_t i = 0; x->values && i < w->points; i++)
		count += isnan(x->values[i]) ? 0 : 1;
	return count;
}

static void points_are_stored(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	size_t index = 99;
	assert_int_equal(series_count(&x, &window), 0);
	assert_false(series_newest(&x, &window, &index));
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, 50.5), 0);
	assert_int_equal(series_count(&x, &window), 1);
	assert_true(series_newest(&x, &window, &index));
	assert_int_equal(index, 2);
	expect_number(x.values[2], 50.5, "the point");
	expect(isnan(x.values[0]) && isnan(x.values[4]), "no point is NAN");
	/* Out of order; within the period. */
	assert_int_equal(series_add_point(&x, &window, NULL, 10 * HOUR + 7, 0), 0);
	assert_int_equal(series_add_point(&x, &window, NULL, 14 * HOUR, 100), 0);
	assert_int_equal(series_add_point(&x, &window, NULL, 13 * HOUR, 1e9), 0);
	assert_int_equal(series_count(&x, &window), 4);
	assert_true(series_newest(&x, &window, &index));
	assert_int_equal(index, 4);
	expect_number(x.values[0], 0, "the first");
	assert_null(x.failure);
	series_free(&x);
}

/* What was known in an earlier round stays known; another value of a later one may be worse, and is
 * no contradiction. */
static void no_round_takes_a_point_away(void **state) {
	(void)state;
	const struct range warning = {0, 80, false};
	const struct range critical = {10, 95, false};
	const struct series_ranges ranges = {&warning, &critical};
	struct series x = {.status = SERIES_PENDING};
	assert_int_equal(series_add_point(&x, &window, &ranges, 11 * HOUR, 99), 0);
	assert_int_equal(series_add_point(&x, &window, &ranges, 12 * HOUR, 50), 0);
	for (int round = 1; round < 3; round++) {
		series_begin_round(&x, &window);
		assert_int_equal(series_add_point(&x, &window, &ranges, 11 * HOUR, 20), 0);
		assert_int_equal(series_add_point(&x, &window, &ranges, 12 * HOUR, 80 + round), 0);
		assert_int_equal(series_add_point(&x, &window, &ranges, 13 * HOUR, 70), 0);
		expect_number(x.values[1], 99, "the earlier one, round %d", round);
		expect_number(x.values[2], 80 + round, "the worse one, round %d", round);
		expect_number(x.values[3], 70, "a new one");
	}
	series_end_round(&x);
	assert_int_equal(series_count(&x, &window), 3);
	assert_null(x.failure);
	/* Then points have to agree again, as they have to within a round. */
	assert_int_equal(series_add_point(&x, &window, &ranges, 13 * HOUR, 71), -1);
	series_free(&x);
	x.status = SERIES_PENDING;
	series_begin_round(&x, &window);
	assert_int_equal(series_add_point(&x, &window, &ranges, 12 * HOUR, 50), 0);
	assert_int_equal(series_add_point(&x, &window, &ranges, 12 * HOUR, 50), 0);
	assert_int_equal(series_add_point(&x, &window, &ranges, 12 * HOUR, 51), -1);
	series_free(&x);
}

static void two_values_of_a_period_must_agree(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, 50), 0);
	/* Pages that overlap. */
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, 50), 0);
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR + 60, 50), 0);
	assert_int_equal(series_count(&x, &window), 1);
	assert_null(x.failure);
	series_free(&x);
	static const struct {
		struct range warning, critical;
		size_t period;
		double values[3], wanted;
	} cases[] = {{{0, 80, false}, {0, 95, false}, 2, {50, 99, 49}, 99},
		{{0, 80, false}, {0, 95, false}, 2, {99, 50, 98}, 99},
		{{0, 80, false}, {0, 95, false}, 2, {50, 60, 40}, 60},
		{{-INFINITY, INFINITY, false}, {10, INFINITY, false}, 2, {60, 3, 70}, 3},
		{{-INFINITY, INFINITY, false}, {10, INFINITY, false}, 2, {3, 60, 5}, 3},
		{{20, 80, false}, {10, 95, false}, 2, {15, 90, 50}, 90},
		{{20, 80, false}, {10, 95, false}, 2, {9, 90, 81}, 9},
		{{0, 80, false}, {40, 60, true}, 2, {90, 50, 99}, 50},
		{{20, INFINITY, false}, {10, 95, false}, 4, {5, 50, 4}, 50},
		{{20, INFINITY, false}, {10, 95, false}, 4, {5, 96, 4}, 96}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct series_ranges ranges = {&cases[i].warning, &cases[i].critical};
		x.status = SERIES_PENDING;
		for (size_t k = 0; k < 3; k++)
			expect_whole(series_add_point(&x, &window, &ranges,
					     window_time(&window, cases[i].period),
					     cases[i].values[k]),
				k == 0 ? 0 : -1, "case %zu, value %zu", i, k);
		expect_whole(x.status, SERIES_FAILED, "case %zu", i);
		expect_holds(x.failure, "two different values", "case %zu", i);
		expect_number(x.values[cases[i].period], cases[i].wanted, "case %zu: the worse one",
			i);
		series_free(&x);
	}
}

static void minus_zero_is_zero(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, -0.0), 0);
	expect_number(x.values[2], 0.0, "no sign");
	series_free(&x);
}

static void remarks_are_counted_by_their_words(void **state) {
	(void)state;
	struct samples s;
	struct err e = {.code = ERR_NONE};
	assert_int_equal(samples_init(&s, 0, 0, NULL), 0);
	assert_int_equal(samples_add_remark(&s, "A", "a|b\x1b[31m", "api", METRIC_CPU, &e), 0);
	assert_int_equal(samples_add_remark(&s, "A", "a|b\x1b[31m", "web", METRIC_CPU, &e), 0);
	assert_int_equal(samples_add_remark(&s, "B", "a|b", "web", METRIC_EBS, &e), 0);
	assert_int_equal(samples_add_remark(&s, "B", "a|b", NULL, METRIC_CPU, &e), 0);
	assert_int_equal(samples_add_remark(&s, "C", "", NULL, METRIC_CPU, &e), 0);
	assert_int_equal(samples_add_remark(&s, "", "", NULL, METRIC_CPU, &e), 0);
	assert_int_equal(s.remark_count, 4);
	assert_string_equal(s.remarks[0].text, "a/b (A)");
	assert_string_equal(s.remarks[0].service, "api");
	assert_int_equal(s.remarks[0].further, 1);
	assert_string_equal(s.remarks[1].text, "a/b (B)");
	assert_int_equal(s.remarks[1].metric, METRIC_EBS);
	assert_null(s.remarks[2].service);
	assert_string_equal(s.remarks[3].text, "(C)");
	for (int i = 0; i < 1000; i++) {
		char text[16];
		(void)snprintf(text, sizeof text, "%d", i);
		assert_int_equal(samples_add_remark(&s, "", text, "api", METRIC_CPU, &e), 0);
	}
	assert_true(s.remark_count >= 10 && s.remark_count <= 100);
	samples_add_failure(&s, "one|line\n");
	samples_add_failure(&s, "another");
	samples_add_failure(&s, "one|line");
	assert_string_equal(buf_str(&s.failures), "one/line\nanother\n");
	samples_free(&s);
}

static void a_series_can_begin_again(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	series_clear(&x);
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, 50), 0);
	series_clear(&x);
	assert_int_equal(series_count(&x, &window), 0);
	assert_null(x.values);
	assert_int_equal(series_add_point(&x, &window, NULL, 12 * HOUR, 60), 0);
	expect_number(x.values[2], 60, "the new point");
	series_free(&x);
}

static void impossible_points_fail_the_series(void **state) {
	(void)state;
	const struct {
		int64_t time_s;
		double value;
	} cases[] = {{10 * HOUR - 1, 5}, {15 * HOUR, 5}, {0, 5}, {INT64_MIN, 5}, {INT64_MAX, 5},
		{12 * HOUR, NAN}, {12 * HOUR, INFINITY}, {12 * HOUR, -INFINITY}, {12 * HOUR, 1e308},
		{12 * HOUR, 1.1e9}, {12 * HOUR, -0.001}, {12 * HOUR, -50}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct series x = {.status = SERIES_PENDING};
		assert_int_equal(series_add_point(&x, &window, NULL, 11 * HOUR, 99), 0);
		expect_whole(series_add_point(&x, &window, NULL, cases[i].time_s, cases[i].value),
			-1, "case %zu", i);
		expect_whole(x.status, SERIES_FAILED, "status in case %zu", i);
		expect(x.failure && *x.failure, "a reason in case %zu", i);
		expect_whole((int64_t)series_count(&x, &window), 1,
			"the known point stays, case %zu", i);
		series_free(&x);
	}
}

static void the_first_failure_stands(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	series_fail(&x, "first");
	series_fail(&x, "second");
	assert_int_equal(x.status, SERIES_FAILED);
	assert_string_equal(x.failure, "first");
	series_free(&x);
}

static void only_exceeding_breaches_while_filling(void **state) {
	(void)state;
	const struct {
		struct range range;
		double value;
		bool complete, filling; /* breaches in a period of that kind */
	} cases[] = {
		{{0, 80, false}, 81, true, true},
		{{0, 80, false}, 80, false, false},
		{{0, 80, false}, -1, true, false},
		{{10, INFINITY, false}, 5, true, false},
		{{10, 80, false}, 5, true, false},
		{{10, 80, false}, 81, true, true},
		{{10, 20, true}, 15, true, false},
		{{10, 20, true}, 30, false, false},
		{{-INFINITY, 80, false}, 81, true, true},
		{{-INFINITY, INFINITY, false}, 1e9, false, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double values[POINTS] = {NAN, cases[i].value, NAN, NAN, cases[i].value};
		const struct series x = {.status = SERIES_COMPLETE, .values = values};
		const struct range *r = &cases[i].range;
		expect(series_point_breaches(&x, &window, 1, r) == cases[i].complete,
			"complete period, case %zu", i);
		expect(series_point_breaches(&x, &window, 4, r) == cases[i].filling,
			"filling period, case %zu", i);
		expect(!series_point_breaches(&x, &window, 0, r), "no point, case %zu", i);
		expect_whole((int64_t)pattern_find(&x, &window, r).count,
			cases[i].complete + cases[i].filling, "breaches, case %zu", i);
		struct window whole = window;
		whole.filling = false;
		expect(series_point_breaches(&x, &whole, 4, r) == cases[i].complete,
			"the last of complete periods, case %zu", i);
	}
	const struct series none = {.status = SERIES_COMPLETE};
	assert_int_equal(pattern_find(&none, &window, &cases[0].range).count, 0);
	assert_false(series_point_breaches(&none, &window, 1, &cases[0].range));
}

static void current_is_up_to_two_periods(void **state) {
	(void)state;
	double values[POINTS] = {1, 2, 3, NAN, NAN};
	struct series x = {.status = SERIES_COMPLETE, .values = values};
	/* The newest starts at 12 h. */
	assert_true(series_is_current(&x, &window, 14 * HOUR));
	assert_false(series_is_current(&x, &window, 14 * HOUR + 1));
	values[2] = NAN;
	assert_false(series_is_current(&x, &window, 14 * HOUR));
	values[0] = values[1] = NAN;
	assert_false(series_is_current(&x, &window, 10 * HOUR));
	x.values = NULL;
	assert_false(series_is_current(&x, &window, 10 * HOUR));
	/* Short periods: 15 minutes. */
	const struct window minutes = {.start_s = 36000,
		.end_s = 36300,
		.period_s = 60,
		.points = 5};
	double first[POINTS] = {1, NAN, NAN, NAN, NAN};
	x.values = first;
	assert_true(series_is_current(&x, &minutes, 36900));
	assert_false(series_is_current(&x, &minutes, 36901));
}

static void services_are_kept_by_name(void **state) {
	(void)state;
	static const char *const names[] = {"web", "api", "Web", "a-10", "a-2", "api-2", "_x"};
	static const char *const sorted[] = {"Web", "_x", "a-10", "a-2", "api", "api-2", "web"};
	const bool wanted[METRICS] =
		{[METRIC_CPU] = true, [METRIC_EBS] = false, [METRIC_MEMORY] = true};
	const struct service_thresholds ranges = thresholds_general(&(struct thresholds){0});
	struct samples s;
	assert_int_equal(samples_init(&s, 3, 2, NULL), 0);
	assert_int_equal(s.service_count, 0);
	assert_int_equal(s.window.points, 0);
	assert_false(s.list_complete);
	for (int i = 0; i < 3; i++)
		assert_false(s.pattern_matched[i]);
	for (int i = 0; i < 2; i++)
		assert_false(s.threshold_matched[i]);
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct service *service = samples_add_service(&s, names[i], wanted, &ranges);
		assert_non_null(service);
		assert_string_equal(service->name, names[i]);
		assert_int_equal(service->series[METRIC_CPU].status, SERIES_PENDING);
		assert_int_equal(service->series[METRIC_EBS].status, SERIES_NOT_WANTED);
		assert_int_equal(service->series[METRIC_MEMORY].status, SERIES_PENDING);
		assert_int_equal(service->description.status, DESCRIPTION_NONE);
	}
	assert_int_equal(s.service_count, LENGTH(names));
	samples_sort(&s);
	for (size_t i = 0; i < LENGTH(sorted); i++)
		expect_text(s.services[i].name, sorted[i], "place %zu", i);
	samples_free(&s);
	struct samples nothing;
	assert_int_equal(samples_init(&nothing, 0, 0, NULL), 0);
	samples_sort(&nothing);
	samples_free(&nothing);
}

static void many_services_fit(void **state) {
	(void)state;
	const bool wanted[METRICS] = {true, true, true};
	const struct service_thresholds ranges = thresholds_general(&(struct thresholds){0});
	struct samples s;
	assert_int_equal(samples_init(&s, 0, 0, NULL), 0);
	for (int i = 0; i < 5000; i++) {
		struct service *service = samples_add_service(&s, "same", wanted, &ranges);
		assert_non_null(service);
		assert_int_equal(series_add_point(&service->series[METRIC_EBS], &window, NULL,
					 11 * HOUR, i),
			0);
	}
	expect_number(s.services[4999].series[METRIC_EBS].values[1], 4999, "the last one's point");
	expect_number(s.services[0].series[METRIC_EBS].values[1], 0, "the first one's point");
	samples_free(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(points_are_stored),
		UNIT_TEST(no_round_takes_a_point_away),
		UNIT_TEST(minus_zero_is_zero),
		UNIT_TEST(remarks_are_counted_by_their_words),
		UNIT_TEST(two_values_of_a_period_must_agree),
		UNIT_TEST(a_series_can_begin_again),
		UNIT_TEST(impossible_points_fail_the_series),
		UNIT_TEST(the_first_failure_stands),
		UNIT_TEST(only_exceeding_breaches_while_filling),
		UNIT_TEST(current_is_up_to_two_periods),
		UNIT_TEST(services_are_kept_by_name),
		UNIT_TEST(many_services_fit),
	};
	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
