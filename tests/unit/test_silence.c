/* Series without current data, lost series, and the state of the whole run (contract 1.4, 1.5). */
#include "config.h"

#include "support.h"

#include "scene.h"
#include "judge/silence.h"

#define GAP SCENE_GAP

static const double low[] = {10, 10, 10, 10, 10};
static const double high[] = {10, 99, 10, 10, 10};
/* The newest starts 3 h 20 min ago, later than two periods. */
static const double stale_low[] = {10, 10, GAP, GAP, GAP};
static const double stale_high[] = {99, 10, GAP, GAP, GAP};
static const double stale_warning[] = {10, 85, GAP, GAP, GAP};

static void set_policy(struct scene *s, enum state state) {
	s->rules.no_data = NO_DATA_STATE;
	s->rules.no_data_state = state;
}

/* Expects the only series to be so. */
static void check_only(struct scene *s, const char *what, enum state state, enum reason reason,
	size_t no_data) {
	expect_whole(scene_judge(s), state, "%s: state of the run", what);
	assert_int_equal(s->verdict.series_count, 1);
	expect_whole(s->verdict.series[0].state, state, "%s: state", what);
	expect_whole(s->verdict.series[0].reason, reason, "%s: reason", what);
	expect_whole((int64_t)s->verdict.no_data, (int64_t)no_data, "%s: services without data",
		what);
	expect_whole((int64_t)s->verdict.problems,
		state == STATE_WARNING || state == STATE_CRITICAL, "%s: problems", what);
}

static void the_policy_decides(void **state) {
	(void)state;
	for (int policy = STATE_OK; policy <= STATE_UNKNOWN; policy++) {
		struct scene s;
		scene_begin(&s);
		struct service *service = scene_service(&s, "api");
		set_policy(&s, (enum state)policy);
		check_only(&s, "no point", (enum state)policy, REASON_POLICY, 1);
		scene_points(&s, service, METRIC_CPU, stale_low, 5);
		check_only(&s, "old points", (enum state)policy, REASON_POLICY, 1);
		assert_int_equal(s.verdict.series[0].points, 2);
		assert_true(s.verdict.series[0].is_silent);
		scene_end(&s);
	}
}

static void old_breaches_count(void **state) {
	(void)state;
	static const struct {
		const double *values;
		enum state state;
	} cases[] = {{stale_high, STATE_CRITICAL}, {stale_warning, STATE_WARNING}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int described = 0; described < 2; described++) {
			struct scene s;
			scene_begin(&s);
			struct service *service = scene_service(&s, "api");
			if (described)
				scene_described(&s, service, 0, 0);
			else
				set_policy(&s, STATE_OK);
			scene_points(&s, service, METRIC_CPU, cases[i].values, 5);
			check_only(&s, "old breach", cases[i].state, REASON_POINTS, 1);
			assert_true(s.verdict.series[0].is_silent);
			scene_end(&s);
		}
	}
}

/* The worse of what the old points came to and of what ECS says. */
static void the_worse_of_both_counts(void **state) {
	(void)state;
	static const struct {
		const char *what;
		const double *values;
		int64_t desired, running;
		enum state state;
		enum reason reason, silence;
	} cases[] = {
		{"no breach, down", stale_low, 3, 0, STATE_CRITICAL, REASON_DOWN, REASON_DOWN},
		{"no breach, runs", stale_low, 3, 3, STATE_UNKNOWN, REASON_NO_DATA, REASON_NO_DATA},
		{"no breach, none wanted", stale_low, 0, 0, STATE_OK, REASON_SCALED_TO_ZERO,
			REASON_SCALED_TO_ZERO},
		{"a warning, down", stale_warning, 3, 0, STATE_CRITICAL, REASON_DOWN, REASON_DOWN},
		{"a warning, runs", stale_warning, 3, 3, STATE_WARNING, REASON_POINTS,
			REASON_NO_DATA},
		{"a warning, none wanted", stale_warning, 0, 0, STATE_WARNING, REASON_POINTS,
			REASON_SCALED_TO_ZERO},
		{"critical, down", stale_high, 3, 0, STATE_CRITICAL, REASON_POINTS, REASON_DOWN},
		{"critical, runs", stale_high, 3, 3, STATE_CRITICAL, REASON_POINTS, REASON_NO_DATA},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		scene_begin(&s);
		struct service *service = scene_service(&s, "api");
		scene_points(&s, service, METRIC_CPU, cases[i].values, 5);
		scene_described(&s, service, cases[i].desired, 100000);
		service->description.running_count = cases[i].running;
		check_only(&s, cases[i].what, cases[i].state, cases[i].reason, 1);
		expect_whole(s.verdict.series[0].silence, cases[i].silence, "%s: silence",
			cases[i].what);
		scene_end(&s);
	}
}

/* A breach that is not stale is none of ECS's business, nor is a series with current data. */
static void current_data_needs_no_word(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	struct service *service = scene_service(&s, "api");
	scene_points(&s, service, METRIC_CPU, low, 5);
	scene_described(&s, service, 3, 100000);
	service->description.running_count = 0;
	check_only(&s, "current data", STATE_OK, REASON_POINTS, 0);
	scene_end(&s);
}

static void who_is_asked_about(void **state) {
	(void)state;
	static const struct {
		const char *what;
		const double *cpu, *ebs; /* NULL: no point */
		enum series_status status;
		bool asked;
	} cases[] = {
		{"current data", low, low, SERIES_COMPLETE, false},
		{"current data that breach", high, low, SERIES_COMPLETE, false},
		{"no point", NULL, low, SERIES_COMPLETE, true},
		{"old points", stale_low, low, SERIES_COMPLETE, true},
		{"old points that breach", stale_high, low, SERIES_COMPLETE, true},
		{"old points that breach the warning range", stale_warning, low, SERIES_COMPLETE,
			true},
		{"ebs without points", low, NULL, SERIES_COMPLETE, false},
		{"ebs with old points", low, stale_low, SERIES_COMPLETE, true},
		{"a lost series", NULL, low, SERIES_FAILED, false},
		{"one that is not answered", NULL, low, SERIES_PENDING, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		struct request_list asked = {0};
		struct err e;
		scene_begin(&s);
		s.rules.metrics[METRIC_EBS] = true;
		scene_points(&s, scene_service(&s, "a"), METRIC_CPU, low, 5);
		scene_points(&s, &s.samples.services[0], METRIC_EBS, low, 5);
		struct service *service = scene_service(&s, "b");
		if (cases[i].cpu)
			scene_points(&s, service, METRIC_CPU, cases[i].cpu, 5);
		if (cases[i].ebs)
			scene_points(&s, service, METRIC_EBS, cases[i].ebs, 5);
		service->series[METRIC_CPU].status = cases[i].status;
		assert_int_equal(silence_find(&s.rules, &s.samples, &asked, &e), 0);
		expect_whole((int64_t)asked.count, cases[i].asked, "%s", cases[i].what);
		if (cases[i].asked) {
			expect_whole(asked.items[0].kind, REQUEST_DESCRIPTION, "%s: what",
				cases[i].what);
			expect_whole((int64_t)asked.items[0].service, 1, "%s: which",
				cases[i].what);
		}
		request_list_free(&asked);
		/* CloudWatch has no percentile of several tasks: no point of ebs says little. */
		scene_statistic(&s, "p95");
		assert_int_equal(silence_find(&s.rules, &s.samples, &asked, &e), 0);
		expect_whole((int64_t)asked.count, cases[i].asked || !cases[i].ebs,
			"%s: with a percentile", cases[i].what);
		request_list_free(&asked);
		set_policy(&s, STATE_OK);
		assert_int_equal(silence_find(&s.rules, &s.samples, &asked, &e), 0);
		expect_whole((int64_t)asked.count, 0, "%s: nobody with another --no-data",
			cases[i].what);
		scene_end(&s);
	}
}

static void ecs_was_not_or_could_not_be_asked(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	struct service *service = scene_service(&s, "api");
	service->description.status = DESCRIPTION_BEYOND;
	check_only(&s, "beyond the calls", STATE_UNKNOWN, REASON_NOT_ASKED, 1);
	service->description.status = DESCRIPTION_FAILED;
	check_only(&s, "asking failed", STATE_UNKNOWN, REASON_ASKING_FAILED, 1);
	scene_end(&s);
}

static void what_is_gone_is_dropped(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	scene_points(&s, scene_service(&s, "api"), METRIC_CPU, low, 5);
	struct service *gone = scene_service(&s, "old");
	gone->description.status = DESCRIPTION_GONE;
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.services, 1);
	assert_int_equal(s.verdict.series_count, 1);
	assert_int_equal(s.verdict.no_data, 0);
	scene_points(&s, gone, METRIC_CPU, stale_low, 5);
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.services, 1);
	/* But a breach that is known counts. */
	series_clear(&gone->series[METRIC_CPU]);
	scene_points(&s, gone, METRIC_CPU, stale_high, 5);
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	assert_int_equal(s.verdict.services, 2);
	assert_int_equal(s.verdict.problems, 1);
	scene_end(&s);
}

static void ebs_without_points_is_no_volume(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	s.rules.metrics[METRIC_CPU] = false;
	s.rules.metrics[METRIC_EBS] = true;
	struct service *service = scene_service(&s, "api");
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.series[0].reason, REASON_NO_VOLUME);
	assert_int_equal(s.verdict.no_data, 0);
	/* Old points: there was one. */
	scene_points(&s, service, METRIC_EBS, stale_low, 5);
	scene_described(&s, service, 2, 100000);
	check_only(&s, "ebs with old points", STATE_UNKNOWN, REASON_NO_DATA, 1);
	scene_end(&s);
}

/* Never "no data": UNKNOWN whatever the options, and not among the services without data. */
static void lost_series_are_unknown(void **state) {
	(void)state;
	for (int policy = -1; policy <= STATE_UNKNOWN; policy++) {
		for (int points = 0; points < 2; points++) {
			struct scene s;
			scene_begin(&s);
			struct service *service = scene_service(&s, "api");
			if (policy >= 0)
				set_policy(&s, (enum state)policy);
			if (points)
				scene_points(&s, service, METRIC_CPU, low, 5);
			scene_described(&s, service, 0, 0);
			series_fail(&service->series[METRIC_CPU], "Forbidden");
			check_only(&s, "lost", STATE_UNKNOWN, REASON_FAILED, 0);
			scene_end(&s);
		}
	}
}

static void a_known_breach_of_a_lost_series_counts(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	struct service *service = scene_service(&s, "api");
	scene_points(&s, service, METRIC_CPU, high, 5);
	series_fail(&service->series[METRIC_CPU], "InternalError");
	check_only(&s, "lost, a breach is known", STATE_CRITICAL, REASON_POINTS, 0);
	scene_end(&s);
}

/* Judged for each series: it is the percentile's fault where the service runs. */
static void a_percentile_without_points_is_unknown(void **state) {
	(void)state;
	static const struct {
		const char *what;
		const double *values;
		int64_t desired, running, age_s;
		enum state state;
		enum reason reason;
	} cases[] = {
		{"runs", NULL, 3, 3, 100000, STATE_UNKNOWN, REASON_PERCENTILE},
		{"one of three runs", NULL, 3, 1, 100000, STATE_UNKNOWN, REASON_PERCENTILE},
		{"down", NULL, 3, 0, 100000, STATE_CRITICAL, REASON_DOWN},
		{"scaled to zero", NULL, 0, 0, 100000, STATE_OK, REASON_SCALED_TO_ZERO},
		{"new", NULL, 3, 3, 60, STATE_OK, REASON_NEW},
		/* CloudWatch has the percentile of one task: it ends where a second one starts. */
		{"scaled up", stale_low, 3, 3, 100000, STATE_UNKNOWN, REASON_PERCENTILE},
		{"old points of one task", stale_low, 1, 1, 100000, STATE_UNKNOWN, REASON_NO_DATA},
		{"old points, new", stale_low, 3, 3, 60, STATE_OK, REASON_NEW},
		{"old points, none wanted", stale_low, 0, 3, 100000, STATE_UNKNOWN, REASON_NO_DATA},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int others = 0; others < 2; others++) {
			struct scene s;
			scene_begin(&s);
			scene_no_filling(&s);
			scene_statistic(&s, "p95");
			if (others)
				scene_points(&s, scene_service(&s, "a"), METRIC_CPU, low, 4);
			struct service *service = scene_service(&s, "b");
			if (cases[i].values)
				scene_points(&s, service, METRIC_CPU, cases[i].values, 4);
			scene_described(&s, service, cases[i].desired, cases[i].age_s);
			service->description.running_count = cases[i].running;
			expect_whole(scene_judge(&s), cases[i].state, "%s", cases[i].what);
			expect_whole(s.verdict.series[others].reason, cases[i].reason, "%s: reason",
				cases[i].what);
			scene_end(&s);
		}
	}
}

/* A percentile of ebs is missing for want of a volume or because several tasks run: what ECS does
 * not say clearly is not OK. */
static void a_percentile_of_ebs_is_not_always_no_volume(void **state) {
	(void)state;
	static const struct {
		const char *what;
		enum description_status status;
		enum description_fault fault;
		int64_t desired, running, age_s;
		enum state state;
		enum reason reason;
	} cases[] = {
		{"three run", DESCRIPTION_KNOWN, FAULT_NONE, 3, 3, 100000, STATE_UNKNOWN,
			REASON_PERCENTILE},
		{"two of three run", DESCRIPTION_KNOWN, FAULT_NONE, 3, 2, 100000, STATE_UNKNOWN,
			REASON_PERCENTILE},
		{"three run, new", DESCRIPTION_KNOWN, FAULT_NONE, 3, 3, 60, STATE_OK, REASON_NEW},
		{"one runs", DESCRIPTION_KNOWN, FAULT_NONE, 1, 1, 100000, STATE_OK,
			REASON_NO_VOLUME},
		{"none runs", DESCRIPTION_KNOWN, FAULT_NONE, 0, 0, 100000, STATE_OK,
			REASON_NO_VOLUME},
		{"a fault", DESCRIPTION_KNOWN, FAULT_SERVICE, 1, 1, 100000, STATE_UNKNOWN,
			REASON_NOT_CLEAR},
		{"not asked", DESCRIPTION_BEYOND, FAULT_NONE, 0, 0, 0, STATE_UNKNOWN,
			REASON_NOT_ASKED},
		{"denied", DESCRIPTION_FAILED, FAULT_NONE, 0, 0, 0, STATE_UNKNOWN,
			REASON_ASKING_FAILED},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		scene_begin(&s);
		scene_no_filling(&s);
		scene_statistic(&s, "p95");
		s.rules.metrics[METRIC_CPU] = false;
		s.rules.metrics[METRIC_EBS] = true;
		struct service *service = scene_service(&s, "api");
		scene_described(&s, service, cases[i].desired, cases[i].age_s);
		service->description.status = cases[i].status;
		service->description.fault = cases[i].fault;
		service->description.running_count = cases[i].running;
		check_only(&s, cases[i].what, cases[i].state, cases[i].reason,
			cases[i].reason != REASON_NO_VOLUME);
		scene_end(&s);
	}
}

/* Where ECS is not asked, nothing tells that the service runs: the state is the policy's, whatever
 * points other services have. */
static void a_percentile_with_a_policy(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	scene_no_filling(&s);
	scene_statistic(&s, "p95");
	set_policy(&s, STATE_OK);
	(void)scene_service(&s, "a");
	(void)scene_service(&s, "b");
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.series[0].reason, REASON_POLICY);
	assert_int_equal(s.verdict.series[1].reason, REASON_POLICY);
	scene_points(&s, &s.samples.services[0], METRIC_CPU, low, 4);
	assert_int_equal(scene_judge(&s), STATE_OK);
	assert_int_equal(s.verdict.series[1].reason, REASON_POLICY);
	scene_end(&s);
}

static void an_empty_cluster_takes_the_policy(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	assert_int_equal(s.verdict.services, 0);
	for (int policy = STATE_OK; policy <= STATE_UNKNOWN; policy++) {
		set_policy(&s, (enum state)policy);
		expect_whole(scene_judge(&s), policy, "an empty cluster, policy %d", policy);
	}
	/* Filters that match nothing, or a list that did not come: UNKNOWN whatever the policy. */
	set_policy(&s, STATE_OK);
	s.samples.listed_count = 3;
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	s.samples.listed_count = 0;
	s.samples.list_complete = false;
	buf_adds(&s.samples.failures, "ListServices: denied\n");
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	scene_end(&s);
}

static void a_pattern_without_match_is_unknown(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	struct service *service = scene_service(&s, "api");
	scene_points(&s, service, METRIC_CPU, low, 5);
	s.patterns[0] = "api";
	s.patterns[1] = "web*";
	s.rules.include.count = 2;
	s.samples.pattern_matched[0] = true;
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	s.samples.pattern_matched[1] = true;
	assert_int_equal(scene_judge(&s), STATE_OK);
	s.samples.pattern_matched[1] = false;
	series_clear(&service->series[METRIC_CPU]);
	scene_points(&s, service, METRIC_CPU, high, 5);
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	scene_end(&s);
}

/* Once the list is there, a timeout's state does not hide it. */
static void a_pattern_without_match_outlives_the_deadline(void **state) {
	(void)state;
	static const struct {
		bool list_complete, matched;
		enum state state;
	} cases[] = {{true, false, STATE_UNKNOWN}, {true, true, STATE_OK},
		{false, false, STATE_OK}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		scene_begin(&s);
		struct service *service = scene_service(&s, "api");
		service->series[METRIC_CPU].status = SERIES_PENDING;
		s.patterns[0] = "ghost";
		s.rules.include.count = 1;
		s.rules.timeout_state = STATE_OK;
		s.samples.end = SAMPLES_DEADLINE;
		s.samples.list_complete = cases[i].list_complete;
		s.samples.pattern_matched[0] = cases[i].matched;
		expect_whole(scene_judge(&s), cases[i].state, "case %zu", i);
		scene_end(&s);
	}
}

static void what_is_known_counts(void **state) {
	(void)state;
	static const struct {
		const double *values;
		enum state state;
	} cases[] = {{low, STATE_UNKNOWN}, {high, STATE_CRITICAL}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		scene_begin(&s);
		scene_points(&s, scene_service(&s, "api"), METRIC_CPU, cases[i].values, 5);
		s.samples.list_complete = false;
		buf_adds(&s.samples.failures, "ListServices: page 2 was lost\n");
		expect_whole(scene_judge(&s), cases[i].state, "a lost page, case %zu", i);
		scene_end(&s);
	}
}

/* CRITICAL over WARNING over UNKNOWN over OK, over services. */
static void the_worst_service_decides(void **state) {
	(void)state;
	static const double warning[] = {10, 85, 10, 10, 10};
	struct scene s;
	scene_begin(&s);
	set_policy(&s, STATE_UNKNOWN);
	scene_points(&s, scene_service(&s, "a"), METRIC_CPU, low, 5);
	assert_int_equal(scene_judge(&s), STATE_OK);
	(void)scene_service(&s, "b");
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	scene_points(&s, scene_service(&s, "c"), METRIC_CPU, warning, 5);
	assert_int_equal(scene_judge(&s), STATE_WARNING);
	scene_points(&s, scene_service(&s, "d"), METRIC_CPU, high, 5);
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	assert_int_equal(s.verdict.services, 4);
	assert_int_equal(s.verdict.problems, 2);
	assert_int_equal(s.verdict.no_data, 1);
	scene_end(&s);
}

static void the_deadline_takes_the_worse(void **state) {
	(void)state;
	static const double warning[] = {10, 85, 10, 10, 10};
	static const struct {
		enum samples_end end;
		enum state timeout;
		const double *values; /* of a service whose series is complete */
		enum state state;
	} cases[] = {
		{SAMPLES_DEADLINE, STATE_UNKNOWN, low, STATE_UNKNOWN},
		{SAMPLES_DEADLINE, STATE_CRITICAL, low, STATE_CRITICAL},
		{SAMPLES_DEADLINE, STATE_WARNING, low, STATE_WARNING},
		{SAMPLES_DEADLINE, STATE_OK, low, STATE_OK},
		{SAMPLES_DEADLINE, STATE_OK, warning, STATE_WARNING},
		{SAMPLES_DEADLINE, STATE_UNKNOWN, warning, STATE_WARNING},
		{SAMPLES_DEADLINE, STATE_CRITICAL, warning, STATE_CRITICAL},
		{SAMPLES_DEADLINE, STATE_OK, high, STATE_CRITICAL},
		/* A signal: UNKNOWN, whatever -t says. */
		{SAMPLES_STOPPED, STATE_OK, low, STATE_UNKNOWN},
		{SAMPLES_STOPPED, STATE_CRITICAL, low, STATE_UNKNOWN},
		{SAMPLES_STOPPED, STATE_OK, high, STATE_CRITICAL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene s;
		scene_begin(&s);
		s.rules.timeout_state = cases[i].timeout;
		s.samples.end = cases[i].end;
		s.samples.list_complete = false;
		scene_points(&s, scene_service(&s, "a"), METRIC_CPU, cases[i].values, 5);
		scene_service(&s, "b")->series[METRIC_CPU].status = SERIES_PENDING;
		expect_whole(scene_judge(&s), cases[i].state, "case %zu", i);
		expect_whole(s.verdict.series[1].state, STATE_UNKNOWN, "the pending one, case %zu",
			i);
		expect_whole(s.verdict.series[1].reason, REASON_UNANSWERED, "its reason, case %zu",
			i);
		scene_end(&s);
	}
}

/* What is known to be lost is UNKNOWN, though the options call the end of the time OK. */
static void a_failure_is_no_timeout(void **state) {
	(void)state;
	struct scene s;
	scene_begin(&s);
	s.rules.timeout_state = STATE_OK;
	s.samples.end = SAMPLES_DEADLINE;
	scene_points(&s, scene_service(&s, "a"), METRIC_CPU, low, 5);
	assert_int_equal(scene_judge(&s), STATE_OK);
	buf_adds(&s.samples.failures, "page 2 of the list is missing\n");
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	scene_end(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_failure_is_no_timeout),
		UNIT_TEST(the_policy_decides),
		UNIT_TEST(old_breaches_count),
		UNIT_TEST(the_worse_of_both_counts),
		UNIT_TEST(current_data_needs_no_word),
		UNIT_TEST(who_is_asked_about),
		UNIT_TEST(ecs_was_not_or_could_not_be_asked),
		UNIT_TEST(what_is_gone_is_dropped),
		UNIT_TEST(ebs_without_points_is_no_volume),
		UNIT_TEST(lost_series_are_unknown),
		UNIT_TEST(a_known_breach_of_a_lost_series_counts),
		UNIT_TEST(a_percentile_without_points_is_unknown),
		UNIT_TEST(a_percentile_of_ebs_is_not_always_no_volume),
		UNIT_TEST(a_percentile_with_a_policy),
		UNIT_TEST(an_empty_cluster_takes_the_policy),
		UNIT_TEST(a_pattern_without_match_is_unknown),
		UNIT_TEST(a_pattern_without_match_outlives_the_deadline),
		UNIT_TEST(what_is_known_counts),
		UNIT_TEST(the_worst_service_decides),
		UNIT_TEST(the_deadline_takes_the_worse),
	};
	return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
