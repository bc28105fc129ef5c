/* How many points breach, how many of them in a row, and how near an alert is where none breaches.
 */
#include "config.h"

#include "support.h"

#include "judge/headroom.h"
#include "judge/pattern.h"
#include "scene.h"

#define GAP SCENE_GAP

struct pattern_case {
	const char *what, *range;
	double values[SCENE_POINTS]; /* the last one's period is still filling */
	size_t count, longest_run;
	size_t last; /* index of the newest breaching point */
	bool is_newest;
};

static const struct pattern_case pattern_cases[] = {
	{"none", "95", {1, 2, 3, 4, 5}, 0, 0, 0, false},
	{"one long ago", "95", {99, 2, 3, 4, 5}, 1, 1, 0, false},
	{"one just now", "95", {1, 2, 3, 4, 99}, 1, 1, 4, true},
	{"two apart", "95", {99, 2, 99, 4, 5}, 2, 1, 2, false},
	{"two in a row, then a gap", "95", {1, 99, 99, GAP, GAP}, 2, 2, 2, true},
	{"a gap ends a run", "95", {99, 99, GAP, 99, 5}, 3, 2, 3, false},
	{"three in a row", "95", {99, 99, 99, 4, 5}, 3, 3, 2, false},
	{"all", "95", {99, 99, 99, 99, 99}, 5, 5, 4, true},
	{"the longest run is not the last", "95", {99, 99, 99, 4, 99}, 4, 3, 4, true},
	/* The maximum of a period that is still filling only rises. */
	{"too low so far says nothing", "10:", {50, 50, 50, 5, 5}, 1, 1, 3, true},
	{"high enough already", "10:", {50, 50, 50, 5, 20}, 1, 1, 3, false},
	{"inside so far says nothing", "@10:20", {50, 50, 15, 15, 15}, 2, 2, 3, true},
};

static void patterns_are_found(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(pattern_cases); i++) {
		const struct pattern_case *c = &pattern_cases[i];
		struct scene s;
		scene_begin(&s);
		scene_ranges(&s, c->range, c->range);
		struct service *service = scene_service(&s, "api");
		scene_points(&s, service, METRIC_CPU, c->values, SCENE_POINTS);
		const struct window *w = &s.samples.window;
		struct breaches b = pattern_find(&service->series[METRIC_CPU], w,
			service_ranges(service, METRIC_CPU).warning);
		expect_whole((int64_t)b.count, (int64_t)c->count, "%s: count", c->what);
		expect_whole((int64_t)b.longest_run, (int64_t)c->longest_run, "%s: run", c->what);
		if (c->count > 0)
			expect_whole(b.last_s, window_time(w, c->last), "%s: last", c->what);
		expect(b.is_newest == c->is_newest, "%s: whether it is the newest", c->what);
		scene_end(&s);
	}
}

struct headroom_case {
	const char *what, *warning, *critical;
	size_t at_least; /* --breaches */
	double values[SCENE_POINTS];
	double distance, value; /* distance below 0: there is none */
	bool is_critical;
};

static const struct headroom_case headroom_cases[] = {
	{"below the upper end", "80", "95", 1, {10, 74.5, 20, 30, 40}, 5.5, 74.5, false},
	{"above the lower end", "30:80", "20:95", 1, {50, 33, 60, 50, 50}, 3, 33, false},
	{"the critical one is nearer", "~:", "95", 1, {10, 20, 30, 20, 10}, 65, 30, true},
	{"both switched off", "~:", "~:", 1, {10, 20, 30, 20, 10}, -1, 0, false},
	{"outside of an inner range", "@40:50", "@90:100", 1, {10, 58, 30, 20, 49}, 8, 58, false},
	{"the second nearest counts", "80", "95", 2, {10, 90, 71, 20, 10}, 9, 71, false},
	{"too few points", "80", "95", 5, {10, 90, GAP, 20, 10}, -1, 0, false},
	{"filling counts upwards", "80", "95", 1, {10, 20, 30, 20, 79}, 1, 79, false},
	{"filling does not count downwards", "5:80", "95", 1, {60, 60, 60, 60, 6}, 20, 60, false},
	{"no points", "80", "95", 1, {GAP, GAP, GAP, GAP, GAP}, -1, 0, false},
};

static void headroom_is_the_way_to_an_alert(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(headroom_cases); i++) {
		const struct headroom_case *c = &headroom_cases[i];
		struct scene s;
		struct headroom h;
		scene_begin(&s);
		scene_ranges(&s, c->warning, c->critical);
		s.rules.breaches = c->at_least;
		scene_points(&s, scene_service(&s, "api"), METRIC_CPU, c->values, SCENE_POINTS);
		(void)scene_judge(&s);
		int found = headroom_find(&s.rules, &s.samples, &s.verdict, &h, NULL);
		expect_whole(found, c->distance >= 0, "%s: found", c->what);
		if (found > 0) {
			expect_number(h.distance, c->distance, "%s: distance", c->what);
			expect_number(h.value, c->value, "%s: value", c->what);
			expect(h.is_critical == c->is_critical, "%s: which range", c->what);
		}
		scene_end(&s);
	}
}

static void the_tightest_series_is_named(void **state) {
	(void)state;
	const double low[] = {10, 20, 30, 20, 10};
	const double high[] = {10, 70, 30, 20, 10};
	struct scene s;
	struct headroom h;
	scene_begin(&s);
	scene_points(&s, scene_service(&s, "a"), METRIC_CPU, low, LENGTH(low));
	scene_points(&s, scene_service(&s, "b"), METRIC_CPU, high, LENGTH(high));
	scene_points(&s, scene_service(&s, "c"), METRIC_CPU, high, LENGTH(high));
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(headroom_find(&s.rules, &s.samples, &s.verdict, &h, NULL), 1);
	expect_text(s.samples.services[h.series->service].name, "b", "the first of equals");
	scene_end(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(patterns_are_found),
		UNIT_TEST(headroom_is_the_way_to_an_alert),
		UNIT_TEST(the_tightest_series_is_named),
	};
	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
