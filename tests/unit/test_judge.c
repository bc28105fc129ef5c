/* Judging points: states, breaches, what is shown (contract 1.3). */
#include "config.h"

#include "support.h"

#include "scene.h"

#include <string.h>

#define GAP SCENE_GAP

enum { WARNING_RANGE, CRITICAL_RANGE };

struct points_case {
	const char *what, *warning, *critical;
	size_t at_least; /* --breaches */
	double values[SCENE_POINTS];
	enum state state;
	size_t breaches;
	int range;
	enum direction direction;
	size_t peak, shown; /* indexes */
};

static const struct points_case cases[] = {
	{"nothing breaches", "80", "95", 1, {10, 20, 30, 20, 10}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 2, 2},
	{"one point above", "80", "95", 1, {10, 96, 30, 20, 10}, STATE_CRITICAL, 1, CRITICAL_RANGE,
		DIRECTION_ABOVE, 1, 1},
	{"three in a row", "80", "95", 1, {10, 96, 97, 96, 10}, STATE_CRITICAL, 3, CRITICAL_RANGE,
		DIRECTION_ABOVE, 2, 2},
	{"the last three in a row", "80", "95", 1, {10, 10, 97, 96, 96}, STATE_CRITICAL, 3,
		CRITICAL_RANGE, DIRECTION_ABOVE, 2, 2},
	{"three apart", "80", "95", 1, {96, 10, 97, 10, 98}, STATE_CRITICAL, 3, CRITICAL_RANGE,
		DIRECTION_ABOVE, 4, 4},
	{"two in a row", "80", "95", 1, {96, 97, 10, 10, 10}, STATE_CRITICAL, 2, CRITICAL_RANGE,
		DIRECTION_ABOVE, 1, 1},
	{"four, two and two", "80", "95", 1, {96, 97, 10, 96, 96}, STATE_CRITICAL, 4,
		CRITICAL_RANGE, DIRECTION_ABOVE, 1, 1},
	{"warning alone", "80", "95", 1, {10, 81, 10, 90, 10}, STATE_WARNING, 2, WARNING_RANGE,
		DIRECTION_ABOVE, 3, 3},
	{"critical before warning", "80", "95", 1, {81, 10, 96, 10, 85}, STATE_CRITICAL, 1,
		CRITICAL_RANGE, DIRECTION_ABOVE, 2, 2},
	{"ends belong to the range", "80", "95", 1, {80, 80, 80, 80, 80}, STATE_OK, 0,
		WARNING_RANGE, DIRECTION_NONE, 4, 4},
	{"95 is no red", "80", "95", 1, {95, 10, 10, 10, 10}, STATE_WARNING, 1, WARNING_RANGE,
		DIRECTION_ABOVE, 0, 0},
	{"unrounded", "80", "95", 1, {10, 95.0000001, 10, 10, 10}, STATE_CRITICAL, 1,
		CRITICAL_RANGE, DIRECTION_ABOVE, 1, 1},
	{"of equals the newest", "80", "95", 1, {96, 10, 96, 10, 10}, STATE_CRITICAL, 2,
		CRITICAL_RANGE, DIRECTION_ABOVE, 2, 2},
	{"above 100", "80", "95", 1, {10, 10, 127.5, 10, 10}, STATE_CRITICAL, 1, CRITICAL_RANGE,
		DIRECTION_ABOVE, 2, 2},
	/* --breaches counts for each range by itself. */
	{"two of a range", "80", "95", 2, {96, 10, 97, 10, 10}, STATE_CRITICAL, 2, CRITICAL_RANGE,
		DIRECTION_ABOVE, 2, 2},
	{"one too few for critical", "80", "95", 2, {81, 96, 10, 10, 10}, STATE_WARNING, 2,
		WARNING_RANGE, DIRECTION_ABOVE, 1, 1},
	{"too few for both", "80", "95", 3, {81, 96, 10, 10, 10}, STATE_OK, 1, CRITICAL_RANGE,
		DIRECTION_ABOVE, 1, 1},
	{"too few for warning", "80", "95", 3, {81, 10, 82, 10, 10}, STATE_OK, 2, WARNING_RANGE,
		DIRECTION_ABOVE, 2, 2},
	{"not consecutive", "80", "95", 3, {96, 10, 96, 10, 96}, STATE_CRITICAL, 3, CRITICAL_RANGE,
		DIRECTION_ABOVE, 4, 4},
	{"all of them", "80", "95", 5, {96, 96, 96, 96, 96}, STATE_CRITICAL, 5, CRITICAL_RANGE,
		DIRECTION_ABOVE, 4, 4},
	/* The period that is still filling breaches only by exceeding. */
	{"filling, above", "80", "95", 1, {10, 10, 10, 10, 96}, STATE_CRITICAL, 1, CRITICAL_RANGE,
		DIRECTION_ABOVE, 4, 4},
	{"filling, below", "10:", "5:", 1, {20, 20, 20, 20, 1}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 3, 3},
	{"filling, inside", "@10:20", "~:", 1, {30, 30, 30, 30, 15}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 3, 3},
	{"filling, below, one of two", "10:", "~:", 2, {20, 20, 5, 20, 5}, STATE_OK, 1,
		WARNING_RANGE, DIRECTION_BELOW, 3, 2},
	/* Lower bounds and '@' show the newest breaching point; the peak stays the highest. */
	{"below", "10:", "~:", 1, {5, 20, 6, 25, 20}, STATE_WARNING, 2, WARNING_RANGE,
		DIRECTION_BELOW, 3, 2},
	{"below, all of them", "10:", "5:", 1, {1, 2, 3, 2, 30}, STATE_CRITICAL, 4, CRITICAL_RANGE,
		DIRECTION_BELOW, 4, 3},
	{"below zero", "80", "95", 1, {10, -1, 20, 20, 20}, STATE_CRITICAL, 1, CRITICAL_RANGE,
		DIRECTION_BELOW, 4, 1},
	{"inside", "@10:20", "~:", 1, {15, 5, 12, 30, 5}, STATE_WARNING, 2, WARNING_RANGE,
		DIRECTION_INSIDE, 3, 2},
	{"inside, the peak too", "~:", "@10:20", 1, {15, 20, 12, 5, 5}, STATE_CRITICAL, 3,
		CRITICAL_RANGE, DIRECTION_INSIDE, 1, 2},
	/* Ranges of all kinds. */
	{"critical switched off", "80", "~:", 1, {10, 100, 10, 10, 10}, STATE_WARNING, 1,
		WARNING_RANGE, DIRECTION_ABOVE, 1, 1},
	{"warning switched off", "~:", "95", 1, {10, 90, 10, 10, 10}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 1, 1},
	{"both switched off", "~:", "~:", 1, {10, 100, -5, 10, 10}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 1, 1},
	{"warning above critical", "95", "80", 1, {10, 85, 10, 10, 10}, STATE_CRITICAL, 1,
		CRITICAL_RANGE, DIRECTION_ABOVE, 1, 1},
	{"no upper end below", "~:80", "~:95", 1, {-50, -60, -70, 10, 10}, STATE_OK, 0,
		WARNING_RANGE, DIRECTION_NONE, 4, 4},
	/* Gaps. */
	{"gaps are no zeros", "10:", "5:", 1, {20, GAP, GAP, 20, GAP}, STATE_OK, 0, WARNING_RANGE,
		DIRECTION_NONE, 3, 3},
	{"one point", "80", "95", 1, {GAP, GAP, GAP, 99, GAP}, STATE_CRITICAL, 1, CRITICAL_RANGE,
		DIRECTION_ABOVE, 3, 3},
};

static size_t received(const double *values) {
	size_t n = 0;
	for (size_t i = 0; i < SCENE_POINTS; i++)
		n += isnan(values[i]) ? 0 : 1;
	return n;
}

static void check_points(const struct points_case *c) {
	struct scene s;
	scene_begin(&s);
	scene_ranges(&s, c->warning, c->critical);
	s.rules.breaches = c->at_least;
	scene_points(&s, scene_service(&s, "api"), METRIC_CPU, c->values, SCENE_POINTS);
	expect_whole(scene_judge(&s), c->state, "%s: state of the run", c->what);
	assert_int_equal(s.verdict.series_count, 1);
	const struct series_verdict *v = &s.verdict.series[0];
	const struct window *w = &s.samples.window;
	expect_whole(v->state, c->state, "%s: state", c->what);
	expect_whole(v->reason, REASON_POINTS, "%s: reason", c->what);
	expect(!v->is_silent, "%s: current", c->what);
	expect_whole((int64_t)v->points, (int64_t)received(c->values), "%s: points", c->what);
	expect_whole((int64_t)v->breaches.count, (int64_t)c->breaches, "%s: breaches", c->what);
	const struct series_ranges own = service_ranges(&s.samples.services[0], METRIC_CPU);
	expect(v->range == (c->range == CRITICAL_RANGE ? own.critical : own.warning),
		"%s: the range that decided", c->what);
	expect_whole(v->direction, c->direction, "%s: direction", c->what);
	expect_number(v->peak, c->values[c->peak], "%s: peak", c->what);
	expect_whole(v->peak_s, window_time(w, c->peak), "%s: time of the peak", c->what);
	expect_number(v->shown, c->values[c->shown], "%s: shown", c->what);
	expect_whole(v->shown_s, window_time(w, c->shown), "%s: time of what is shown", c->what);
	expect_whole((int64_t)s.verdict.problems, c->state != STATE_OK, "%s: problems", c->what);
	expect_whole((int64_t)s.verdict.no_data, 0, "%s: services without data", c->what);
	scene_end(&s);
}

static void points_are_judged(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_points(&cases[i]);
}

static void complete_periods_breach_both_ways(void **state) {
	(void)state;
	struct scene s;
	const double values[] = {20, 20, 20, 5};
	scene_begin(&s);
	scene_no_filling(&s);
	scene_ranges(&s, "10:", "~:");
	scene_points(&s, scene_service(&s, "api"), METRIC_CPU, values, LENGTH(values));
	assert_int_equal(scene_judge(&s), STATE_WARNING);
	assert_int_equal(s.verdict.series[0].direction, DIRECTION_BELOW);
	expect_number(s.verdict.series[0].shown, 5, "the newest breaching point");
	scene_end(&s);
}

/* The ranges of a service are those of its name, whether its series is complete or still comes in;
 * so is what a value would have to reach. */
static void services_are_judged_by_their_own_ranges(void **state) {
	(void)state;
	static const struct {
		const char *service;
		enum state state;
	} wanted[] = {{"api", STATE_CRITICAL}, {"batch-1", STATE_OK}, {"web", STATE_WARNING}};
	const double values[] = {1, 1, 85, 1, 1};
	for (int partial = 0; partial < 2; partial++) {
		struct scene s;
		scene_begin(&s);
		scene_range(&s, THRESHOLD_CRITICAL, "api/cpu=82");
		scene_range(&s, THRESHOLD_WARNING, "batch-*/~:");
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			struct service *service = scene_service(&s, wanted[i].service);
			scene_points(&s, service, METRIC_CPU, values, LENGTH(values));
			if (partial)
				service->series[METRIC_CPU].status = SERIES_PENDING;
		}
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			struct known_series known = judge_known(&s.rules, &s.samples, i);
			expect_text(state_name(known.state), state_name(wanted[i].state),
				"%s is known, %d", wanted[i].service, partial);
		}
		s.samples.end = partial ? SAMPLES_DEADLINE : SAMPLES_WHOLE;
		assert_int_equal(scene_judge(&s), STATE_CRITICAL);
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			const struct series_verdict *v = &s.verdict.series[i];
			bool is_unknown = partial && wanted[i].state == STATE_OK;
			expect_text(state_name(v->state),
				state_name(is_unknown ? STATE_UNKNOWN : wanted[i].state), "%s, %d",
				wanted[i].service, partial);
		}
		expect_number(s.verdict.series[0].range->end, 82, "the range that decided");
		scene_end(&s);
	}
}

static void series_come_by_service_then_metric(void **state) {
	(void)state;
	static const struct {
		size_t service;
		enum metric metric;
		enum state state;
	} wanted[] = {{0, METRIC_CPU, STATE_OK}, {0, METRIC_EBS, STATE_WARNING},
		{0, METRIC_MEMORY, STATE_CRITICAL}, {1, METRIC_CPU, STATE_OK},
		{1, METRIC_EBS, STATE_OK}, {1, METRIC_MEMORY, STATE_OK}};
	struct scene s;
	const double low[] = {1, 1, 1, 1, 1};
	const double high[] = {1, 1, 85, 1, 1};
	scene_begin(&s);
	for (int m = 0; m < METRICS; m++)
		s.rules.metrics[m] = true;
	/* Ranges are per metric. */
	scene_range(&s, THRESHOLD_CRITICAL, "memory=50");
	scene_range(&s, THRESHOLD_WARNING, "cpu=90");
	for (int i = 0; i < 2; i++) {
		struct service *service = scene_service(&s, i == 0 ? "a" : "b");
		for (int m = 0; m < METRICS; m++)
			scene_points(&s, service, (enum metric)m, i == 0 ? high : low, 5);
	}
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	assert_int_equal(s.verdict.series_count, LENGTH(wanted));
	for (size_t i = 0; i < LENGTH(wanted); i++) {
		expect_whole((int64_t)s.verdict.series[i].service, (int64_t)wanted[i].service,
			"service of series %zu", i);
		expect_whole(s.verdict.series[i].metric, wanted[i].metric, "metric of series %zu",
			i);
		expect_whole(s.verdict.series[i].state, wanted[i].state, "state of series %zu", i);
	}
	assert_int_equal(s.verdict.services, 2);
	assert_int_equal(s.verdict.problems, 1);
	scene_end(&s);
}

static void problems_are_services(void **state) {
	(void)state;
	struct scene s;
	const double high[] = {1, 99, 1, 1, 1}, higher[] = {1, 82, 1, 1, 1},
		     low[] = {1, 1, 1, 1, 1};
	scene_begin(&s);
	s.rules.metrics[METRIC_MEMORY] = true;
	const double *const cpu[] = {high, low, higher, low};
	const double *const memory[] = {high, low, low, higher};
	static const char *const names[] = {"a", "b", "c", "d"};
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct service *service = scene_service(&s, names[i]);
		scene_points(&s, service, METRIC_CPU, cpu[i], 5);
		scene_points(&s, service, METRIC_MEMORY, memory[i], 5);
	}
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	assert_int_equal(s.verdict.services, 4);
	assert_int_equal(s.verdict.problems, 3);
	assert_int_equal(s.verdict.no_data, 0);
	scene_end(&s);
}

static uint32_t next_random(uint32_t *seed) {
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 16;
}

/* Points arrive in any order, one or more at a time, with gaps, before the series is complete: what
 * is known of them is what a verdict over just these points says, whatever the ranges. */
static void what_is_known_is_the_verdict_over_what_has_come(void **state) {
	(void)state;
	static const char *const ranges[] = {"80", "95", "10:", "@10:20", "~:", "~:50", "0:0"};
	static const double values[] = {96, 15, 5, 81, 0, 100, 50, 20, 94};
	uint32_t seed = 1;
	for (int round = 0; round < 5000; round++) {
		struct scene early, late;
		scene_begin(&early);
		scene_begin(&late);
		const char *warning = ranges[next_random(&seed) % LENGTH(ranges)];
		const char *critical = ranges[next_random(&seed) % LENGTH(ranges)];
		scene_ranges(&early, warning, critical);
		scene_ranges(&late, warning, critical);
		early.rules.breaches = late.rules.breaches = 1 + next_random(&seed) % 3;
		/* With --recover points come from before the window as well. */
		size_t before = next_random(&seed) % 2 ? next_random(&seed) % 6 : 0;
		early.samples.window.before = late.samples.window.before = before;
		struct series *x = &scene_service(&early, "api")->series[METRIC_CPU];
		struct series *whole = &scene_service(&late, "api")->series[METRIC_CPU];
		const struct window *w = &late.samples.window;
		x->status = SERIES_PENDING;
		enum state known = STATE_OK;
		size_t order[SCENE_POINTS + 5];
		for (size_t i = 0; i < SCENE_POINTS + before; i++) {
			size_t k = next_random(&seed) % (i + 1);
			order[i] = order[k];
			order[k] = i;
		}
		size_t count = 1 + next_random(&seed) % (uint32_t)(SCENE_POINTS + before);
		for (size_t i = 0; i < count; i++) {
			double value = values[next_random(&seed) % LENGTH(values)];
			int64_t at_s = window_fetched_from_s(w) + (int64_t)order[i] * w->period_s;
			assert_int_equal(series_add_point(x, w, NULL, at_s, value), 0);
			assert_int_equal(series_add_point(whole, w, NULL, at_s, value), 0);
			if (i + 1 < count && next_random(&seed) % 2)
				continue;
			known = state_worse(known,
				judge_known(&early.rules, &early.samples, 0).state);
			(void)scene_judge(&late);
			/* Without a current point there is more to know, but nothing of breaches.
			 */
			enum state wanted = late.verdict.series[0].state == STATE_UNKNOWN
				? STATE_OK
				: late.verdict.series[0].state;
			expect_whole(known, wanted, "round %d, %zu points", round, i + 1);
		}
		scene_end(&early);
		scene_end(&late);
	}
}

static void a_known_service_is_worth_its_worst_series(void **state) {
	(void)state;
	const double high[] = {1, 99, 97, 1, 1}, higher[] = {1, 82, 1, 1, 1};
	struct scene s;
	scene_begin(&s);
	s.rules.metrics[METRIC_MEMORY] = true;
	struct service *service = scene_service(&s, "api");
	service->series[METRIC_CPU].status = SERIES_FAILED;
	scene_points(&s, service, METRIC_MEMORY, higher, LENGTH(higher));
	struct known_series k = judge_known(&s.rules, &s.samples, 0);
	assert_int_equal(k.state, STATE_WARNING);
	assert_int_equal(k.metric, METRIC_MEMORY);
	expect_number(k.value, 82, "its peak");
	service->series[METRIC_CPU].status = SERIES_PENDING;
	scene_points(&s, service, METRIC_CPU, high, LENGTH(high));
	service->series[METRIC_CPU].status = SERIES_FAILED; /* lost after these points */
	k = judge_known(&s.rules, &s.samples, 0);
	assert_int_equal(k.state, STATE_CRITICAL);
	assert_int_equal(k.metric, METRIC_CPU);
	assert_true(k.has_value);
	expect(k.value > 95, "a point that breaches");
	/* A series without data that --no-data makes critical is known, too. */
	scene_end(&s);
	scene_begin(&s);
	s.rules.no_data = NO_DATA_STATE;
	s.rules.no_data_state = STATE_CRITICAL;
	(void)scene_service(&s, "api");
	k = judge_known(&s.rules, &s.samples, 0);
	assert_int_equal(k.state, STATE_CRITICAL);
	assert_false(k.has_value);
	scene_end(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(points_are_judged),
		UNIT_TEST(complete_periods_breach_both_ways),
		UNIT_TEST(services_are_judged_by_their_own_ranges),
		UNIT_TEST(series_come_by_service_then_metric),
		UNIT_TEST(problems_are_services),
		UNIT_TEST(what_is_known_is_the_verdict_over_what_has_come),
		UNIT_TEST(a_known_service_is_worth_its_worst_series),
	};
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
