/* Pieces of the report: values, names, the console link (contract 1.3, 1.4). */
#include "config.h"

#include "support.h"

#include "collect/find_cluster.h"
#include "report/words/console_link.h"
#include "report/words/order.h"
#include "report/report.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

static void values_have_the_decimals_they_need(void **state) {
	(void)state;
	static const struct {
		double value;
		int decimals;
		bool trim;
		const char *warning, *critical, *text;
	} cases[] = {
		/* Text: one decimal. */
		{34.4, 1, false, "80", "95", "34.4"},
		{34, 1, false, "80", "95", "34.0"},
		{34.456, 1, false, "80", "95", "34.5"},
		{100.2, 1, false, "80", "95", "100.2"},
		{0, 1, false, "80", "95", "0.0"},
		/* More where one would hide the breach, */
		{95.04, 1, false, "80", "95", "95.04"},
		{95.0000001, 1, false, "80", "95", "95.0000001"},
		{80.001, 1, false, "80", "95", "80.001"},
		{9.96, 1, false, "10:", "~:", "9.96"},
		{-0.04, 1, false, "80", "95", "-0.04"},
		{10.04, 1, false, "~:", "@5:10.03", "10.04"},
		/* or would pretend one: 19.96 lies below, 20.0 within. */
		{19.96, 1, false, "@20:30", "~:", "19.96"},
		/* At the bound, but no breach: nothing is hidden. */
		{94.99, 1, false, "80", "95", "95.0"},
		{79.96, 1, false, "80", "95", "80.0"},
		{95, 1, false, "80", "95", "95.0"},
		/* Perfdata: at most two, fewer where they suffice. */
		{34.4, 2, true, "80", "95", "34.4"},
		{34, 2, true, "80", "95", "34"},
		{34.456, 2, true, "80", "95", "34.46"},
		{100, 2, true, "80", "95", "100"},
		{0, 2, true, "80", "95", "0"},
		{0.001, 2, true, "80", "95", "0"},
		{95.004, 2, true, "80", "95", "95.004"},
		{95.0000001, 2, true, "80", "95", "95.0000001"},
		{1234567.891, 2, true, "80", "95", "1234567.89"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range warning, critical;
		struct buf b;
		assert_int_equal(range_parse(cases[i].warning, &warning, NULL), 0);
		assert_int_equal(range_parse(cases[i].critical, &critical, NULL), 0);
		buf_init(&b, 1000);
		report_add_value(&b, cases[i].value, cases[i].decimals, cases[i].trim,
			&(struct series_ranges){&warning, &critical});
		expect_text(buf_str(&b), cases[i].text, "%.12g with -w %s -C %s", cases[i].value,
			cases[i].warning, cases[i].critical);
		buf_free(&b);
	}
}

static void names_from_outside_are_cleaned(void **state) {
	(void)state;
	struct buf b;
	char name[2000];
	buf_init(&b, 10000);
	report_add_name(&b, "a|b\n\033[31mc\xe2\x80\xae\xff");
	assert_string_equal(buf_str(&b), "a/b c?");
	buf_free(&b);
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	report_add_name(&b, name);
	assert_true(b.len < 400);
	buf_free(&b);
	/* The longest that ECS allows stays whole. */
	name[255] = '\0';
	report_add_name(&b, name);
	assert_string_equal(buf_str(&b), name);
	buf_free(&b);
}

/* --- the console link --- */

static const struct window window = {.start_s = 1795273200,
	.end_s = 1795363200,
	.period_s = 3600,
	.points = 25,
	.filling = true};

static void the_link_leads_to_the_graph(void **state) {
	(void)state;
	struct buf b;
	const struct console_graph g = {.host = "eu-west-1.console.aws.amazon.com",
		.region = "eu-west-1",
		.cluster = "prod",
		.service = "api_1-x.y",
		.metric = METRIC_CPU,
		.statistic = "p99.9",
		.window = &window};
	buf_init(&b, 10000);
	console_link_add(&b, &g);
	/* 2026-11-21 15:00Z to 2026-11-22 16:00Z; ':' is *3a, '/' is *2f. */
	assert_string_equal(buf_str(&b),
		"https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
		"#metricsV2:graph=~(metrics~(~(~%27AWS*2fECS~%27CPUUtilization~%27ServiceName"
		"~%27api_1-x.y~%27ClusterName~%27prod))~period~3600~stat~%27p99.9"
		"~region~%27eu-west-1~view~%27timeSeries~stacked~false"
		"~start~%272026-11-21T15*3a00*3a00Z~end~%272026-11-22T16*3a00*3a00Z)");
	buf_free(&b);
}

static void every_metric_has_its_name(void **state) {
	(void)state;
	static const char *const names[ALL_METRICS] = {"cpu", "ebs", "memory", "tasks"};
	static const char *const aws_names[] = {"CPUUtilization", "EBSFilesystemUtilization",
		"MemoryUtilization"};
	for (int m = 0; m < ALL_METRICS; m++) {
		enum metric found;
		expect_text(metric_name((enum metric)m), names[m], "name of %d", m);
		expect(metric_parse(names[m], strlen(names[m]), &found) == 0 && (int)found == m,
			"%s", names[m]);
		expect_whole(metric_parse(names[m], strlen(names[m]) - 1, &found), -1,
			"a part of %s", names[m]);
	}
	expect_text(metric_aws_name(METRIC_TASKS), "", "CloudWatch has no metric of them");
	for (int m = 0; m < METRICS; m++) {
		struct buf b;
		const struct console_graph g = {.host = "us-east-1.console.aws.amazon.com",
			.region = "us-east-1",
			.cluster = "c",
			.service = "s",
			.metric = (enum metric)m,
			.statistic = "Maximum",
			.window = &window};
		buf_init(&b, 10000);
		console_link_add(&b, &g);
		expect_holds(buf_str(&b), aws_names[m], "link of %s", names[m]);
		buf_free(&b);
		expect_text(metric_aws_name((enum metric)m), aws_names[m], "AWS's name of %d", m);
	}
	enum metric found;
	assert_int_equal(metric_parse("cpu,memory", 3, &found), 0);
	assert_int_equal(found, METRIC_CPU);
	assert_int_equal(metric_parse("cpux", 4, &found), -1);
	assert_int_equal(metric_parse("", 0, &found), -1);
}

static void hostile_names_stay_in_their_place(void **state) {
	(void)state;
	struct buf b;
	const struct console_graph g = {.host = "eu-west-1.console.aws.amazon.com",
		.region = "eu-west-1",
		.cluster = "a)~b'c|d e\"<>",
		.service = "caf\xc3\xa9*\n",
		.metric = METRIC_MEMORY,
		.statistic = "Maximum",
		.window = &window};
	buf_init(&b, 10000);
	console_link_add(&b, &g);
	expect_holds(buf_str(&b),
		"~%27caf*c3*a9*2a*0a~%27ClusterName~%27a*29*7eb*27c*7cd*20e*22*3c*3e))", "link");
	for (size_t i = 0; i < b.len; i++)
		expect(b.data[i] > ' ' && b.data[i] < 0x7F && !strchr("|'\"<>`", b.data[i]),
			"byte %zu of the link", i);
	buf_free(&b);
}

static void other_partitions_have_no_link(void **state) {
	(void)state;
	static const struct {
		const char *region, *host;
	} cases[] = {{"eu-west-1", "eu-west-1.console.aws.amazon.com"}, {"cn-north-1", ""},
		{"us-gov-west-1", ""}, {"us-iso-east-1", ""}, {"eusc-de-east-1", ""}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct choice choice = {.cluster = "c", .cluster_name = "c"};
		const struct target_chooser nobody = {.choose = NULL};
		struct target target;
		struct err e = {.code = ERR_NONE};
		struct buf b;
		/* A cluster that is named is not asked for: no client. */
		assert_int_equal(target_resolve(&choice, cases[i].region, NULL, &nobody, &target,
					 &e),
			OUTCOME_DONE);
		expect_text(target.console_host, cases[i].host, "%s", cases[i].region);
		const struct console_graph g = {.host = target.console_host,
			.region = cases[i].region,
			.cluster = "c",
			.service = "s",
			.metric = METRIC_CPU,
			.statistic = "Maximum",
			.window = &window};
		buf_init(&b, 10000);
		console_link_add(&b, &g);
		expect((b.len > 0) == (*cases[i].host != '\0'), "%s", cases[i].region);
		buf_free(&b);
		target_free(&target);
	}
}

/* --- items of the first line --- */

/* A graph of fewer points than three hours have says nothing. */
static void the_link_shows_at_least_three_hours(void **state) {
	(void)state;
	static const struct {
		int64_t window_s;
		const char *start;
	} cases[] = {{25 * 3600, "~start~%272026-11-21T15*3a00*3a00Z"},
		{3 * 3600, "~start~%272026-11-22T13*3a00*3a00Z"},
		{3 * 3600 - 300, "~start~%272026-11-22T13*3a00*3a00Z"},
		{900, "~start~%272026-11-22T13*3a00*3a00Z"},
		{3 * 3600 + 300, "~start~%272026-11-22T12*3a55*3a00Z"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct window w = {.start_s = window.end_s - cases[i].window_s,
			.end_s = window.end_s,
			.period_s = 300};
		const struct console_graph g = {.host = "eu-west-1.console.aws.amazon.com",
			.region = "eu-west-1",
			.cluster = "c",
			.service = "s",
			.metric = METRIC_CPU,
			.statistic = "Average",
			.window = &w};
		struct buf b;
		buf_init(&b, 10000);
		console_link_add(&b, &g);
		expect_holds(buf_str(&b), cases[i].start, "case %zu", i);
		expect_holds(buf_str(&b), "~end~%272026-11-22T16*3a00*3a00Z)", "case %zu", i);
		expect_holds(buf_str(&b), "~period~300~stat~%27Average~", "case %zu", i);
		buf_free(&b);
	}
}

/* --- the order --- */

/* Points beyond the range, whatever the value and whichever end. */
static void the_worst_is_furthest_beyond_its_range(void **state) {
	(void)state;
	static const struct {
		const char *range;
		double shown, beyond;
	} cases[] = {{"80", 85, 5}, {"80", 80, 0}, {"80", 74, -6}, {"80", 2, -78}, {"10:", 3, 7},
		{"10:", 12, -2}, {"10:90", 95, 5}, {"10:90", 4, 6}, {"10:90", 88, -2},
		{"@10:20", 14, 4}, {"@10:20", 18, 2}, {"@10:20", 25, -5}, {"@10:20", 7, -3},
		{"~:", 99, -INFINITY}, {"~:95", 180, 85}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range r;
		struct series_verdict v = {.points = 1, .shown = cases[i].shown, .range = &r};
		assert_int_equal(range_parse(cases[i].range, &r, NULL), 0);
		expect_number(report_points_beyond(&v), cases[i].beyond, "%g by %s", cases[i].shown,
			cases[i].range);
	}
	struct range narrow, wide;
	assert_int_equal(range_parse("50", &narrow, NULL), 0);
	assert_int_equal(range_parse("95", &wide, NULL), 0);
	const struct series_verdict order[] = {{.state = STATE_CRITICAL,
						       .is_silent = true,
						       .silence = REASON_DOWN,
						       .range = &wide},
		{.state = STATE_CRITICAL, .points = 1, .shown = 70, .range = &narrow},
		{.state = STATE_CRITICAL, .points = 1, .shown = 99, .range = &wide},
		{.state = STATE_CRITICAL, .points = 1, .shown = 99, .range = &wide},
		{.state = STATE_WARNING, .points = 1, .shown = 180, .range = &narrow},
		{.state = STATE_UNKNOWN, .reason = REASON_NO_DATA, .range = &wide},
		{.state = STATE_OK, .points = 1, .shown = 94, .range = &wide},
		{.state = STATE_OK, .points = 1, .shown = 48, .range = &narrow},
		{.state = STATE_OK, .reason = REASON_SCALED_TO_ZERO, .range = &wide}};
	for (size_t a = 0; a < LENGTH(order); a++)
		for (size_t b = 0; b < LENGTH(order); b++) {
			int found = report_compare_worst(&order[a], &order[b]);
			expect_whole((found > 0) - (found < 0), (a > b) - (a < b), "%zu and %zu", a,
				b);
		}
}

static void items_name_service_and_value(void **state) {
	(void)state;
	const double values[] = {10, 97.06, 10, 10, 10};
	struct scene s;
	scene_begin(&s);
	scene_points(&s, scene_service(&s, "worker"), METRIC_CPU, values, LENGTH(values));
	(void)scene_service(&s, "idle");
	s.rules.no_data = NO_DATA_STATE;
	s.rules.no_data_state = STATE_OK;
	assert_int_equal(scene_judge(&s), STATE_CRITICAL);
	const struct report_input in = scene_input(&s);
	struct buf b;
	buf_init(&b, 1000);
	report_add_item(&in, &s.verdict.series[0], &b);
	/* Over since 02:00: when it was, without the date of the run's day. */
	assert_string_equal(buf_str(&b), "worker cpu 97.1% at 01:00Z");
	buf_free(&b);
	report_add_item(&in, &s.verdict.series[1], &b);
	assert_string_equal(buf_str(&b), "idle cpu no data");
	buf_free(&b);
	scene_end(&s);
}

/* One task became three: the percentile ended. */
static void a_lost_percentile_says_since_when(void **state) {
	(void)state;
	const double values[] = {10, 10};
	struct scene s;
	scene_begin(&s);
	scene_no_filling(&s);
	scene_statistic(&s, "p95");
	struct service *service = scene_service(&s, "api");
	scene_points(&s, service, METRIC_CPU, values, LENGTH(values));
	scene_described(&s, service, 3, 100000);
	assert_int_equal(scene_judge(&s), STATE_UNKNOWN);
	const struct report_input in = scene_input(&s);
	struct buf b;
	buf_init(&b, 1000);
	report_add_silence(&in, &s.verdict.series[0], false, &b);
	assert_string_equal(buf_str(&b),
		"CloudWatch returned no p95 since 01:00Z (several tasks?); use Maximum or Average");
	buf_free(&b);
	scene_end(&s);
}

/* --- runs that end early --- */

/* At most 120 columns, 79 at a terminal; the whole follows. JSON and usage errors stay whole. */
static void long_failures_are_shortened_in_the_first_line(void **state) {
	(void)state;
	static const char message[] =
		"cannot reach a host whose name is long: no answer to any of the many attempts, so "
		"that nothing is left but to look at the network, the proxy and the endpoint";
	static const struct {
		bool to_terminal, is_bad_input;
		const char *message, *first, *second;
	} cases[] = {
		{false, false, message,
			"cannot reach a host whose name is long: no answer to any of the many "
			"attempts, so that ...",
			message},
		{true, false, message, "cannot reach a host whose name is long: no answer ...",
			message},
		{false, true, message, message, NULL},
		{false, false, "it is short", "it is short", NULL},
		{false, false,
			"cannot assume a role: not permitted: add sts:AssumeRole for key AKIA "
			"(AccessDenied: User: x is not authorized to perform: sts:AssumeRole)",
			"add sts:AssumeRole for key AKIA",
			"cannot assume a role: not permitted: add sts:AssumeRole for key AKIA "
			"(AccessDenied: User: x is not authorized to perform: sts:AssumeRole)"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct style style = {.format = FORMAT_MULTI_LINE};
		const struct report_failure failure = {.style = &style,
			.state = STATE_UNKNOWN,
			.cluster = "production",
			.is_bad_input = cases[i].is_bad_input,
			.message = cases[i].message,
			.to_terminal = cases[i].to_terminal,
			.diagnosis = ""};
		char expected[2000];
		struct buf out;
		buf_init(&out, REPORT_MAX_BYTES);
		report_failure(&failure, &out);
		(void)snprintf(expected, sizeof expected, "ECS UNKNOWN - production: %s\n%s%s%s",
			cases[i].first, cases[i].second ? "[UNKNOWN] " : "",
			cases[i].second ? cases[i].second : "", cases[i].second ? "\n" : "");
		expect_text(buf_str(&out), expected, "case %zu", i);
		buf_free(&out);
	}
}

/* --- the last words --- */

static void last_words_in_text_have_no_tag(void **state) {
	(void)state;
	char words[REPORT_LAST_WORDS_BYTES];
	report_last_words(FORMAT_MULTI_LINE, NULL, STATE_CRITICAL, "<b>prod</b>: timed out", words);
	assert_string_equal(words, "ECS CRITICAL - (b)prod(/b): timed out\n");
	report_last_words(FORMAT_JSON, NULL, STATE_CRITICAL, "<b>prod</b>: timed out", words);
	expect_holds(words, "\"ECS CRITICAL - <b>prod</b>: timed out\"", "JSON keeps it");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(values_have_the_decimals_they_need),
		UNIT_TEST(names_from_outside_are_cleaned),
		UNIT_TEST(the_link_leads_to_the_graph),
		UNIT_TEST(every_metric_has_its_name),
		UNIT_TEST(hostile_names_stay_in_their_place),
		UNIT_TEST(other_partitions_have_no_link),
		UNIT_TEST(the_link_shows_at_least_three_hours),
		UNIT_TEST(the_worst_is_furthest_beyond_its_range),
		UNIT_TEST(items_name_service_and_value),
		UNIT_TEST(a_lost_percentile_says_since_when),
		UNIT_TEST(long_failures_are_shortened_in_the_first_line),
		UNIT_TEST(last_words_in_text_have_no_tag),
	};
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
