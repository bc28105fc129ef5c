/* What a run costs a month (contract 1.2, --interval). */
#include "config.h"

#include "support.h"

#include "report/words/billing.h"

#include <stdio.h>
#include <string.h>

static void the_month_is_reckoned_from_metrics_and_interval(void **state) {
	(void)state;
	/* By hand: metrics * runs in 30 days / 1,000 * 0.01 USD. */
	static const struct {
		size_t metrics;
		int64_t interval_s;
		const char *cost;
	} cases[] = {
		{28, 900, "0.81 USD a month at one run every 15m\n"},      /* 2,880 runs */
		{200, 900, "5.76 USD a month at one run every 15m\n"},     /* 576,000 metrics */
		{2000, 300, "172.80 USD a month at one run every 5m\n"},   /* 8,640 runs */
		{10000, 60, "4320.00 USD a month at one run every 1m\n"},  /* 43,200 runs */
		{10000, 900, "288.00 USD a month at one run every 15m\n"}, /* 28,800,000 metrics */
		{1, 86400, "under 0.01 USD a month at one run every 24h\n"}, /* 30 metrics */
		{1, 2592, "0.01 USD a month at one run every 2592s\n"},      /* 1,000 metrics */
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b;
		char start[80];
		buf_init(&b, 1000);
		billing_describe(cases[i].metrics, cases[i].interval_s, &b);
		(void)snprintf(start, sizeof start, "billed: %zu metric%s asked of GetMetricData, ",
			cases[i].metrics, cases[i].metrics == 1 ? "" : "s");
		expect_holds(buf_str(&b), start, "case %zu", i);
		expect_text(buf_str(&b) + strlen(start), cases[i].cost, "case %zu", i);
		buf_free(&b);
	}
}

static void without_an_interval_there_is_no_cost(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	billing_describe(28, 0, &b);
	expect_text(buf_str(&b), "billed: 28 metrics asked of GetMetricData\n", "the count alone");
	buf_free(&b);
	/* A run that failed before it asked for metrics tells nothing of what one costs. */
	billing_describe(0, 900, &b);
	expect_text(buf_str(&b), "billed: 0 metrics asked of GetMetricData\n", "no metric");
	buf_free(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_month_is_reckoned_from_metrics_and_interval),
		UNIT_TEST(without_an_interval_there_is_no_cost),
	};
	return cmocka_run_group_tests_name("billing", tests, NULL, NULL);
}
