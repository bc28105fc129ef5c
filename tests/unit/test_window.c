/* The grid of periods: alignment, filling, CloudWatch's rules. Moments by date -u +%s. */
#include "config.h"

#include "support.h"

#include "model/window.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const int64_t nov_21_1500 = 1795273200;
static const int64_t nov_22_1500 = 1795359600;

static void the_grid_is_aligned(void **state) {
	(void)state;
	static const struct {
		int64_t window_s, period_s;
		bool filling;
		int64_t now_s, start_s, end_s;
		size_t points;
	} cases[] = {
		/* The contract's example: 15:00 of the day before to 16:00, at 15:20. */
		{DAY, HOUR, true, 1795360800, 1795273200, 1795363200, 25},
		{DAY, HOUR, false, 1795360800, 1795273200, 1795359600, 24},
		/* The first and the last second of a period. */
		{DAY, HOUR, true, 1795359600, 1795273200, 1795363200, 25},
		{DAY, HOUR, true, 1795363199, 1795273200, 1795363200, 25},
		{DAY, HOUR, true, 1795363200, 1795276800, 1795366800, 25},
		{DAY, HOUR, false, 1795359599, 1795269600, 1795356000, 24},
		{HOUR, MINUTE, false, 1795360830, 1795357200, 1795360800, 60},
		{5 * MINUTE, 5 * MINUTE, true, 1795360801, 1795360500, 1795361100, 2},
		/* A period of a day begins at midnight UTC: 21 and 22 November. */
		{DAY, DAY, false, 1795360800, 1795219200, 1795305600, 1},
		{7 * DAY, DAY, true, 1795360800, 1794700800, 1795392000, 8},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct window_spec spec = {.window_s = cases[i].window_s,
			.period_s = cases[i].period_s,
			.with_filling = cases[i].filling};
		struct window w = window_at(&spec, cases[i].now_s);
		expect_whole(w.start_s, cases[i].start_s, "start of case %zu", i);
		expect_whole(w.end_s, cases[i].end_s, "end of case %zu", i);
		expect_whole((int64_t)w.points, (int64_t)cases[i].points, "points of case %zu", i);
		expect_whole((int64_t)window_points(&spec), (int64_t)cases[i].points,
			"periods of case %zu", i);
		expect_whole(w.period_s, cases[i].period_s, "period of case %zu", i);
		expect(w.filling == cases[i].filling, "filling in case %zu", i);
	}
}

static void points_find_their_period(void **state) {
	(void)state;
	const struct window_spec spec = {.window_s = DAY, .period_s = HOUR, .with_filling = true};
	struct window w = window_at(&spec, nov_22_1500 + 20 * MINUTE);
	static const struct {
		int64_t time_s;
		bool inside;
		size_t index;
	} cases[] = {{1795273200, true, 0}, {1795273199, false, 0}, {1795276799, true, 0},
		{1795276800, true, 1}, {1795359600, true, 24}, {1795363199, true, 24},
		{1795363200, false, 0}, {0, false, 0}, {-1, false, 0}, {INT64_MIN, false, 0},
		{INT64_MAX, false, 0}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t index = 999;
		expect(window_index(&w, cases[i].time_s, &index) == cases[i].inside, "%lld",
			(long long)cases[i].time_s);
		if (cases[i].inside)
			expect_whole((int64_t)index, (int64_t)cases[i].index, "index of %lld",
				(long long)cases[i].time_s);
	}
	assert_int_equal(window_time(&w, 0), nov_21_1500);
	assert_int_equal(window_time(&w, 24), nov_22_1500);
}

static void cloudwatch_rules_are_kept(void **state) {
	(void)state;
	static const struct {
		int64_t window_s, period_s;
		bool good;
	} cases[] = {
		{DAY, HOUR, true},
		{HOUR, HOUR, true},
		{HOUR, MINUTE, true},
		{3 * MINUTE, 3 * MINUTE, true},
		{90, 90, false},
		{HOUR, 30, false},
		{HOUR, 1, false},
		{61, 61, false},
		/* Whole periods. */
		{90 * MINUTE, HOUR, false},
		{HOUR, DAY, false},
		{HOUR + 1, MINUTE, false},
		{7 * DAY, 5 * HOUR, false},
		/* Older than 15 days only with multiples of 300 s; the start can lie a period
		 * further back than the window. */
		{15 * DAY - MINUTE, MINUTE, true},
		{15 * DAY, MINUTE, false},
		{15 * DAY, 2 * MINUTE, false},
		{15 * DAY, 5 * MINUTE, true},
		{30 * DAY, 10 * MINUTE, true},
		{30 * DAY, 9 * MINUTE, false},
		{30 * DAY, 6 * MINUTE, false},
		/* Older than 63 days only with multiples of 3600 s. */
		{63 * DAY - 5 * MINUTE, 5 * MINUTE, true},
		{63 * DAY, 5 * MINUTE, false},
		{63 * DAY, 30 * MINUTE, false},
		{63 * DAY, HOUR, true},
		{100 * DAY, 2 * HOUR, true},
		{100 * DAY, 90 * MINUTE, false},
		/* Nothing older than 455 days. */
		{455 * DAY - HOUR, HOUR, true},
		{455 * DAY, HOUR, false},
		{454 * DAY, DAY, true},
		{455 * DAY, DAY, false},
		{3650 * (int64_t)DAY, DAY, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int filling = 0; filling < 2; filling++) {
			const struct window_spec spec = {.window_s = cases[i].window_s,
				.period_s = cases[i].period_s,
				.with_filling = filling};
			struct err e = {.code = ERR_NONE};
			expect_whole(window_check(&spec, &e), cases[i].good ? 0 : -1,
				"%lld s in periods of %lld s: %s", (long long)cases[i].window_s,
				(long long)cases[i].period_s, e.message);
			expect(cases[i].good || (e.code == ERR_USAGE && *e.message),
				"the error of case %zu", i);
		}
	}
}

static void points_turn_stale(void **state) {
	(void)state;
	static const struct {
		int64_t period_s, stale_after_s;
	} cases[] = {{MINUTE, 15 * MINUTE}, {5 * MINUTE, 15 * MINUTE}, {7 * MINUTE, 15 * MINUTE},
		{8 * MINUTE, 16 * MINUTE}, {HOUR, 2 * HOUR}, {DAY, 2 * DAY}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct window w = {.period_s = cases[i].period_s};
		expect_whole(window_stale_after_s(&w), cases[i].stale_after_s, "periods of %lld s",
			(long long)cases[i].period_s);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_grid_is_aligned),
		UNIT_TEST(points_find_their_period),
		UNIT_TEST(cloudwatch_rules_are_kept),
		UNIT_TEST(points_turn_stale),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
