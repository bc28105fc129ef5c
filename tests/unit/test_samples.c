/* What is learned from AWS: services, series, points. */
#include "config.h"

#include "support.h"

#include "samples.h"

#include <math.h>
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

static void points_are_stored(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	size_t index = 99;
	assert_int_equal(series_count(&x, &window), 0);
	assert_false(series_newest(&x, &window, &index));
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50.5), 0);
	assert_int_equal(series_count(&x, &window), 1);
	assert_true(series_newest(&x, &window, &index));
	assert_int_equal(index, 2);
	expect_number(x.values[2], 50.5, "the point");
	expect(isnan(x.values[0]) && isnan(x.values[4]), "no point is NAN");
	/* Out of order; within the period. */
	assert_int_equal(series_add_point(&x, &window, 10 * HOUR + 7, 0), 0);
	assert_int_equal(series_add_point(&x, &window, 14 * HOUR, 100), 0);
	assert_int_equal(series_add_point(&x, &window, 13 * HOUR, -1), 0);
	assert_int_equal(series_count(&x, &window), 4);
	assert_true(series_newest(&x, &window, &index));
	assert_int_equal(index, 4);
	expect_number(x.values[0], 0, "the first");
	assert_null(x.failure);
	series_free(&x);
}

/* Until it has been given anew as a whole, a series holds what is known of either time. */
static void earlier_points_count_until_they_are_given_anew(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	assert_int_equal(series_add_point(&x, &window, 11 * HOUR, 99), 0);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	for (int time = 0; time < 2; time++) {
		series_begin_anew(&x, &window);
		assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 60 + time), 0);
		assert_int_equal(series_add_point(&x, &window, 13 * HOUR, 70), 0);
		expect_number(x.values[1], 99, "the earlier one, time %d", time);
		expect_number(x.values[2], 60 + time, "in the place of the earlier one");
		expect_number(x.values[3], 70, "a new one");
	}
	series_end_anew(&x, &window);
	assert_int_equal(series_count(&x, &window), 2);
	expect(isnan(x.values[1]), "what did not come again is gone");
	/* Then points have to agree again, as they have to while they come. */
	assert_int_equal(series_add_point(&x, &window, 13 * HOUR, 71), -1);
	series_free(&x);
	x.status = SERIES_PENDING;
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	series_begin_anew(&x, &window);
	series_end_anew(&x, &window);
	assert_null(x.values);
	series_begin_anew(&x, &window);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 51), -1);
	series_free(&x);
}

static void two_values_of_a_period_must_agree(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	/* Pages that overlap. */
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR + 60, 50), 0);
	assert_int_equal(series_count(&x, &window), 1);
	assert_null(x.failure);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
		expect_whole(series_add_point(&x, &window, 12 * HOUR, i == 0 ? 50.5 : 49.5), -1,
			"%s", i == 0 ? "more" : "less");
		assert_int_equal(x.status, SERIES_FAILED);
		assert_non_null(x.failure);
		series_free(&x);
		x.status = SERIES_PENDING;
	}
}

static void a_series_can_begin_anew(void **state) {
	(void)state;
	struct series x = {.status = SERIES_PENDING};
	series_clear(&x);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 50), 0);
	series_clear(&x);
	assert_int_equal(series_count(&x, &window), 0);
	assert_null(x.values);
	assert_int_equal(series_add_point(&x, &window, 12 * HOUR, 60), 0);
	expect_number(x.values[2], 60, "the new point");
	series_free(&x);
}

static void impossible_points_fail_the_series(void **state) {
	(void)state;
	const struct {
		int64_t time_s;
		double value;
	} cases[] = {{10 * HOUR - 1, 5}, {15 * HOUR, 5}, {0, 5}, {INT64_MIN, 5}, {INT64_MAX, 5},
		{12 * HOUR, NAN}, {12 * HOUR, INFINITY}, {12 * HOUR, -INFINITY}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct series x = {.status = SERIES_PENDING};
		assert_int_equal(series_add_point(&x, &window, 11 * HOUR, 99), 0);
		expect_whole(series_add_point(&x, &window, cases[i].time_s, cases[i].value), -1,
			"case %zu", i);
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
		expect_whole((int64_t)series_breaches(&x, &window, r),
			cases[i].complete + cases[i].filling, "breaches, case %zu", i);
		struct window whole = window;
		whole.filling = false;
		expect(series_point_breaches(&x, &whole, 4, r) == cases[i].complete,
			"the last of complete periods, case %zu", i);
	}
	const struct series none = {.status = SERIES_COMPLETE};
	assert_int_equal(series_breaches(&none, &window, &cases[0].range), 0);
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
	struct samples s;
	assert_int_equal(samples_init(&s, 3, NULL), 0);
	assert_int_equal(s.service_count, 0);
	assert_int_equal(s.window.points, 0);
	assert_false(s.list_complete);
	for (int i = 0; i < 3; i++)
		assert_false(s.pattern_matched[i]);
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct service *service = samples_add_service(&s, names[i], wanted);
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
	assert_int_equal(samples_init(&nothing, 0, NULL), 0);
	samples_sort(&nothing);
	samples_free(&nothing);
}

static void many_services_fit(void **state) {
	(void)state;
	const bool wanted[METRICS] = {true, true, true};
	struct samples s;
	assert_int_equal(samples_init(&s, 0, NULL), 0);
	for (int i = 0; i < 5000; i++) {
		struct service *service = samples_add_service(&s, "same", wanted);
		assert_non_null(service);
		assert_int_equal(series_add_point(&service->series[METRIC_EBS], &window, 11 * HOUR,
					 i),
			0);
	}
	expect_number(s.services[4999].series[METRIC_EBS].values[1], 4999, "the last one's point");
	expect_number(s.services[0].series[METRIC_EBS].values[1], 0, "the first one's point");
	samples_free(&s);
}

static void no_point_anywhere(void **state) {
	(void)state;
	const bool wanted[METRICS] = {[METRIC_CPU] = true, [METRIC_MEMORY] = true};
	struct samples s;
	assert_int_equal(samples_init(&s, 0, NULL), 0);
	for (int i = 0; i < 2; i++) {
		struct service *service = samples_add_service(&s, i ? "a" : "b", wanted);
		assert_non_null(service);
		assert_false(samples_have_no_point(&s));
		service->series[METRIC_CPU].status = SERIES_COMPLETE;
		service->series[METRIC_MEMORY].status = SERIES_COMPLETE;
		assert_true(samples_have_no_point(&s));
	}
	struct series *x = &s.services[1].series[METRIC_MEMORY];
	series_fail(x, "Forbidden");
	assert_false(samples_have_no_point(&s));
	x->status = SERIES_COMPLETE;
	assert_int_equal(series_add_point(x, &window, 12 * HOUR, 0), 0);
	assert_false(samples_have_no_point(&s));
	samples_free(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(points_are_stored),
		UNIT_TEST(earlier_points_count_until_they_are_given_anew),
		UNIT_TEST(two_values_of_a_period_must_agree),
		UNIT_TEST(a_series_can_begin_anew),
		UNIT_TEST(impossible_points_fail_the_series),
		UNIT_TEST(the_first_failure_stands),
		UNIT_TEST(only_exceeding_breaches_while_filling),
		UNIT_TEST(current_is_up_to_two_periods),
		UNIT_TEST(services_are_kept_by_name),
		UNIT_TEST(many_services_fit),
		UNIT_TEST(no_point_anywhere),
	};
	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
