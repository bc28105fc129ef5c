/* The replay of the past: states and counts of hand-made series, and the bounds. Random series are
 * in tests/signal/recover.t. */
#include "config.h"

#include "support.h"

#include "harness/range.h"
#include "judge/backtest.h"

#include <math.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, MAX_POINTS = 64 };

static const struct range warning = {.start = 0, .end = 80};
static const struct range critical = {.start = 0, .end = 95};

static struct backtest make(size_t breaches, size_t window, size_t recover, size_t interval,
	size_t instants) {
	return (struct backtest){.rule = {.warning = &warning,
					 .critical = &critical,
					 .breaches = breaches,
					 .window = window,
					 .recover = recover},
		.period_s = 5 * MINUTE,
		.interval = interval,
		.instants = instants};
}

/* Judges 'C' 99, 'W' 85, 'o' 50, '.' none; the states as letters, 'n' for no data. */
static const char *judge_letters(const struct backtest *b, const char *letters,
	unsigned char *states) {
	static char text[MAX_POINTS + 1];
	double values[MAX_POINTS];
	assert_int_equal(strlen(letters), backtest_points(b));
	for (size_t i = 0; letters[i]; i++)
		values[i] = letters[i] == 'C' ? 99
			: letters[i] == 'W'   ? 85
			: letters[i] == 'o'   ? 50
					      : NAN;
	backtest_judge(b, values, states);
	for (size_t i = 0; i < b->instants; i++)
		text[i] = "oWCn"[states[i]];
	text[b->instants] = '\0';
	return text;
}

static void each_instant_is_judged(void **state) {
	(void)state;
	unsigned char states[MAX_POINTS];
	static const struct {
		size_t breaches, window, recover, interval;
		const char *values, *states;
	} cases[] = {
		{1, 1, 0, 1, "oWCo", "oWCo"},
		/* 2 of 3, each period; the first instant has a whole window before it. */
		{2, 3, 0, 1, "oooCCooo", "ooCCoo"},
		{2, 3, 2, 1, "ooooooCCooooo", "oooCCCCoo"},
		/* Every second period: a state between the instants is not seen. */
		{1, 1, 0, 2, "oCoCo", "ooo"},
		{1, 1, 0, 2, "CoCoC", "CCC"},
		/* No data where none is current: a run is a moment later than 15 minutes from the
		 * newest point's start. */
		{1, 6, 0, 1, "oooooo.....o", "oonnnno"},
		{1, 6, 0, 1, "............", "nnnnnnn"},
		/* Old breaches count while they are in the window. */
		{1, 6, 0, 1, "oooooC......", "CCCCCCn"},
		/* A run sees no current point before its window. */
		{1, 1, 0, 1, "o..", "onn"},
		{1, 1, 1, 1, "oo..", "onn"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t seen = cases[i].window + cases[i].recover;
		size_t n = (strlen(cases[i].values) - seen) / cases[i].interval + 1;
		const struct backtest b = make(cases[i].breaches, cases[i].window, cases[i].recover,
			cases[i].interval, n);
		expect_text(judge_letters(&b, cases[i].values, states), cases[i].states,
			"case %zu (%s)", i, cases[i].values);
	}
}

static void expect_share(const struct backtest_share *x, size_t times, int64_t total_s,
	int64_t longest_s, size_t from, size_t to, const char *name) {
	expect_whole((int64_t)x->times, (int64_t)times, "%s: times", name);
	expect_whole(x->total_s, total_s, "%s: total", name);
	expect_whole(x->longest_s, longest_s, "%s: longest", name);
	expect_whole((int64_t)x->last_from, (int64_t)from, "%s: last from", name);
	expect_whole((int64_t)x->last_to, (int64_t)to, "%s: last to", name);
}

/* Each instant stands for an interval, here of 10 minutes. */
static void times_and_durations_are_counted(void **state) {
	(void)state;
	static const unsigned char states[] = {2, 2, 0, 1, 2, 2, 2, 1, 0, 0, 3, 3, 2};
	const struct backtest b = make(1, 1, 0, 2, LENGTH(states));
	const struct backtest_counts c = backtest_count(&b, states);
	expect_share(&c.by[STATE_CRITICAL], 3, 3600, 1800, 12, 12, "critical");
	expect_share(&c.by[STATE_WARNING], 2, 1200, 600, 7, 7, "warning");
	expect_share(&c.by[STATE_OK], 2, 1800, 1200, 8, 9, "ok");
	expect_share(&c.by[STATE_UNKNOWN], 1, 1200, 1200, 10, 11, "no data");
}

static void a_service_has_the_worse_of_its_series(void **state) {
	(void)state;
	unsigned char states[] = {0, 0, 0, 0, 1, 3, 3, 3, 2};
	static const unsigned char further[] = {0, 1, 2, 3, 3, 0, 1, 2, 1};
	static const unsigned char wanted[] = {0, 1, 2, 3, 1, 3, 1, 2, 2};
	backtest_merge(states, further, LENGTH(states));
	for (size_t i = 0; i < LENGTH(states); i++)
		expect_whole(states[i], wanted[i], "instant %zu", i);
}

/* "At most 2e9 visits of points and 32 Mi points, else exit 3 with the period that fits." */
static void the_bounds_name_the_period_that_fits(void **state) {
	(void)state;
	static const struct {
		struct backtest_size size;
		const char *words; /* NULL: within the bounds */
	} cases[] = {
		/* The README's: 14 services, 14 days of 5 minutes, window 15m. */
		{{28, 14 * DAY, 15 * MINUTE, 0, 5 * MINUTE, 0, false, 1}, NULL},
		/* 20,000 series of 13 days and a day by 1 min: 403 million points; 12 min are the
		 * first to bring them below 33.5 million. */
		{{20000, 13 * DAY, DAY, 0, MINUTE, HOUR, false, 1},
			"404 million data points&33 million allowed&use --period=15m"},
		/* 100 series, 13 days of 1 min, window 24h, each minute: 100 x 18,720 x 1,440
		 * = 2.7e9 visits; at 2 min a quarter. */
		{{100, 13 * DAY, DAY, 0, MINUTE, 0, false, 1},
			"2696 million points to judge&2000 million allowed&use --period=2m"},
		/* 2e9 exactly, and the next series. */
		{{100000, 200 * MINUTE, 100 * MINUTE, 0, MINUTE, 0, false, 1}, NULL},
		{{100001, 200 * MINUTE, 100 * MINUTE, 0, MINUTE, 0, false, 1}, "use --period=2m"},
		/* 32 Mi exactly, and one more. */
		{{32768, 1023 * MINUTE, MINUTE, 0, MINUTE, 0, false, 1}, NULL},
		{{32769, 1023 * MINUTE, MINUTE, 0, MINUTE, 0, false, 1},
			"34 million data points&no longer period fits the window&-s"},
		/* --recover has to be whole periods as well. */
		{{100, 13 * DAY, DAY, 3 * MINUTE, MINUTE, 0, false, 1}, "use --period=3m"},
		/* The retention: 16 days need a multiple of 5 minutes. */
		{{900, 14 * DAY, 2 * DAY, 0, 5 * MINUTE, 0, false, 1}, "use --period=10m"},
		/* The usual span is of each period its own. 1,800 series, window 24h: at 1 min 13
		 * days, 36.3 million points. At 2, 3 and 4 min still more than 2e9 visits (at 4 min
		 * 1800 x 4,680 x 360 = 3.0e9), at 5 min, which CloudWatch keeps for 63 days, 14
		 * days: 1800 x 4,032 x 288 = 2.09e9. At 6 min 13 days: 1800 x 3,120 x 240 = 1.3e9.
		 */
		{{1800, 13 * DAY, DAY, 0, MINUTE, 0, true, 1}, "37 million data&use --period=6m"},
		{{1800, 14 * DAY, DAY, 0, 5 * MINUTE, 0, true, 1},
			"2091 million points to judge&use --period=6m"},
		/* A span that was asked for stays: 14 days of 6 min are no longer there. */
		{{1800, 14 * DAY, DAY, 0, 5 * MINUTE, 0, false, 1}, "use --period=10m"},
		/* 900 points of 1,440 minutes: 2 min give 720. */
		{{1800, 13 * DAY, DAY, 0, MINUTE, 0, true, 900}, "no longer period fits"},
		{{1800, 13 * DAY, DAY, 0, MINUTE, 0, true, 240}, "use --period=6m"},
		{{1800, 13 * DAY, DAY, 0, MINUTE, 0, true, 241}, "no longer period fits"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = {.message = ""};
		int rc = backtest_check(&cases[i].size, &e);
		expect(rc == (cases[i].words ? -1 : 0), "case %zu: %s", i, e.message);
		if (!cases[i].words)
			continue;
		expect_whole((int)e.code, ERR_LIMIT, "code of case %zu", i);
		expect_holds(e.message, cases[i].words, "message of case %zu", i);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(each_instant_is_judged),
		UNIT_TEST(times_and_durations_are_counted),
		UNIT_TEST(a_service_has_the_worse_of_its_series),
		UNIT_TEST(the_bounds_name_the_period_that_fits),
	};
	return cmocka_run_group_tests_name("backtest", tests, NULL, NULL);
}
