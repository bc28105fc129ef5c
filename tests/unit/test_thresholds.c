/* -w and -C [GLOB/][METRIC=]RANGE: how a text is read, and which entry serves a service's metric.
 * The precedence over random sets of options is in tests/signal/ranges.t. */
#include "config.h"

#include "support.h"

#include "model/thresholds.h"

#include <math.h>
#include <string.h>

static void a_text_has_up_to_three_parts(void **state) {
	(void)state;
	static const struct {
		const char *text;
		const char *glob; /* NULL: none */
		int metric;       /* -1: none */
		double start, end;
		bool inside;
	} cases[] = {
		{"80", NULL, -1, 0, 80, false},
		{"cpu=80", NULL, METRIC_CPU, 0, 80, false},
		{"api/80", "api", -1, 0, 80, false},
		{"api/memory=@10:20", "api", METRIC_MEMORY, 10, 20, true},
		{"batch-*/cpu=~:", "batch-*", METRIC_CPU, -INFINITY, INFINITY, false},
		{"web_[!a-c]?/10:", "web_[!a-c]?", -1, 10, INFINITY, false},
		{"[[:alpha:]]*/ebs=5:10%", "[[:alpha:]]*", METRIC_EBS, 5, 10, false},
		{"\\*/90", "\\*", -1, 0, 90, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct threshold_text t;
		struct err e = {.message = ""};
		const char *text = cases[i].text;
		expect(threshold_parse(text, &t, &e) == 0, "%s is read: %s", text, e.message);
		expect((t.glob == NULL) == (cases[i].glob == NULL), "glob of %s", text);
		if (cases[i].glob && t.glob)
			expect(t.glob_len == strlen(cases[i].glob) &&
					memcmp(t.glob, cases[i].glob, t.glob_len) == 0,
				"glob of %s is %.*s", text, (int)t.glob_len, t.glob);
		expect_whole(t.has_metric ? (int)t.metric : -1, cases[i].metric, "metric of %s",
			text);
		expect_number(t.range.start, cases[i].start, "start of %s", text);
		expect_number(t.range.end, cases[i].end, "end of %s", text);
		expect(t.range.inside == cases[i].inside, "inside of %s", text);
	}
}

static void what_is_wrong_is_said(void **state) {
	(void)state;
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"/80", "'/80' lacks a service before the '/'"},
		{"prod/api/80", "'prod/api/80' holds more than one '/'"},
		{"cpu=api/80", "'cpu=api/80' has a '=' before the '/'&SERVICE/cpu=RANGE"},
		{"api/cpuu=80", "'api/cpuu=80' has no metric&cpu ebs memory&did you mean cpu?"},
		{"=80", "no metric before"},
		{"api/", "number is missing"},
		{"api/cpu=", "number is missing"},
		{"api/cpu=90:80", "start is"},
		{"api/eighty", "'eighty'"},
		{"cpu=memory=80", "'memory=80'"},
		{"", "number is missing"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct threshold_text t;
		struct thresholds list = {.count = 0};
		struct err e = {.message = ""};
		expect(threshold_parse(cases[i].text, &t, &e) == -1, "'%s' is refused",
			cases[i].text);
		expect_whole((int)e.code, ERR_SYNTAX, "code for '%s'", cases[i].text);
		expect_holds(e.message, cases[i].words, "message for '%s'", cases[i].text);
		expect(!strchr(e.message, '\n'), "one line for '%s'", cases[i].text);
		expect(thresholds_add(&list, THRESHOLD_WARNING, cases[i].text, &e) == -1 &&
				list.count == 0,
			"'%s' is not added", cases[i].text);
		thresholds_free(&list);
	}
}

static void add(struct thresholds *t, enum threshold_level level, const char *text) {
	struct err e;
	assert_int_equal(thresholds_add(t, level, text, &e), 0);
}

static void expect_entry(const struct thresholds *t, const char *service, enum metric m,
	enum threshold_level level, const char *wanted) {
	const struct service_thresholds found = thresholds_of_service(t, service, NULL);
	expect_text(found.by[m][level]->text, wanted, "%s %s, level %d", service, metric_name(m),
		(int)level);
}

static void without_an_entry_the_defaults_count(void **state) {
	(void)state;
	const struct thresholds none = {.count = 0};
	const struct service_thresholds found = thresholds_of_service(&none, "api", NULL);
	for (int m = 0; m < METRICS; m++) {
		expect_number(found.by[m][THRESHOLD_WARNING]->range.end, 80, "warning of %d", m);
		expect_number(found.by[m][THRESHOLD_CRITICAL]->range.end, 95, "critical of %d", m);
		expect_number(found.by[m][THRESHOLD_CRITICAL]->range.start, 0, "start of %d", m);
		expect(found.by[m][THRESHOLD_WARNING]->text == NULL, "it was not given");
	}
	for (int level = 0; level < THRESHOLD_LEVELS; level++) {
		const struct range *r = &found.by[METRIC_TASKS][level]->range;
		expect_number(r->start, level == THRESHOLD_WARNING ? 100 : 50, "start of tasks");
		expect_number(r->end, INFINITY, "end of tasks");
	}
}

/* Utilisation and running tasks have nothing in common that one range could fit. */
static void a_plain_range_is_not_for_tasks(void **state) {
	(void)state;
	struct thresholds t = {.count = 0};
	add(&t, THRESHOLD_WARNING, "70");
	add(&t, THRESHOLD_WARNING, "api/71");
	add(&t, THRESHOLD_WARNING, "tasks=90:");
	add(&t, THRESHOLD_WARNING, "a*/tasks=80:");
	expect_entry(&t, "api", METRIC_CPU, THRESHOLD_WARNING, "api/71");
	expect_entry(&t, "api", METRIC_TASKS, THRESHOLD_WARNING, "a*/tasks=80:");
	expect_entry(&t, "web", METRIC_TASKS, THRESHOLD_WARNING, "tasks=90:");
	thresholds_free(&t);
}

/* "The service part decides first (exact name, glob, none), then METRIC= before plain, then the
 * later one." */
static void the_service_decides_first(void **state) {
	(void)state;
	struct thresholds t = {.count = 0};
	add(&t, THRESHOLD_WARNING, "api/70");
	add(&t, THRESHOLD_WARNING, "a*/cpu=71");
	add(&t, THRESHOLD_WARNING, "a*/72");
	add(&t, THRESHOLD_WARNING, "cpu=73");
	add(&t, THRESHOLD_WARNING, "74");
	add(&t, THRESHOLD_WARNING, "*/memory=75");
	add(&t, THRESHOLD_CRITICAL, "api/cpu=90");
	add(&t, THRESHOLD_CRITICAL, "api/cpu=91");
	static const struct {
		const char *service;
		enum metric metric;
		enum threshold_level level;
		const char *wanted;
	} cases[] = {
		/* An exact name beats a glob, even plain against METRIC=. */
		{"api", METRIC_CPU, THRESHOLD_WARNING, "api/70"},
		{"api", METRIC_MEMORY, THRESHOLD_WARNING, "api/70"},
		/* Within globs METRIC= beats a later plain one. */
		{"auth", METRIC_CPU, THRESHOLD_WARNING, "a*/cpu=71"},
		{"auth", METRIC_EBS, THRESHOLD_WARNING, "a*/72"},
		{"auth", METRIC_MEMORY, THRESHOLD_WARNING, "*/memory=75"},
		/* Any glob beats none. */
		{"web", METRIC_CPU, THRESHOLD_WARNING, "cpu=73"},
		{"web", METRIC_EBS, THRESHOLD_WARNING, "74"},
		{"web", METRIC_MEMORY, THRESHOLD_WARNING, "*/memory=75"},
		/* The later one; the other metrics keep the default. */
		{"api", METRIC_CPU, THRESHOLD_CRITICAL, "api/cpu=91"},
		{"api", METRIC_MEMORY, THRESHOLD_CRITICAL, NULL},
		/* Case matters. */
		{"API", METRIC_CPU, THRESHOLD_WARNING, "cpu=73"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_entry(&t, cases[i].service, cases[i].metric, cases[i].level,
			cases[i].wanted);
	thresholds_free(&t);
}

/* The contract's own example: batch jobs may use all they get. */
static void a_glob_can_switch_a_threshold_off(void **state) {
	(void)state;
	struct thresholds t = {.count = 0};
	add(&t, THRESHOLD_WARNING, "batch-*/cpu=~:");
	add(&t, THRESHOLD_CRITICAL, "batch-*/cpu=~:");
	const struct service_thresholds found = thresholds_of_service(&t, "batch-7", NULL);
	for (int level = 0; level < THRESHOLD_LEVELS; level++) {
		expect(range_is_never(&found.by[METRIC_CPU][level]->range), "cpu, level %d", level);
		expect(!range_is_never(&found.by[METRIC_MEMORY][level]->range), "memory, level %d",
			level);
	}
	thresholds_free(&t);
}

static void an_entry_that_serves_none_is_idle(void **state) {
	(void)state;
	static const char *const texts[] = {"80", "api/81", "web-*/82", "gone/83", "w*/cpu=84",
		"gone/cpu=85", "api/86"};
	static const bool wanted[] = {true, true, false, false, true, false, true};
	struct thresholds t = {.count = 0};
	bool matched[LENGTH(texts)] = {false};
	for (size_t i = 0; i < LENGTH(texts); i++)
		add(&t, THRESHOLD_CRITICAL, texts[i]);
	(void)thresholds_of_service(&t, "worker", matched);
	(void)thresholds_of_service(&t, "api", matched);
	(void)thresholds_of_service(&t, "other", matched);
	for (size_t i = 0; i < LENGTH(texts); i++)
		expect(matched[i] == wanted[i], "%s has matched: %d", texts[i], matched[i]);
	thresholds_free(&t);
}

static void the_list_is_bounded(void **state) {
	(void)state;
	struct thresholds t = {.count = 0};
	struct err e;
	for (int i = 0; i < THRESHOLDS_MAX; i++)
		add(&t, THRESHOLD_WARNING, "api/80");
	expect(thresholds_add(&t, THRESHOLD_WARNING, "80", &e) == -1, "one more is refused");
	expect_whole((int)e.code, ERR_LIMIT, "the code");
	expect_holds(e.message, "more than 1000 ranges", "the message");
	expect_entry(&t, "api", METRIC_CPU, THRESHOLD_WARNING, "api/80");
	thresholds_free(&t);
	expect_whole((int64_t)t.count, 0, "freed");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_text_has_up_to_three_parts),
		UNIT_TEST(what_is_wrong_is_said),
		UNIT_TEST(without_an_entry_the_defaults_count),
		UNIT_TEST(a_plain_range_is_not_for_tasks),
		UNIT_TEST(the_service_decides_first),
		UNIT_TEST(a_glob_can_switch_a_threshold_off),
		UNIT_TEST(an_entry_that_serves_none_is_idle),
		UNIT_TEST(the_list_is_bounded),
	};
	return cmocka_run_group_tests_name("thresholds", tests, NULL, NULL);
}
