/* How many tasks run, against how many are wanted (contract 1.9), and what excuses a lack (1.5): a
 * table of what happens to services, then the rules by arithmetic in whole numbers, then a verdict.
 */
#include "config.h"

#include "scene.h"
#include "support.h"

#include "judge/judge.h"
#include "judge/silence.h"
#include "judge/tasks.h"

#include <stdlib.h>

enum { NOW_S = 1800000000, MINUTE = 60, DAY = 86400, MAX_EVENTS = 12 };
#define QUARTER (15 * MINUTE)
#define YEAR    (365 * DAY)
#define MONTH   (30 * DAY)

/* An age of 0 stands for "there is none"; one below it lies ahead. */
enum kind { END, STARTED, STEADY, FAILURE, STARTED_AFTER_FAILURE };

struct said {
	const char *what;
	int64_t running, desired;
	int64_t primary; /* age of the PRIMARY deployment or task set in seconds */
	struct {
		enum kind kind;
		int64_t age;
	} events[MAX_EVENTS];
	int64_t failed_tasks;
	bool rollout_failed, daemon;
	enum reason reason;
	enum state state;
};

static const struct range as_many = {.start = 100, .end = INFINITY};
static const struct range half = {.start = 50, .end = INFINITY};

static int64_t at_ms(int64_t now_s, int64_t age_s) {
	return age_s == 0 ? 0 : (now_s - age_s) * 1000;
}

static void add_event(struct description *d, int64_t now_s, enum kind kind, int64_t age) {
	struct err e;
	const struct service_event event = {.at_ms = at_ms(now_s, age),
		.started = kind == STARTED || kind == STARTED_AFTER_FAILURE,
		.steady = kind == STEADY,
		.failure = kind == FAILURE || kind == STARTED_AFTER_FAILURE};
	assert_int_equal(description_add_event(d, &event, "it failed", &e), 0);
}

static struct description describe_it(const struct said *s, int64_t now_s) {
	struct description d = {.status = DESCRIPTION_KNOWN,
		.is_daemon = s->daemon,
		.desired_count = s->desired,
		.running_count = s->running,
		.created_ms = at_ms(now_s, YEAR),
		.primary_created_ms = at_ms(now_s, s->primary),
		.failed_tasks = s->failed_tasks,
		.rollout_failed = s->rollout_failed};
	for (size_t i = 0; i < MAX_EVENTS && s->events[i].kind != END; i++)
		add_event(&d, now_s, s->events[i].kind, s->events[i].age);
	return d;
}

static void check(const struct said *cases, size_t n) {
	for (size_t i = 0; i < n; i++) {
		struct description d = describe_it(&cases[i], NOW_S);
		struct tasks_finding f = tasks_judge(&d, &as_many, &half, NOW_S);
		expect_whole(f.reason, cases[i].reason, "%s: reason", cases[i].what);
		expect_whole(f.state, cases[i].state, "%s: state", cases[i].what);
		expect(isnan(f.running_pct) == (cases[i].desired == 0), "%s: a share",
			cases[i].what);
		description_clear(&d);
	}
}

#define IS(r, s) .reason = REASON_##r, .state = STATE_##s
#define LATELY               \
	{STARTED, MINUTE}, { \
		STEADY, DAY  \
	}

static void deployments(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"all run", 3, 3, YEAR, IS(TASKS, OK)},
		{"more than wanted, while one rolls over", 6, 3, MINUTE, IS(TASKS, OK)},
		{"rolling, two of four", 2, 4, 3 * MINUTE, IS(NEW, OK)},
		{"rolling, none yet", 0, 4, QUARTER - 1, IS(NEW, OK)},
		{"rolling for 15 minutes", 2, 4, QUARTER, IS(TASKS, WARNING)},
		{"rolling for 15 minutes, one of four", 1, 4, QUARTER, IS(TASKS, CRITICAL)},
		{"rolling, and a task cannot be placed", 2, 4, 3 * MINUTE, {{FAILURE, MINUTE}},
			IS(TASKS, WARNING)},
		{"rolling, what failed was the one before", 2, 4, 3 * MINUTE,
			{{STEADY, 4 * MINUTE}, {FAILURE, 5 * MINUTE}}, IS(NEW, OK)},
		{"rolling, two tasks failed", 1, 4, 3 * MINUTE, {{END, 0}}, 2, IS(NEW, OK)},
		{"rolling, three tasks failed", 1, 4, 3 * MINUTE, {{END, 0}}, 3,
			IS(TASKS, CRITICAL)},
		{"the circuit breaker has opened", 1, 4, MINUTE, .rollout_failed = true,
			IS(TASKS, CRITICAL)},
		{"rolled back, all run again", 4, 4, MINUTE, .rollout_failed = true, IS(TASKS, OK)},
		{"an external task set, as old as a minute", 0, 2, MINUTE, IS(NEW, OK)},
		{"an external task set, without any deployment", 0, 2, 0, IS(TASKS, CRITICAL)},
		{"blue/green: both sets run", 8, 4, MINUTE, IS(TASKS, OK)},
		{"created in an hour: no excuse", 1, 4, -60 * MINUTE, IS(TASKS, CRITICAL)},
	};
	check(cases, LENGTH(cases));
}

static void scaling(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"from zero", 0, 3, YEAR, {LATELY}, IS(STARTING, OK)},
		{"from zero, started but never steady since", 0, 3, YEAR,
			{{STARTED, MINUTE}, {STARTED, QUARTER}, {STEADY, DAY}},
			IS(TASKS, CRITICAL)},
		{"by tens, half of them", 10, 20, YEAR, {LATELY}, IS(STARTING, OK)},
		{"by tens, in twelve events", 9, 20, YEAR,
			{{STARTED, 1}, {STARTED, 2}, {STARTED, 3}, {STARTED, 4}, {STARTED, 5},
				{STARTED, 6}, {STARTED, 7}, {STARTED, 8}, {STARTED, 9},
				{STARTED, 10}, {STARTED, 11}, {STEADY, 100}},
			IS(STARTING, OK)},
		{"one more, in as many events", 9, 10, YEAR,
			{{STARTED, 1}, {STARTED, 2}, {STARTED, 3}, {STARTED, 4}, {STARTED, 5},
				{STARTED, 6}, {STARTED, 7}, {STARTED, 8}, {STARTED, 9},
				{STARTED, 10}, {STARTED, 11}, {STEADY, 100}},
			IS(TASKS, WARNING)},
		{"asked for, and ECS has not begun", 1, 3, YEAR, {{STEADY, DAY}},
			IS(TASKS, CRITICAL)},
		{"to zero, two still run", 2, 0, YEAR, IS(SCALED_TO_ZERO, OK)},
		{"at zero", 0, 0, YEAR, IS(SCALED_TO_ZERO, OK)},
		{"at zero since it failed", 0, 0, YEAR, {{FAILURE, MINUTE}}, 40, true,
			IS(SCALED_TO_ZERO, OK)},
	};
	check(cases, LENGTH(cases));
}

static void failures(void **state) {
	(void)state;
	static const struct said cases[] = {
		{"a crash loop, 20 s each", 0, 1, YEAR,
			{{STARTED, 10}, {STARTED, 70}, {STARTED, 130}, {STARTED, 190},
				{STEADY, 250}},
			IS(TASKS, CRITICAL)},
		{"the same at its third start", 0, 1, YEAR,
			{{STARTED, 10}, {STARTED, 70}, {STARTED, 130}, {STEADY, 190}},
			IS(STARTING, OK)},
		{"the same, slow enough for three", 0, 1, YEAR,
			{{STARTED, 10}, {STARTED, 400}, {STARTED, 800}, {STARTED, 1200},
				{STEADY, DAY}},
			IS(TASKS, CRITICAL)},
		{"one of two in a crash loop", 1, 2, YEAR,
			{{STARTED, 10}, {STARTED, 70}, {STARTED, 130}, {STARTED, 190},
				{STEADY, 250}},
			IS(TASKS, WARNING)},
		{"replaced as unhealthy", 1, 2, YEAR, {{STARTED_AFTER_FAILURE, 10}, {STEADY, DAY}},
			IS(TASKS, WARNING)},
		{"an image that is not pulled", 0, 1, YEAR, {{STARTED, QUARTER - 1}, {STEADY, DAY}},
			IS(STARTING, OK)},
		{"the same, 15 minutes on", 0, 1, YEAR, {{STARTED, QUARTER}, {STEADY, DAY}},
			IS(TASKS, CRITICAL)},
		{"Fargate has no capacity", 7, 10, YEAR,
			{{FAILURE, MINUTE}, {STARTED, 5 * MINUTE}, {STEADY, 60 * MINUTE}},
			IS(TASKS, WARNING)},
		{"the failure is 15 minutes old", 7, 10, YEAR,
			{{STARTED, MINUTE}, {FAILURE, QUARTER}, {STEADY, DAY}}, IS(STARTING, OK)},
		{"a quiet service, a month's events", 2, 3, YEAR,
			{{FAILURE, MONTH}, {STARTED, MONTH + 1}, {STEADY, MONTH + 2}},
			IS(TASKS, WARNING)},
		{"a quiet service, all run", 3, 3, YEAR, {{FAILURE, MONTH}, {STEADY, 2 * MONTH}},
			IS(TASKS, OK)},
		{"an event in an hour: all times are in doubt", 1, 3, YEAR,
			{{STARTED, -60 * MINUTE}, LATELY}, IS(TASKS, CRITICAL)},
		{"a DAEMON on nine of ten instances", 9, 10, YEAR, .daemon = true,
			IS(TASKS, WARNING)},
		{"a DAEMON, an instance has just come", 9, 10, YEAR, {LATELY}, .daemon = true,
			IS(STARTING, OK)},
		{"a DAEMON without instances", 0, 0, YEAR, .daemon = true, IS(NO_INSTANCE, OK)},
	};
	check(cases, LENGTH(cases));
}

/* A failure that is over is not told: it is what a line would quote. */
static void a_quiet_service_has_no_failure(void **state) {
	(void)state;
	static const struct said quiet = {"", 2, 3, YEAR,
		.events = {{FAILURE, MONTH}, {STARTED, MONTH + 1}, {STEADY, MONTH + 2}}};
	static const struct said over = {"", 2, 3, YEAR,
		.events = {{STEADY, MINUTE}, {FAILURE, MINUTE + 1}}};
	static const struct said current = {"", 2, 3, YEAR,
		.events = {{FAILURE, MINUTE}, {STEADY, MINUTE + 1}}};
	const struct said *const cases[] = {&quiet, &over, &current};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct description d = describe_it(cases[i], NOW_S);
		expect(silence_failures(&d, NOW_S).event == (cases[i] == &current), "case %zu", i);
		description_clear(&d);
	}
}

/* Only good reasons are taken away by what is wrong with an answer. */
static void faults(void **state) {
	(void)state;
	static const struct {
		enum description_status status;
		enum description_fault fault;
		int64_t running, desired;
		enum reason reason;
		enum state state;
	} cases[] = {
		{DESCRIPTION_KNOWN, FAULT_HISTORY, 3, 3, IS(TASKS, OK)},
		{DESCRIPTION_KNOWN, FAULT_ANSWER, 3, 3, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_KNOWN, FAULT_SERVICE, 3, 3, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_KNOWN, FAULT_NONE, 2, 3, IS(NEW, OK)},
		{DESCRIPTION_KNOWN, FAULT_HISTORY, 2, 3, IS(TASKS, WARNING)},
		{DESCRIPTION_KNOWN, FAULT_ANSWER, 0, 3, IS(TASKS, CRITICAL)},
		{DESCRIPTION_KNOWN, FAULT_SERVICE, 0, 3, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_KNOWN, FAULT_HISTORY, 0, 0, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_KNOWN, FAULT_ANSWER, 0, 0, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_GONE, FAULT_NONE, 0, 3, IS(GONE, OK)},
		{DESCRIPTION_GONE, FAULT_ANSWER, 0, 3, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_FAILED, FAULT_NONE, 3, 3, IS(FAILED, UNKNOWN)},
		{DESCRIPTION_PENDING, FAULT_NONE, 3, 3, IS(UNANSWERED, UNKNOWN)},
		{DESCRIPTION_NONE, FAULT_NONE, 3, 3, IS(UNANSWERED, UNKNOWN)},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct description d = {.status = cases[i].status,
			.fault = cases[i].fault,
			.running_count = cases[i].running,
			.desired_count = cases[i].desired,
			.primary_created_ms = at_ms(NOW_S, MINUTE)};
		struct tasks_finding f = tasks_judge(&d, &as_many, &half, NOW_S);
		expect_whole(f.reason, cases[i].reason, "reason of case %zu", i);
		expect_whole(f.state, cases[i].state, "state of case %zu", i);
	}
}

static void shares_are_judged_exactly(void **state) {
	(void)state;
	for (int64_t desired = 1; desired <= 300; desired++) {
		for (int64_t running = 0; running <= desired + 1; running++) {
			const struct description d = {.status = DESCRIPTION_KNOWN,
				.running_count = running,
				.desired_count = desired};
			struct tasks_finding f = tasks_judge(&d, &as_many, &half, NOW_S);
			enum state wanted = 2 * running < desired ? STATE_CRITICAL
				: running < desired               ? STATE_WARNING
								  : STATE_OK;
			expect_whole(f.state, wanted, "%d of %d", (int)running, (int)desired);
			expect(fabs(f.running_pct * (double)desired - 100.0 * (double)running) <
					1e-6,
				"the share of %d of %d", (int)running, (int)desired);
			expect(f.range == (wanted == STATE_CRITICAL ? &half : &as_many),
				"the range of %d of %d", (int)running, (int)desired);
		}
	}
}

/* Being new excuses a lack, not a surplus. */
static void other_ranges(void **state) {
	(void)state;
	static const struct {
		const char *warning, *critical;
		int64_t running, desired;
		enum state state;
		enum direction direction;
	} cases[] = {
		{"100:150", "50:200", 6, 4, STATE_OK, DIRECTION_NONE},
		{"100:150", "50:200", 7, 4, STATE_WARNING, DIRECTION_ABOVE},
		{"100:150", "50:200", 9, 4, STATE_CRITICAL, DIRECTION_ABOVE},
		{"@0:75", "@0:25", 3, 4, STATE_OK, DIRECTION_INSIDE},
		{"@100", "~:", 4, 4, STATE_WARNING, DIRECTION_INSIDE},
		{"~:", "~:", 0, 4, STATE_OK, DIRECTION_NONE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range warning;
		struct range critical;
		const struct description d = {.status = DESCRIPTION_KNOWN,
			.running_count = cases[i].running,
			.desired_count = cases[i].desired,
			.primary_created_ms = at_ms(NOW_S, MINUTE)};
		assert_int_equal(range_parse(cases[i].warning, &warning, NULL), 0);
		assert_int_equal(range_parse(cases[i].critical, &critical, NULL), 0);
		struct tasks_finding f = tasks_judge(&d, &warning, &critical, NOW_S);
		expect_whole(f.state, cases[i].state, "state of case %zu", i);
		expect_whole(f.direction, cases[i].direction, "direction of case %zu", i);
	}
}

static void described(struct scene *s, const char *name, int64_t running, int64_t desired) {
	struct service *service = scene_service(s, name);
	scene_described(s, service, desired, DAY);
	service->description.running_count = running;
}

/* The running tasks have no points: nothing that looks for those finds them. */
static void they_stand_beside_the_series(void **state) {
	(void)state;
	struct scene s;
	const double points[] = {10, 20, 30, 40, 50};
	scene_begin(&s);
	s.rules.metrics[METRIC_TASKS] = true;
	described(&s, "a", 2, 3);
	described(&s, "b", 3, 3);
	for (size_t i = 0; i < 2; i++)
		scene_points(&s, &s.samples.services[i], METRIC_CPU, points, 5);
	assert_int_equal(scene_judge(&s), STATE_WARNING);
	assert_int_equal(s.verdict.series_count, 4);
	assert_int_equal(s.verdict.problems, 1);
	assert_int_equal(s.verdict.services, 2);
	for (size_t i = 0; i < 4; i++) {
		const struct series_verdict *v = &s.verdict.series[i];
		expect_whole(v->metric, i % 2 == 0 ? METRIC_CPU : METRIC_TASKS, "metric %zu", i);
		expect((v->points == 0) == (v->metric == METRIC_TASKS), "points of %zu", i);
		expect(!v->is_silent, "%zu is not silent", i);
	}
	expect_whole(samples_series(&s.samples, 0, METRIC_TASKS)->status, SERIES_NOT_WANTED,
		"their series is none");
	scene_end(&s);
}

static void what_is_gone_is_left_out(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	s.rules.metrics[METRIC_CPU] = false;
	s.rules.metrics[METRIC_TASKS] = true;
	described(&s, "a", 3, 3);
	described(&s, "b", 0, 3);
	s.samples.services[1].description.status = DESCRIPTION_GONE;
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.services, 1);
	scene_end(&s);
}

/* What time takes away from the history later never makes a state milder that was known. */
static void what_is_known_stays(void **state) {
	(void)state;
	uint32_t dice = 20261127;
	for (int round = 0; round < 4000; round++) {
		struct scene s;
		scene_begin(&s);
		s.rules.metrics[METRIC_CPU] = false;
		s.rules.metrics[METRIC_TASKS] = true;
		const int64_t now_s = s.samples.now_s;
		struct service *service = scene_service(&s, "a");
		struct said said = {.what = "", .desired = 4, .primary = YEAR};
		for (int i = 0; i < 4; i++) {
			dice = dice * 1664525U + 1013904223U;
			said.events[i].kind = (enum kind)(dice >> 24U & 3U);
			/* about 15 minutes ago, now, or five minutes ahead */
			static const int64_t around[] = {QUARTER, 30, -5 * MINUTE};
			said.events[i].age = around[(dice >> 8U) % 3] +
				(int64_t)(dice >> 12U & 7U) - 4;
		}
		said.running = (dice >> 16U) % 5;
		service->description = describe_it(&said, now_s);
		service->description.read_s = now_s;
		enum state known = judge_known(&s.rules, &s.samples, 0).state;
		s.samples.now_s += 9;
		enum state verdict = scene_judge(&s);
		expect(!state_is_problem(known) || verdict == known, "round %d: %d, then %d", round,
			(int)known, (int)verdict);
		expect(known == STATE_OK || said.running < 4, "round %d: a lack", round);
		scene_end(&s);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(deployments),
		UNIT_TEST(scaling),
		UNIT_TEST(failures),
		UNIT_TEST(a_quiet_service_has_no_failure),
		UNIT_TEST(faults),
		UNIT_TEST(shares_are_judged_exactly),
		UNIT_TEST(other_ranges),
		UNIT_TEST(they_stand_beside_the_series),
		UNIT_TEST(what_is_gone_is_left_out),
		UNIT_TEST(what_is_known_stays),
	};
	return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
