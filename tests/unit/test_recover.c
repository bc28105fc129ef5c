/* --recover by hand-made series, and the rule alone against the judge of a run. Thousands of random
 * series and options are in tests/signal/recover.t. */
#include "config.h"

#include "support.h"

#include "judge/recover.h"
#include "scene.h"

#include <math.h>
#include <string.h>

enum { MAX_POINTS = 64 };

/* 'C' 99, 'W' 85, 'o' 50, '.' none. */
static size_t read_values(const char *letters, double *values) {
	size_t n = strlen(letters);
	assert_true(n <= MAX_POINTS);
	for (size_t i = 0; i < n; i++)
		values[i] = letters[i] == 'C' ? 99
			: letters[i] == 'W'   ? 85
			: letters[i] == 'o'   ? 50
					      : NAN;
	return n;
}

static const struct range warning = {.start = 0, .end = 80};
static const struct range critical = {.start = 0, .end = 95};

static void a_state_lasts_until_its_rule_has_not_held(void **state) {
	(void)state;
	static const struct {
		const char *letters;
		size_t breaches, window, recover;
		bool filling;
		enum state state, now;
		size_t held_ago;
	} cases[] = {
		/* Without --recover the rule alone. */
		{"oCo", 1, 3, 0, false, STATE_CRITICAL, STATE_CRITICAL, 0},
		{"oWo", 1, 3, 0, false, STATE_WARNING, STATE_WARNING, 0},
		{"ooo", 1, 3, 0, false, STATE_OK, STATE_OK, 0},
		/* 2 of 3: the rule held last when the second C was in the window with the first:
		 * two period ends ago; it lasts for three. */
		{"oCCooo", 2, 3, 3, false, STATE_CRITICAL, STATE_OK, 2},
		{"CCoooo", 2, 3, 3, false, STATE_CRITICAL, STATE_OK, 3},
		/* Both ends of the last D belong to it, and what is before it does not. */
		{"CCoooo", 2, 3, 2, false, STATE_OK, STATE_OK, 0},
		/* The worst of the last D: CRITICAL then, WARNING now. */
		{"oCoooW", 1, 2, 4, false, STATE_CRITICAL, STATE_WARNING, 3},
		/* Only the worst one is told, not the newer one. */
		{"CCWWoooo", 2, 2, 6, false, STATE_CRITICAL, STATE_OK, 6},
		/* A gap is no breach, and is not time either: the window goes on. */
		{"CC....", 2, 3, 3, false, STATE_CRITICAL, STATE_OK, 3},
		/* The filling period counts for now. */
		{"oooC", 1, 3, 0, true, STATE_CRITICAL, STATE_CRITICAL, 0},
		{"oCoC", 2, 3, 0, true, STATE_CRITICAL, STATE_CRITICAL, 0},
		{"ooo.", 1, 3, 0, true, STATE_OK, STATE_OK, 0},
		{"Cooo.", 1, 2, 2, true, STATE_CRITICAL, STATE_OK, 2},
		/* Fewer values than asked for: what there is. */
		{"C", 1, 3, 3, false, STATE_CRITICAL, STATE_CRITICAL, 0},
		{"", 1, 3, 3, false, STATE_OK, STATE_OK, 0},
		{"C", 1, 3, 3, true, STATE_CRITICAL, STATE_CRITICAL, 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double values[MAX_POINTS];
		size_t n = read_values(cases[i].letters, values);
		const struct point_rule rule = {.warning = &warning,
			.critical = &critical,
			.breaches = cases[i].breaches,
			.window = cases[i].window,
			.recover = cases[i].recover};
		const struct recovered r = recover_judge(&rule, values, n, cases[i].filling);
		expect_text(state_name(r.state), state_name(cases[i].state),
			"state of case %zu (%s)", i, cases[i].letters);
		expect_text(state_name(r.now), state_name(cases[i].now), "now of case %zu (%s)", i,
			cases[i].letters);
		expect_whole((int64_t)r.held_ago, (int64_t)cases[i].held_ago,
			"held ago in case %zu (%s)", i, cases[i].letters);
	}
}

/* The filling period breaches only by exceeding the upper end. */
static void a_filling_period_can_still_rise(void **state) {
	(void)state;
	static const struct range low = {.start = 10, .end = INFINITY};
	static const struct range inside = {.start = 40, .end = 60, .inside = true};
	static const double values[] = {50, 50, 5};
	const struct point_rule rule = {.warning = &low,
		.critical = &low,
		.breaches = 1,
		.window = 2};
	expect(recover_judge(&rule, values, 3, true).state == STATE_OK, "below, filling");
	expect(recover_judge(&rule, values, 3, false).state == STATE_CRITICAL, "below, complete");
	static const double within[] = {5, 5, 50};
	const struct point_rule rule_inside = {.warning = &inside,
		.critical = &inside,
		.breaches = 1,
		.window = 2};
	expect(recover_judge(&rule_inside, within, 3, true).state == STATE_OK, "inside, filling");
	expect(recover_judge(&rule_inside, within, 3, false).state == STATE_CRITICAL,
		"inside, complete");
}

/* xorshift32: the same series each time. */
static uint32_t next_random(uint32_t *seed) {
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static double random_value(uint32_t *seed) {
	static const double levels[] = {5, 15, 50, 80, 85, 95, 99, NAN};
	return levels[next_random(seed) % LENGTH(levels)];
}

/* Without --recover it is the judgement of a run. */
static void the_rule_is_the_judges(void **state) {
	(void)state;
	static const char *const ranges[] = {"80", "95", "10:", "@10:20", "10:90", "~:"};
	uint32_t seed = 20141;
	for (int i = 0; i < 2000; i++) {
		struct scene s;
		double values[SCENE_POINTS];
		bool filling = next_random(&seed) % 2;
		size_t n = SCENE_POINTS - (filling ? 0 : 1);
		scene_begin(&s);
		scene_ranges(&s, ranges[next_random(&seed) % LENGTH(ranges)],
			ranges[next_random(&seed) % LENGTH(ranges)]);
		if (!filling)
			scene_no_filling(&s);
		s.rules.breaches = 1 + next_random(&seed) % 3;
		for (size_t j = 0; j < n; j++)
			values[j] = random_value(&seed);
		values[SCENE_POINTS - 2] = 50; /* current data, so that points alone decide */
		struct service *service = scene_service(&s, "api");
		scene_points(&s, service, METRIC_CPU, values, n);
		const struct series_ranges own = service_ranges(service, METRIC_CPU);
		const struct point_rule rule = {.warning = own.warning,
			.critical = own.critical,
			.breaches = s.rules.breaches,
			.window = SCENE_POINTS - 1};
		const struct recovered r = recover_judge(&rule, values, n, filling);
		enum state judged = scene_judge(&s);
		expect_text(state_name(r.state), state_name(judged), "series %d", i);
		expect(r.now == r.state && r.held_ago == 0, "series %d lasts not", i);
		scene_end(&s);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_state_lasts_until_its_rule_has_not_held),
		UNIT_TEST(a_filling_period_can_still_rise),
		UNIT_TEST(the_rule_is_the_judges),
	};
	return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
