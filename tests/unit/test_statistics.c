/* --statistic=[METRIC=]NAME: which statistic a metric is asked for. */
#include "config.h"

#include "support.h"

#include "model/statistics.h"

#include <string.h>

/* Statistics definitions in the CloudWatch User Guide. */
static void names_are_cloudwatchs(void **state) {
	(void)state;
	static const struct {
		const char *name;
		int kind; /* -1: none */
	} cases[] = {{"Maximum", STATISTIC_MAXIMUM}, {"Average", STATISTIC_AVERAGE},
		{"Minimum", STATISTIC_MINIMUM}, {"p95", STATISTIC_PERCENTILE},
		{"p99.9", STATISTIC_PERCENTILE}, {"p0.01", STATISTIC_PERCENTILE},
		{"p100", STATISTIC_PERCENTILE}, {"p100.00", STATISTIC_PERCENTILE}, {"p0", -1},
		{"p0.00", -1}, {"p100.01", -1}, {"p", -1}, {"p.5", -1}, {"p5.", -1}, {"p5.123", -1},
		{"p5.1.2", -1}, {"p-5", -1}, {"p1e1", -1}, {"maximum", -1}, {"Maximums", -1},
		{"Maxim", -1}, {"", -1}, {"Sum", -1}, {"p0000000000000000095", -1}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct statistic x = {.name = "untouched"};
		const char *name = cases[i].name;
		int rc = statistic_from_name(name, strlen(name), &x);
		expect(rc == (cases[i].kind < 0 ? -1 : 0), "'%s' is read: %d", name, rc);
		expect_text(x.name, rc ? "untouched" : name, "the name of '%s'", name);
		if (rc == 0)
			expect_whole((int)x.kind, cases[i].kind, "the kind of '%s'", name);
	}
}

static void a_metric_may_stand_before_the_name(void **state) {
	(void)state;
	int metric = 7;
	expect_text(statistics_split("Average", &metric), "Average", "without a metric");
	expect_whole(metric, -1, "no metric");
	expect_text(statistics_split("memory=p95", &metric), "p95", "with a metric");
	expect_whole(metric, METRIC_MEMORY, "the metric");
	expect_text(statistics_split("cpu=", &metric), "", "an empty name");
	expect(statistics_split("disk=Average", &metric) == NULL, "an unknown metric");
	expect(statistics_split("=Average", &metric) == NULL, "an empty metric");
}

/* Sets each of the words in turn. */
static struct statistics set_all(const char *const *words, size_t n) {
	struct statistics s = statistics_default();
	for (size_t i = 0; i < n; i++) {
		int metric;
		struct statistic x;
		const char *name = statistics_split(words[i], &metric);
		assert_int_equal(statistic_from_name(name, strlen(name), &x), 0);
		statistics_set(&s, metric, &x);
	}
	return s;
}

static void a_metrics_own_goes_first_and_the_later_one_counts(void **state) {
	(void)state;
	static const struct {
		const char *words[4];
		const char *cpu, *memory;
	} cases[] = {
		{{NULL}, "Maximum", "Maximum"},
		{{"Average"}, "Average", "Average"},
		{{"cpu=Average"}, "Average", "Maximum"},
		{{"cpu=Average", "p95"}, "Average", "p95"},
		{{"p95", "cpu=Average"}, "Average", "p95"},
		{{"Average", "Minimum"}, "Minimum", "Minimum"},
		{{"cpu=Average", "cpu=p50", "memory=p99.9"}, "p50", "p99.9"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t n = 0;
		while (n < LENGTH(cases[i].words) && cases[i].words[n])
			n++;
		const struct statistics s = set_all(cases[i].words, n);
		expect_text(statistics_of(&s, METRIC_CPU)->name, cases[i].cpu, "cpu of case %zu",
			i);
		expect_text(statistics_of(&s, METRIC_MEMORY)->name, cases[i].memory,
			"memory of case %zu", i);
	}
}

/* "One grid of periods, with the one that is still filling if any metric is Maximum"; top-level
 * "statistic null when mixed". */
static void the_wanted_metrics_decide_on_the_grid(void **state) {
	(void)state;
	static const char *const words[] = {"Average", "memory=Maximum"};
	const struct statistics s = set_all(words, LENGTH(words));
	const bool both[METRICS] = {[METRIC_CPU] = true, [METRIC_MEMORY] = true};
	const bool cpu[METRICS] = {[METRIC_CPU] = true};
	const bool cpu_and_ebs[METRICS] = {[METRIC_CPU] = true, [METRIC_EBS] = true};
	const bool none[METRICS] = {false};
	expect(statistics_need_filling(&s, both), "memory is Maximum");
	expect(!statistics_need_filling(&s, cpu), "cpu is Average");
	expect(statistics_common(&s, both) == NULL, "they differ");
	assert_non_null(statistics_common(&s, cpu_and_ebs));
	expect_text(statistics_common(&s, cpu_and_ebs)->name, "Average", "the common one");
	expect(statistics_common(&s, none) == NULL, "of none");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(names_are_cloudwatchs),
		UNIT_TEST(a_metric_may_stand_before_the_name),
		UNIT_TEST(a_metrics_own_goes_first_and_the_later_one_counts),
		UNIT_TEST(the_wanted_metrics_decide_on_the_grid),
	};
	return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
