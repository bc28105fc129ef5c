/* What ECS said of a service without current data, and what follows (contract 1.5), sentence by
 * sentence, each with its boundary. */
#include "config.h"

#include "support.h"

#include "judge/silence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW_S = 1800000000, MINUTE = 60, DAY = 86400, MAX_EVENTS = 12, LONG_AGO = 400 * DAY };
#define QUARTER (15 * MINUTE)

/* An age of 0 stands for "there is none"; one below it lies ahead. */
#define NONE 0

enum kind { END, STARTED, STEADY, FAILURE, STARTED_AFTER_FAILURE };

struct said {
	const char *what;
	int64_t desired, running;
	int64_t created, primary; /* ages in seconds */
	int64_t failed_tasks;
	bool rollout_failed, daemon;
	struct {
		enum kind kind;
		int64_t age;
	} events[MAX_EVENTS];
	enum reason reason;
	enum state state;
};

static int64_t at_ms(int64_t age_s) {
	return age_s == NONE ? 0 : ((int64_t)NOW_S - age_s) * 1000;
}

static struct description describe_it(const struct said *s) {
	struct description d = {.status = DESCRIPTION_KNOWN,
		.is_daemon = s->daemon,
		.desired_count = s->desired,
		.running_count = s->running,
		.created_ms = at_ms(s->created),
		.primary_created_ms = at_ms(s->primary),
		.failed_tasks = s->failed_tasks,
		.rollout_failed = s->rollout_failed};
	for (size_t i = 0; i < MAX_EVENTS && s->events[i].kind != END; i++) {
		enum kind kind = s->events[i].kind;
		struct err e;
		const struct service_event event = {.at_ms = at_ms(s->events[i].age),
			.started = kind == STARTED || kind == STARTED_AFTER_FAILURE,
			.steady = kind == STEADY,
			.failure = kind == FAILURE || kind == STARTED_AFTER_FAILURE};
		assert_int_equal(description_add_event(&d, &event, "it failed", &e), 0);
	}
	return d;
}

static void check(const struct said *cases, size_t n) {
	for (size_t i = 0; i < n; i++) {
		struct description d = describe_it(&cases[i]);
		enum reason r = silence_reason(&d, NOW_S);
		expect_whole(r, cases[i].reason, "%s: reason", cases[i].what);
		expect_whole(silence_state(r), cases[i].state, "%s: state", cases[i].what);
		description_clear(&d);
	}
}

#define OLD       .created = LONG_AGO, .primary = LONG_AGO
#define UP        .desired = 3, .running = 3
#define GONE_DOWN .desired = 3, .running = 0
#define IS(r, s)  .reason = REASON_##r, .state = STATE_##s

static void nothing_is_wanted(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"scaled to zero", 0, 0, OLD, IS(SCALED_TO_ZERO, OK)},
		{"scaled to zero just now", 0, 0, 1, 1, IS(SCALED_TO_ZERO, OK)},
		{"scaled to zero after failures", 0, 0, OLD, 40, true,
			.events = {{FAILURE, MINUTE}}, IS(SCALED_TO_ZERO, OK)},
		{"a DAEMON without instances", 0, 0, OLD, .daemon = true, IS(NO_INSTANCE, OK)},
		{"none wanted, two running, no data", 0, 2, OLD, IS(NO_DATA, UNKNOWN)},
		{"the same, new", 0, 2, 1, 1, IS(NO_DATA, UNKNOWN)},
		{"the same, a DAEMON", 0, 2, OLD, .daemon = true, IS(NO_DATA, UNKNOWN)},
	};
	check(cases, LENGTH(cases));
}

static void it_is_new(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"the service, a second ago", UP, 1, LONG_AGO, IS(NEW, OK)},
		{"the service, under 15 minutes ago", UP, QUARTER - 1, NONE, IS(NEW, OK)},
		{"the service, 15 minutes ago", UP, QUARTER, NONE, IS(NO_DATA, UNKNOWN)},
		{"its PRIMARY, under 15 minutes ago", UP, LONG_AGO, QUARTER - 1, IS(NEW, OK)},
		{"its PRIMARY, 15 minutes ago", UP, LONG_AGO, QUARTER, IS(NO_DATA, UNKNOWN)},
		{"no date at all", UP, NONE, NONE, IS(NO_DATA, UNKNOWN)},
		{"none runs yet", GONE_DOWN, LONG_AGO, MINUTE, IS(NEW, OK)},
		{"none runs, 15 minutes ago", GONE_DOWN, LONG_AGO, QUARTER, IS(DOWN, CRITICAL)},
		{"a DAEMON", UP, 1, 1, .daemon = true, IS(NEW, OK)},
		/* and no current failure */
		{"the rollout has failed", UP, 1, 1, .rollout_failed = true, IS(NO_DATA, UNKNOWN)},
		{"two tasks failed", UP, 1, 1, .failed_tasks = 2, IS(NEW, OK)},
		{"three tasks failed", UP, 1, 1, .failed_tasks = 3, IS(NO_DATA, UNKNOWN)},
		{"an event names a failure", UP, 1, 1, .events = {{FAILURE, MINUTE}},
			IS(NO_DATA, UNKNOWN)},
		{"none runs, and the rollout has failed", GONE_DOWN, 1, 1, .rollout_failed = true,
			IS(DOWN, CRITICAL)},
		{"none runs, three tasks failed", GONE_DOWN, 1, 1, .failed_tasks = 3,
			IS(DOWN, CRITICAL)},
		{"none runs, an event names a failure", GONE_DOWN, 1, 1,
			.events = {{FAILURE, MINUTE}}, IS(DOWN, CRITICAL)},
		/* Two clocks may differ by five minutes. */
		{"in five minutes", UP, LONG_AGO, -5 * MINUTE, IS(NEW, OK)},
		{"in more than that", UP, LONG_AGO, -5 * MINUTE - 1, IS(NO_DATA, UNKNOWN)},
		{"next year", UP, -DAY * 365, -DAY * 365, IS(NO_DATA, UNKNOWN)},
		{"next year, none runs", GONE_DOWN, LONG_AGO, -DAY * 365, IS(DOWN, CRITICAL)},
	};
	check(cases, LENGTH(cases));
}

static void it_is_down_or_starting(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"no event", GONE_DOWN, OLD, IS(DOWN, CRITICAL)},
		{"one of one", .desired = 1, .running = 0, OLD, IS(DOWN, CRITICAL)},
		{"one runs", .desired = 3, .running = 1, OLD, IS(NO_DATA, UNKNOWN)},
		{"a DAEMON", GONE_DOWN, OLD, .daemon = true, IS(DOWN, CRITICAL)},
		{"steady long ago", GONE_DOWN, OLD, .events = {{STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"steady a moment ago, none started since", GONE_DOWN, OLD,
			.events = {{STEADY, MINUTE}}, IS(DOWN, CRITICAL)},
		/* The first "has started" after the newest steady state. */
		{"started under 15 minutes ago", GONE_DOWN, OLD,
			.events = {{STARTED, QUARTER - 1}, {STEADY, DAY}}, IS(STARTING, OK)},
		{"started 15 minutes ago", GONE_DOWN, OLD,
			.events = {{STARTED, QUARTER}, {STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"the first one counts, not the newest", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {STARTED, QUARTER}, {STEADY, DAY}},
			IS(DOWN, CRITICAL)},
		{"the order of the events does not count", GONE_DOWN, OLD,
			.events = {{STEADY, DAY}, {STARTED, QUARTER}, {STARTED, 1}},
			IS(DOWN, CRITICAL)},
		{"those before the steady state do not count", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {STEADY, 20 * MINUTE}, {STARTED, 30 * MINUTE}},
			IS(STARTING, OK)},
		{"the newest steady state counts", GONE_DOWN, OLD,
			.events = {{STEADY, DAY}, {STARTED, QUARTER + 1}, {STEADY, QUARTER},
				{STARTED, 1}},
			IS(STARTING, OK)},
		{"all started before the steady state", GONE_DOWN, OLD,
			.events = {{STEADY, 1}, {STARTED, 2}}, IS(DOWN, CRITICAL)},
		/* Without a steady state: since the PRIMARY deployment was created. */
		{"never steady, an old deployment", GONE_DOWN, OLD, .events = {{STARTED, 1}},
			IS(DOWN, CRITICAL)},
		/* At most three "has started" in the last 15 minutes, or as many as wanted. */
		{"three starts", GONE_DOWN, OLD,
			.events = {{STEADY, DAY}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3}},
			IS(STARTING, OK)},
		{"four starts", GONE_DOWN, OLD,
			.events = {{STEADY, DAY}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3},
				{STARTED, 4}},
			IS(DOWN, CRITICAL)},
		{"four starts, one before the steady state", GONE_DOWN, OLD,
			.events = {{STEADY, 4}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3},
				{STARTED, 5}},
			IS(DOWN, CRITICAL)},
		{"four starts, one of them 15 minutes ago", GONE_DOWN, OLD,
			.events = {{STEADY, 4}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3},
				{STARTED, QUARTER}},
			IS(STARTING, OK)},
		{"three starts of one task", .desired = 1, .running = 0, OLD,
			.events = {{STEADY, DAY}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3}},
			IS(STARTING, OK)},
		{"five starts of five tasks", .desired = 5, .running = 0, OLD,
			.events = {{STEADY, DAY}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3},
				{STARTED, 4}, {STARTED, 5}},
			IS(STARTING, OK)},
		{"six starts of five tasks", .desired = 5, .running = 0, OLD,
			.events = {{STEADY, DAY}, {STARTED, 1}, {STARTED, 2}, {STARTED, 3},
				{STARTED, 4}, {STARTED, 5}, {STARTED, 6}},
			IS(DOWN, CRITICAL)},
		/* No failure is current. */
		{"started, but the rollout has failed", GONE_DOWN, OLD, .rollout_failed = true,
			.events = {{STARTED, 1}, {STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"started, but three tasks failed", GONE_DOWN, OLD, .failed_tasks = 3,
			.events = {{STARTED, 1}, {STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"started, two tasks failed", GONE_DOWN, OLD, .failed_tasks = 2,
			.events = {{STARTED, 1}, {STEADY, DAY}}, IS(STARTING, OK)},
		{"started, and a failure under 15 minutes ago", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {FAILURE, QUARTER - 1}, {STEADY, DAY}},
			IS(DOWN, CRITICAL)},
		{"started, and a failure 15 minutes ago", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {FAILURE, QUARTER}, {STEADY, DAY}},
			IS(STARTING, OK)},
		{"a failure before the steady state", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {STEADY, 2}, {FAILURE, 3}}, IS(STARTING, OK)},
		{"a failure after it", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {FAILURE, 2}, {STEADY, 3}}, IS(DOWN, CRITICAL)},
		{"two failures, the newer one after it", GONE_DOWN, OLD,
			.events = {{FAILURE, 4}, {STARTED, 1}, {FAILURE, 2}, {STEADY, 3}},
			IS(DOWN, CRITICAL)},
		{"started in place of an unhealthy one", GONE_DOWN, OLD,
			.events = {{STARTED_AFTER_FAILURE, 1}, {STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"that start counts as the first", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {STARTED_AFTER_FAILURE, 16 * MINUTE},
				{STEADY, DAY}},
			IS(DOWN, CRITICAL)},
		/* Times ahead. */
		{"started in five minutes", GONE_DOWN, OLD,
			.events = {{STARTED, -5 * MINUTE}, {STEADY, DAY}}, IS(STARTING, OK)},
		{"started in more than that", GONE_DOWN, OLD,
			.events = {{STARTED, -5 * MINUTE - 1}, {STEADY, DAY}}, IS(DOWN, CRITICAL)},
		{"steady next year, which ends no failure", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {FAILURE, 2}, {STEADY, DAY}, {STEADY, -DAY * 365}},
			IS(DOWN, CRITICAL)},
		{"an event of next year takes a good reason away", GONE_DOWN, OLD,
			.events = {{STARTED, 1}, {STEADY, DAY}, {STEADY, -DAY * 365}},
			IS(NOT_CLEAR, UNKNOWN)},
		{"from a new service, too", UP, 1, 1, .events = {{STARTED, -DAY * 365}},
			IS(NOT_CLEAR, UNKNOWN)},
		{"but not from one scaled to zero", 0, 0, OLD, .events = {{STARTED, -DAY * 365}},
			IS(SCALED_TO_ZERO, OK)},
	};
	check(cases, LENGTH(cases));
}

static void failures_are_current(void **state) {
	(void)state;
	static const struct {
		struct said said;
		bool rollout, tasks, event;
	} cases[] = {
		{{"none", UP, OLD}, false, false, false},
		{{"a rollout, whenever", UP, OLD, .rollout_failed = true}, true, false, false},
		{{"three tasks, whenever", UP, OLD, .failed_tasks = 3}, false, true, false},
		{{"forty tasks", UP, OLD, .failed_tasks = 40}, false, true, false},
		{{"two tasks", UP, OLD, .failed_tasks = 2}, false, false, false},
		{{"an event", UP, OLD, .events = {{FAILURE, QUARTER - 1}}}, false, false, true},
		{{"an old event", UP, OLD, .events = {{FAILURE, QUARTER}}}, false, false, false},
		{{"an event ahead", UP, OLD, .events = {{FAILURE, -DAY}}}, false, false, true},
		{{"steady since", UP, OLD, .events = {{STEADY, 1}, {FAILURE, 2}}}, false, false,
			false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct description d = describe_it(&cases[i].said);
		struct silence_failures f = silence_failures(&d, NOW_S);
		expect_whole(f.rollout, cases[i].rollout, "%s: rollout", cases[i].said.what);
		expect_whole(f.tasks, cases[i].tasks, "%s: tasks", cases[i].said.what);
		expect_whole(f.event, cases[i].event, "%s: event", cases[i].said.what);
		description_clear(&d);
	}
}

/* A fault takes good reasons away, each kind so many; it never makes anything milder. */
static void faults_make_nothing_ok(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"scaled to zero", 0, 0, OLD, IS(SCALED_TO_ZERO, OK)},
		{"no instance", 0, 0, OLD, .daemon = true, IS(NO_INSTANCE, OK)},
		{"new", UP, 1, 1, IS(NEW, OK)},
		{"starting", GONE_DOWN, OLD, .events = {{STARTED, 1}, {STEADY, DAY}},
			IS(STARTING, OK)},
		{"down", GONE_DOWN, OLD, IS(DOWN, CRITICAL)},
		{"no data", UP, OLD, IS(NO_DATA, UNKNOWN)},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int fault = FAULT_NONE; fault <= FAULT_SERVICE; fault++) {
			struct description d = describe_it(&cases[i]);
			bool holds = fault == FAULT_NONE ||
				((fault == FAULT_HISTORY || fault == FAULT_ANSWER) &&
					cases[i].state != STATE_OK);
			description_add_fault(&d, (enum description_fault)fault, "odd");
			expect_whole(silence_reason(&d, NOW_S),
				holds ? cases[i].reason : REASON_NOT_CLEAR, "%s, fault %d",
				cases[i].what, fault);
			description_clear(&d);
		}
	}
	assert_int_equal(silence_state(REASON_NOT_CLEAR), STATE_UNKNOWN);
}

static void other_descriptions_have_their_reasons(void **state) {
	(void)state;
	static const struct {
		enum description_status status;
		enum description_fault fault;
		enum reason reason;
		enum state state;
	} cases[] = {
		{DESCRIPTION_NONE, FAULT_NONE, REASON_UNANSWERED, STATE_UNKNOWN},
		{DESCRIPTION_PENDING, FAULT_NONE, REASON_UNANSWERED, STATE_UNKNOWN},
		{DESCRIPTION_BEYOND, FAULT_NONE, REASON_NOT_ASKED, STATE_UNKNOWN},
		{DESCRIPTION_FAILED, FAULT_NONE, REASON_ASKING_FAILED, STATE_UNKNOWN},
		{DESCRIPTION_GONE, FAULT_NONE, REASON_GONE, STATE_OK},
		{DESCRIPTION_GONE, FAULT_HISTORY, REASON_GONE, STATE_OK},
		{DESCRIPTION_GONE, FAULT_ANSWER, REASON_NOT_CLEAR, STATE_UNKNOWN},
		{DESCRIPTION_GONE, FAULT_SERVICE, REASON_NOT_CLEAR, STATE_UNKNOWN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct description d = {.status = cases[i].status, .fault = cases[i].fault};
		expect_whole(silence_reason(&d, NOW_S), cases[i].reason, "case %zu: reason", i);
		expect_whole(silence_state(cases[i].reason), cases[i].state, "case %zu: state", i);
	}
}

/* The graver fault stays, whichever comes first. */
static void the_gravest_fault_counts(void **state) {
	(void)state;
	struct description d = {.status = DESCRIPTION_KNOWN};
	description_add_fault(&d, FAULT_HISTORY, "history");
	description_add_fault(&d, FAULT_SERVICE, "service");
	description_add_fault(&d, FAULT_ANSWER, "answer");
	assert_int_equal(d.fault, FAULT_SERVICE);
	assert_string_equal(d.fault_text, "service");
	description_clear(&d);
	assert_int_equal(d.status, DESCRIPTION_NONE);
	assert_null(d.fault_text);
}

static void the_newest_failure_is_quoted(void **state) {
	(void)state;
	struct description d = {.status = DESCRIPTION_KNOWN};
	struct err e;
	static const struct {
		struct service_event event;
		const char *message;
	} events[] = {{{2000, false, false, true}, "second"}, {{1000, false, false, true}, "first"},
		{{3000, true, false, false}, "a start"}, {{2500, false, false, true}, "third"}};
	for (size_t i = 0; i < LENGTH(events); i++)
		assert_int_equal(description_add_event(&d, &events[i].event, events[i].message, &e),
			0);
	assert_string_equal(d.failure_message, "third");
	assert_int_equal(d.failure_ms, 2500);
	assert_int_equal(d.event_count, 4);
	description_clear(&d);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(nothing_is_wanted),
		UNIT_TEST(it_is_new),
		UNIT_TEST(it_is_down_or_starting),
		UNIT_TEST(failures_are_current),
		UNIT_TEST(faults_make_nothing_ok),
		UNIT_TEST(other_descriptions_have_their_reasons),
		UNIT_TEST(the_gravest_fault_counts),
		UNIT_TEST(the_newest_failure_is_quoted),
	};
	return cmocka_run_group_tests_name("silence rules", tests, NULL, NULL);
}
