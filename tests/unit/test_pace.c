/* How many calls may be in flight: cut by throttling, raised by answers. */
#include "config.h"

#include "support.h"

#include "aws/call/pace.h"

static int start_all(struct pace *p, int generations[PACE_MAX_IN_FLIGHT]) {
	int count = 0;
	while (pace_allows(p) && count < PACE_MAX_IN_FLIGHT)
		generations[count++] = pace_start(p);
	return count;
}

static void end_all(struct pace *p, const int *generations, int count, enum pace_end how) {
	for (int i = 0; i < count; i++)
		pace_end(p, generations[i], how);
}

/* Starts what may be started, ends it all alike; how many that were. */
static int round_of(struct pace *p, enum pace_end how) {
	int generations[PACE_MAX_IN_FLIGHT];
	int count = start_all(p, generations);
	end_all(p, generations, count, how);
	return count;
}

static void all_may_start_at_first(void **state) {
	(void)state;
	struct pace p;
	int generations[PACE_MAX_IN_FLIGHT];
	pace_init(&p);
	expect_whole(start_all(&p, generations), 4, "four in flight");
	expect(!pace_allows(&p), "no fifth one");
	pace_end(&p, generations[0], PACE_FAILED);
	expect(pace_allows(&p), "another one when one has ended");
}

static void throttling_halves_once_for_all_in_flight(void **state) {
	(void)state;
	struct pace p;
	pace_init(&p);
	expect_whole(round_of(&p, PACE_THROTTLED), 4, "four are throttled together");
	expect_whole(round_of(&p, PACE_THROTTLED), 2, "then two are in flight");
	for (int i = 0; i < 3; i++)
		expect_whole(round_of(&p, PACE_THROTTLED), 1, "then one, never none");
}

/* Those in flight when the limit is cut are more than it allows: nothing starts until they are
 * fewer. */
static void what_is_in_flight_counts_against_a_cut_limit(void **state) {
	(void)state;
	struct pace p;
	int generations[PACE_MAX_IN_FLIGHT];
	pace_init(&p);
	(void)start_all(&p, generations);
	pace_end(&p, generations[0], PACE_THROTTLED);
	expect(!pace_allows(&p), "three in flight, two allowed");
	pace_end(&p, generations[1], PACE_FAILED);
	expect(!pace_allows(&p), "two in flight");
	pace_end(&p, generations[2], PACE_FAILED);
	expect(pace_allows(&p), "one in flight");
}

static void answers_bring_it_back(void **state) {
	(void)state;
	struct pace p;
	pace_init(&p);
	for (int i = 0; i < 3; i++)
		(void)round_of(&p, PACE_THROTTLED);
	static const int wanted[] = {1, 2, 3, 4, 4};
	for (size_t i = 0; i < LENGTH(wanted); i++)
		expect_whole(round_of(&p, PACE_ANSWERED), wanted[i], "round %zu", i);
}

static void other_failures_change_nothing(void **state) {
	(void)state;
	struct pace p;
	pace_init(&p);
	(void)round_of(&p, PACE_THROTTLED);
	for (int i = 0; i < 3; i++)
		expect_whole(round_of(&p, PACE_FAILED), 2, "round %d", i);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(all_may_start_at_first),
		UNIT_TEST(throttling_halves_once_for_all_in_flight),
		UNIT_TEST(what_is_in_flight_counts_against_a_cut_limit),
		UNIT_TEST(answers_bring_it_back),
		UNIT_TEST(other_failures_change_nothing),
	};
	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
