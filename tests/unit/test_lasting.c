/* For how long a series has breached its range, and the sentence that says so, by the contract's
 * examples. Random series are in tests/signal/words.t. */
#include "config.h"

#include "support.h"

#include "report/words/lasting_text.h"

#include <math.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, MAX_POINTS = 300 };

/* 2026-11-22 15:00Z, by date -u +%s. */
static const int64_t nov_22_1500 = 1795359600;

/* Points by letters, oldest first: 'H' 99, 'o' 50, 'l' 5, 'm' 15, '.' none. They end at 15:00Z; a
 * filling period begins there, and now is so far into it. */
struct points {
	const char *letters;
	int64_t period_s;
	const char *statistic, *range;
	bool filling;
	int64_t into_s; /* now, since 15:00Z */
};

struct stage {
	double values[MAX_POINTS];
	struct window window;
	struct range range;
	struct statistic statistic;
	struct lasting_points points;
};

static void set_up(struct stage *s, const struct points *p) {
	size_t n = strlen(p->letters);
	assert_true(n <= MAX_POINTS);
	for (size_t i = 0; i < n; i++) {
		char c = p->letters[i];
		s->values[i] = c == 'H' ? 99 : c == 'o' ? 50 : c == 'l' ? 5 : c == 'm' ? 15 : NAN;
	}
	int64_t end_s = nov_22_1500 + (p->filling ? p->period_s : 0);
	s->window = (struct window){.start_s = end_s - (int64_t)n * p->period_s,
		.end_s = end_s,
		.period_s = p->period_s,
		.points = n,
		.filling = p->filling};
	assert_int_equal(range_parse(p->range ? p->range : "95", &s->range, NULL), 0);
	const char *name = p->statistic ? p->statistic : "Maximum";
	assert_int_equal(statistic_from_name(name, strlen(name), &s->statistic), 0);
	s->points = (struct lasting_points){.values = s->values,
		.window = &s->window,
		.range = &s->range,
		.statistic = &s->statistic,
		.now_s = nov_22_1500 + p->into_s};
}

static void expect_sentence(const struct points *p, const char *wanted) {
	struct stage s;
	struct buf text;
	set_up(&s, p);
	const struct lasting l = lasting_find(&s.points);
	buf_init(&text, 500);
	lasting_text_add(&l, &s.points, &text);
	expect_text(buf_str(&text), wanted, "%s per %d s", p->letters, (int)p->period_s);
	buf_free(&text);
}

/* A day of 5-minute points: so many periods within the range where nothing else is said. */
static const char *day(size_t at, const char *points, size_t at2, const char *points2) {
	static char letters[DAY / (5 * MINUTE) + 1];
	memset(letters, 'o', sizeof letters - 1);
	memcpy(letters + at, points, strlen(points));
	if (points2)
		memcpy(letters + at2, points2, strlen(points2));
	return letters;
}

static void the_present_run_and_the_longest_are_two(void **state) {
	(void)state;
	/* "above 95% for 20 min now; longest 45 min (sustained)": four points at the end, nine
	 * earlier. */
	expect_sentence(&(struct points){.letters = day(100, "HHHHHHHHH", 284, "HHHH"),
				.period_s = 5 * MINUTE,
				.into_s = 60},
		"above 95% for 20 min now; longest 45 min (sustained), 1 h 5 min in 24 h");
	/* The longest one itself is going on. */
	expect_sentence(&(struct points){.letters = day(100, "HH", 282, "HHHHHH"),
				.period_s = 5 * MINUTE,
				.into_s = 60},
		"above 95% for 30 min now (sustained), 40 min in 24 h");
	/* Of equals the one that is going on. */
	expect_sentence(&(struct points){.letters = day(100, "HH", 286, "HH"),
				.period_s = 5 * MINUTE,
				.into_s = 60},
		"above 95% for 10 min now (recurring), 20 min in 24 h");
	expect_sentence(&(struct points){.letters = day(287, "H", 0, NULL),
				.period_s = 5 * MINUTE,
				.into_s = 60},
		"above 95% for 5 min now (spike)");
}

static void what_is_over_says_when_it_ended(void **state) {
	(void)state;
	/* 23:00Z to 23:05Z of the day before: index 96 of the day that begins at 15:00Z. */
	expect_sentence(&(struct points){.letters = day(96, "H", 0, NULL), .period_s = 5 * MINUTE},
		"above 95% for 5 min (spike), ended at 2026-11-21 23:05Z");
	expect_sentence(&(struct points){.letters = day(240, "H", 0, NULL), .period_s = 5 * MINUTE},
		"above 95% for 5 min (spike), ended at 11:05Z");
	expect_sentence(&(struct points){.letters = day(200, "HHHHHH", 0, NULL),
				.period_s = 5 * MINUTE},
		"above 95% for 30 min (sustained), ended at 08:10Z");
	expect_sentence(&(struct points){.letters = day(100, "HH", 240, "H"),
				.period_s = 5 * MINUTE},
		"above 95% 2 times, longest 10 min (recurring), 15 min in 24 h, last ended at 11:05Z");
}

/* A real day: 19 of 288 points above 95 %, never two in a row, in 19 of its 24 hours, 7 of them in
 * a row. 0.1.0 called that sustained. */
static void bursts_are_not_sustained(void **state) {
	(void)state;
	char fine[DAY / (5 * MINUTE) + 1];
	char coarse[] = "HHHHHHoHHHHHHoHHHHHHHooo";
	memset(fine, 'o', sizeof fine - 1);
	fine[sizeof fine - 1] = '\0';
	for (size_t hour = 0; hour < sizeof coarse - 1; hour++)
		if (coarse[hour] == 'H')
			fine[12 * hour + 1 + 3 * (hour % 3)] = 'H';
	expect_sentence(&(struct points){.letters = coarse, .period_s = HOUR},
		"above 95% in 19 of 24 hourly peaks, 7 in a row, last at 11:00Z");
	expect_sentence(&(struct points){.letters = fine, .period_s = 5 * MINUTE},
		"above 95% 19 times, longest 5 min (recurring), 1 h 35 min in 24 h, last ended at 11:40Z");
}

/* "A run that touches the beginning of what was seen is told as for at least 15 min, and there is
 * no word unless it is long enough by then." */
static void a_run_from_the_beginning_is_at_least_so_long(void **state) {
	(void)state;
	expect_sentence(&(struct points){.letters = "HHH", .period_s = 5 * MINUTE, .into_s = 60},
		"above 95% for at least 15 min now");
	expect_sentence(&(struct points){.letters = "HHHHHH", .period_s = 5 * MINUTE, .into_s = 60},
		"above 95% for at least 30 min now (sustained)");
	expect_sentence(&(struct points){.letters = "HHHo", .period_s = 5 * MINUTE, .into_s = 60},
		"above 95% for at least 15 min, ended at 14:55Z");
	/* It may be the longest of all. */
	expect_sentence(&(struct points){.letters = "HHoooH", .period_s = 5 * MINUTE, .into_s = 60},
		"above 95% for 5 min now; longest at least 10 min, 15 min in 30 min");
	expect_sentence(&(struct points){.letters = "HoHHHHHHo",
				.period_s = 5 * MINUTE,
				.into_s = 60},
		"above 95% 2 times, longest 30 min (sustained), 35 min in 45 min, last ended at 14:55Z");
	/* Nothing was seen before the first point there is. */
	expect_sentence(&(struct points){.letters = "...HHo", .period_s = 5 * MINUTE, .into_s = 60},
		"above 95% for at least 10 min, ended at 14:55Z");
}

static void a_gap_is_no_breach(void **state) {
	(void)state;
	expect_sentence(&(struct points){.letters = "oHHH.HHHo", .period_s = 5 * MINUTE},
		"above 95% 2 times, longest 15 min (recurring), 30 min in 45 min, last ended at 14:55Z");
	/* At the end nothing is known yet, for a while: 15 minutes from the newest point's start.
	 */
	expect_sentence(&(struct points){.letters = "oHH.",
				.period_s = 5 * MINUTE,
				.into_s = 5 * MINUTE},
		"above 95% for 10 min now (spike)");
	expect_sentence(&(struct points){.letters = "oHH.",
				.period_s = 5 * MINUTE,
				.into_s = 5 * MINUTE + 1},
		"above 95% for 10 min (spike), seen until the data ended at 14:55Z");
	expect_sentence(&(struct points){.letters = "oo..", .period_s = 5 * MINUTE},
		"0 of 2 points breach");
	expect_sentence(&(struct points){.letters = "....", .period_s = 5 * MINUTE},
		"0 of 0 points breach");
}

/* The period that is still filling breaches only by exceeding the upper end, and has lasted until
 * now. */
static void the_filling_period_lasts_until_now(void **state) {
	(void)state;
	expect_sentence(&(struct points){.letters = "oHHHHHH",
				.period_s = 5 * MINUTE,
				.filling = true,
				.into_s = 200},
		"above 95% for 28 min now (spike)");
	expect_sentence(&(struct points){.letters = "oHHHHHHH",
				.period_s = 5 * MINUTE,
				.filling = true,
				.into_s = 200},
		"above 95% for 33 min now (sustained)");
	expect_sentence(&(struct points){.letters = "oooH",
				.period_s = 5 * MINUTE,
				.filling = true,
				.into_s = 20},
		"above 95% for less than 1 min now (spike)");
	expect_sentence(&(struct points){.letters = "oHHo",
				.period_s = 5 * MINUTE,
				.filling = true,
				.into_s = 20},
		"above 95% for 10 min (spike), ended at 15:00Z");
	/* A Maximum that can still rise says nothing yet. */
	expect_sentence(&(struct points){.letters = "olll",
				.period_s = 5 * MINUTE,
				.range = "10:",
				.filling = true,
				.into_s = 200},
		"below 10% for 10 min now (spike)");
}

static void directions_are_told(void **state) {
	(void)state;
	expect_sentence(&(struct points){.letters = "ollo",
				.period_s = 5 * MINUTE,
				.range = "10:90"},
		"below 10% for 10 min (spike), ended at 14:55Z");
	expect_sentence(&(struct points){.letters = "olHo",
				.period_s = 5 * MINUTE,
				.range = "10:90"},
		"outside 10% to 90% for 10 min (spike), ended at 14:55Z");
	expect_sentence(&(struct points){.letters = "ommo",
				.period_s = 5 * MINUTE,
				.range = "@10:20"},
		"inside @10:20 for 10 min (spike), ended at 14:55Z");
	expect_sentence(&(struct points){.letters = "oHo", .period_s = 5 * MINUTE, .range = "97.5"},
		"above 97.5% for 5 min (spike), ended at 14:55Z");
}

/* "From coarser points: above 95% in 19 of 25 hourly peaks, 7 in a row, last at 11:00Z, and none of
 * the words." */
static void coarse_points_are_counted(void **state) {
	(void)state;
	expect_sentence(&(struct points){.letters = "HHHHHHoHHHHHHoHHHHHHHoooo",
				.period_s = HOUR,
				.filling = true,
				.into_s = 20 * MINUTE},
		"above 95% in 19 of 25 hourly peaks, 7 in a row, last at 11:00Z");
	/* F7: six breaching hours 14 to 19 h ago, one now. The longest one and the present one are
	 * never joined. */
	expect_sentence(&(struct points){.letters = "oooooHHHHHHooooooooooooooH",
				.period_s = HOUR,
				.filling = true,
				.into_s = 20 * MINUTE},
		"above 95% in 7 of 26 hourly peaks, 6 in a row until 01:00Z, last at 15:00Z");
	expect_sentence(&(struct points){.letters = "oooo.ooH", .period_s = HOUR},
		"above 95% in 1 of 7 hourly peaks, at 14:00Z");
	expect_sentence(&(struct points){.letters = "oHoH", .period_s = 15 * MINUTE},
		"above 95% in 2 of 4 15-minute peaks, last at 14:45Z");
	expect_sentence(&(struct points){.letters = "oHHo",
				.period_s = 6 * HOUR,
				.statistic = "Average"},
		"above 95% in 2 of 4 6-hour averages, 2 in a row, last at 03:00Z");
	expect_sentence(&(struct points){.letters = "oHHo", .period_s = DAY, .statistic = "p99.9"},
		"above 95% in 2 of 4 daily p99.9 values, 2 in a row, last at 2026-11-20 15:00Z");
	expect_sentence(&(struct points){.letters = "lo",
				.period_s = HOUR,
				.statistic = "Minimum",
				.range = "10:"},
		"below 10% in 1 of 2 hourly minima, at 13:00Z");
}

/* "From points of at most 5 minutes, or Average and percentiles of at most 15." */
static void fine_points_tell_time(void **state) {
	(void)state;
	static const struct {
		enum statistic_kind kind;
		int64_t max_s;
	} cases[] = {{STATISTIC_MAXIMUM, 300}, {STATISTIC_MINIMUM, 300}, {STATISTIC_AVERAGE, 900},
		{STATISTIC_PERCENTILE, 900}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		expect(lasting_tells_time(cases[i].kind, 60), "kind %zu, 1 min", i);
		expect(lasting_tells_time(cases[i].kind, cases[i].max_s), "kind %zu", i);
		expect(!lasting_tells_time(cases[i].kind, cases[i].max_s + 60), "kind %zu, more",
			i);
	}
	expect_sentence(&(struct points){.letters = "oHHo",
				.period_s = 15 * MINUTE,
				.statistic = "Average"},
		"above 95% for 30 min (sustained), ended at 14:45Z");
}

static void spans_are_short(void **state) {
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{0, "less than 1 min"}, {59, "less than 1 min"}, {60, "1 min"},
		{3599, "59 min"}, {3600, "1 h"}, {7800, "2 h 10 min"}, {24000, "6 h 40 min"},
		{DAY, "24 h"}, {2 * DAY - 1, "47 h 59 min"}, {2 * DAY, "2 d"},
		{2 * DAY + 3 * HOUR + 60, "2 d 3 h"}, {14 * DAY, "14 d"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf text;
		buf_init(&text, 100);
		lasting_text_add_span(&text, cases[i].seconds);
		expect_text(buf_str(&text), cases[i].text, "%lld s", (long long)cases[i].seconds);
		buf_free(&text);
	}
}

/* "average of the tasks 31% then, never above 60%". */
static void the_average_says_whose_peak_it_was(void **state) {
	(void)state;
	static const struct {
		double then, highest;
		const char *text;
	} cases[] = {{31.2, 59.4, "average of the tasks 31% then, never above 60%"},
		{91, 91, "average of the tasks 91% then"},
		{NAN, 31, "average of the tasks never above 31%"},
		{40, NAN, "average of the tasks 40% then"}, {NAN, NAN, ""}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf text;
		buf_init(&text, 100);
		lasting_text_add_average(&text, cases[i].then, cases[i].highest);
		expect_text(buf_str(&text), cases[i].text, "case %zu", i);
		buf_free(&text);
	}
}

static void the_average_is_that_of_the_peaks_period(void **state) {
	(void)state;
	static const double peaks[] = {50, 99, NAN, 99, 98, NAN};
	static const double averages[] = {40, 20, 70, 31, 60, NAN};
	static const double lacking[] = {40, 20, 70, NAN, 60, NAN};
	struct lasting_average a = lasting_average_find(peaks, averages, LENGTH(peaks));
	expect_number(a.then, 31, "the newest of equal peaks");
	expect_number(a.highest, 70, "the highest of all");
	a = lasting_average_find(peaks, lacking, LENGTH(peaks));
	expect(isnan(a.then), "no average then");
	expect_number(a.highest, 70, "the highest nevertheless");
	a = lasting_average_find(peaks, averages, 0);
	expect(isnan(a.then) && isnan(a.highest), "of nothing");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_present_run_and_the_longest_are_two),
		UNIT_TEST(what_is_over_says_when_it_ended),
		UNIT_TEST(bursts_are_not_sustained),
		UNIT_TEST(a_run_from_the_beginning_is_at_least_so_long),
		UNIT_TEST(a_gap_is_no_breach),
		UNIT_TEST(the_filling_period_lasts_until_now),
		UNIT_TEST(directions_are_told),
		UNIT_TEST(coarse_points_are_counted),
		UNIT_TEST(fine_points_tell_time),
		UNIT_TEST(spans_are_short),
		UNIT_TEST(the_average_says_whose_peak_it_was),
		UNIT_TEST(the_average_is_that_of_the_peaks_period),
	};
	return cmocka_run_group_tests_name("lasting", tests, NULL, NULL);
}
