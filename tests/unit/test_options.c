/* The command line: what is taken, what is refused, and what comes of it (contract 1.2). */
#include "config.h"

#include "support.h"

#include "base/text.h"
#include "options/help.h"
#include "options/options.h"
#include "options/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_WORDS = 32, LINE_BYTES = 1024 };

#define CLUSTER_ARN "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
#define ROLE_ARN    "arn:aws:iam::123456789012:role/path/monitoring"

/* A command line that lives as long as its configuration. */
struct line {
	char text[LINE_BYTES];
	char *words[MAX_WORDS + 1];
	struct options options;
	struct err e;
};

/* Splits a line whose words are separated by single blanks; two in a row make an empty word. */
static int split(struct line *l, const char *text) {
	int count = 0;
	*l = (struct line){.options = {.rules = {.breaches = 0}}};
	assert_true((size_t)snprintf(l->text, sizeof l->text, "check_ecs_bottleneck%s%s",
			    *text ? " " : "", text) < sizeof l->text);
	char *at = l->text;
	for (;;) {
		assert_true(count < MAX_WORDS);
		l->words[count++] = at;
		at = strchr(at, ' ');
		if (!at)
			break;
		*at++ = '\0';
	}
	return count;
}

static enum options_outcome parse(struct line *l, const char *text) {
	int count = split(l, text);
	return options_parse(count, l->words, &l->options, &l->e);
}

static void expect_range(const struct range *r, double start, double end, const char *what) {
	expect_number(r->start, start, "start of %s", what);
	expect_number(r->end, end, "end of %s", what);
}

/* For a service that no service part names. */
static const struct range *range_of(const struct options *o, enum threshold_level level,
	enum metric m) {
	return &thresholds_general(&o->rules.thresholds).by[m][level]->range;
}

static const char *statistic_name(const struct options *o) {
	return statistics_of(&o->rules.statistics, METRIC_CPU)->name;
}

static void defaults_are_set(void **state) {
	(void)state;
	struct line l;
	assert_int_equal(parse(&l, ""), OPTIONS_RUN);
	const struct options *o = &l.options;
	assert_null(o->choice.cluster);
	assert_null(o->choice.cluster_name);
	for (int m = 0; m < METRICS; m++) {
		expect_range(range_of(o, THRESHOLD_WARNING, (enum metric)m), 0, 80,
			"the warning range");
		expect_range(range_of(o, THRESHOLD_CRITICAL, (enum metric)m), 0, 95,
			"the critical range");
	}
	assert_true(o->rules.metrics[METRIC_CPU] && o->rules.metrics[METRIC_MEMORY]);
	assert_false(o->rules.metrics[METRIC_EBS]);
	assert_int_equal(o->rules.include.count, 0);
	assert_int_equal(o->rules.exclude.count, 0);
	assert_int_equal(o->rules.window.window_s, 86400);
	assert_int_equal(o->rules.window.period_s, 3600);
	assert_true(o->rules.window.with_filling);
	assert_string_equal(statistic_name(o), "Maximum");
	assert_int_equal(o->rules.breaches, 1);
	assert_int_equal(o->rules.no_data, NO_DATA_AUTO);
	assert_int_equal(o->choice.timeout_s, 10);
	assert_int_equal(o->rules.timeout_state, STATE_UNKNOWN);
	assert_int_equal(o->style.perfdata, PERFDATA_AUTO);
	assert_int_equal(o->style.verbosity, 0);
	assert_null(o->choice.region);
	assert_null(o->choice.profile);
	assert_string_equal(o->choice.cluster_region, "");
	assert_null(o->choice.endpoint_url);
	assert_null(o->choice.ca_bundle);
	assert_null(o->choice.role_arn);
	assert_null(o->choice.external_id);
	assert_false(o->choice.no_cache);
	options_free(&l.options);
}

static void every_option_has_its_effect(void **state) {
	(void)state;
	struct line l;
	assert_int_equal(
		parse(&l,
			"-c prod -s web* --service=api -x *-test -m cpu,ebs --window=7d "
			"--period 5m --statistic=Average --breaches=3 --no-data=warning "
			"-r eu-west-1 -p mon --endpoint-url=http://h:1 --ca-bundle /ca.pem "
			"--role-arn=" ROLE_ARN " --external-id a:b/1 --no-cache "
			"-t 30:critical --perfdata=summary -vv"),
		OPTIONS_RUN);
	const struct options *o = &l.options;
	assert_string_equal(o->choice.cluster, "prod");
	assert_string_equal(o->choice.cluster_name, "prod");
	assert_string_equal(o->choice.cluster_account, "");
	assert_int_equal(o->rules.include.count, 2);
	assert_string_equal(o->rules.include.items[0], "web*");
	assert_string_equal(o->rules.include.items[1], "api");
	assert_int_equal(o->rules.exclude.count, 1);
	assert_string_equal(o->rules.exclude.items[0], "*-test");
	assert_true(o->rules.metrics[METRIC_CPU] && o->rules.metrics[METRIC_EBS]);
	assert_false(o->rules.metrics[METRIC_MEMORY]);
	assert_int_equal(o->rules.window.window_s, 604800);
	assert_int_equal(o->rules.window.period_s, 300);
	assert_false(o->rules.window.with_filling);
	assert_string_equal(statistic_name(o), "Average");
	assert_int_equal(o->rules.breaches, 3);
	assert_int_equal(o->rules.no_data, NO_DATA_STATE);
	assert_int_equal(o->rules.no_data_state, STATE_WARNING);
	assert_string_equal(o->choice.region, "eu-west-1");
	assert_string_equal(o->choice.profile, "mon");
	assert_string_equal(o->choice.endpoint_url, "http://h:1");
	assert_string_equal(o->choice.ca_bundle, "/ca.pem");
	assert_string_equal(o->choice.role_arn, ROLE_ARN);
	assert_string_equal(o->choice.external_id, "a:b/1");
	assert_true(o->choice.no_cache);
	assert_int_equal(o->choice.timeout_s, 30);
	assert_int_equal(o->rules.timeout_state, STATE_CRITICAL);
	assert_int_equal(o->style.perfdata, PERFDATA_SUMMARY);
	assert_int_equal(o->style.verbosity, 2);
	options_free(&l.options);
}

static void metrics_add_up(void **state) {
	(void)state;
	static const struct {
		const char *line;
		bool wanted[ALL_METRICS];
	} cases[] = {{"-m cpu -m memory", {[METRIC_CPU] = true, [METRIC_MEMORY] = true}},
		{"-m memory --metric=ebs", {[METRIC_MEMORY] = true, [METRIC_EBS] = true}},
		{"-m cpu,ebs -m memory -m cpu",
			{[METRIC_CPU] = true, [METRIC_MEMORY] = true, [METRIC_EBS] = true}},
		{"-m ebs -m ebs", {[METRIC_EBS] = true}}, {"-m tasks", {[METRIC_TASKS] = true}},
		{"-m TAS,cpu", {[METRIC_TASKS] = true, [METRIC_CPU] = true}}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		assert_int_equal(parse(&l, cases[i].line), OPTIONS_RUN);
		for (int m = 0; m < ALL_METRICS; m++)
			expect(l.options.rules.metrics[m] == cases[i].wanted[m], "%s: metric %d",
				cases[i].line, m);
		options_free(&l.options);
	}
	struct line l;
	assert_int_equal(parse(&l, "-m cpu -m disk"), OPTIONS_BAD);
	options_free(&l.options);
}

static void an_arn_names_cluster_and_region(void **state) {
	(void)state;
	struct line l;
	assert_int_equal(parse(&l, "-c " CLUSTER_ARN), OPTIONS_RUN);
	assert_string_equal(l.options.choice.cluster, CLUSTER_ARN);
	assert_string_equal(l.options.choice.cluster_name, "prod");
	assert_string_equal(l.options.choice.cluster_account, "123456789012");
	assert_string_equal(l.options.choice.cluster_region, "eu-west-1");
	options_free(&l.options);
	assert_int_equal(parse(&l, "-r eu-west-1 --cluster=" CLUSTER_ARN), OPTIONS_RUN);
	options_free(&l.options);
}

static void ranges_are_chosen_by_metric(void **state) {
	(void)state;
	static const struct {
		const char *line;
		double warning_cpu, warning_memory, critical_cpu, critical_memory; /* upper ends */
	} cases[] = {
		{"-w 60", 60, 60, 95, 95},
		{"-w 60 -w 70", 70, 70, 95, 95},
		{"--critical=90%", 80, 80, 90, 90},
		/* A metric's own beats a plain one wherever it stands; its later one wins. */
		{"-w cpu=50 -w 60", 50, 60, 95, 95},
		{"-w 60 -w cpu=50", 50, 60, 95, 95},
		{"-w cpu=50 -w cpu=55", 55, 80, 95, 95},
		{"-C memory=99 -C 70 -w 40", 40, 40, 70, 99},
		{"-C cpu=~:", 80, 80, INFINITY, 95},
		{"-w 95 -C 80", 95, 95, 80, 80},
		{"-w ~: -C ~:", INFINITY, INFINITY, INFINITY, INFINITY},
		{"-m cpu -w cpu=10", 10, 80, 95, 95},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s: %s", cases[i].line,
			l.e.message);
		expect_number(range_of(&l.options, THRESHOLD_WARNING, METRIC_CPU)->end,
			cases[i].warning_cpu, "%s: -w cpu", cases[i].line);
		expect_number(range_of(&l.options, THRESHOLD_WARNING, METRIC_MEMORY)->end,
			cases[i].warning_memory, "%s: -w memory", cases[i].line);
		expect_number(range_of(&l.options, THRESHOLD_CRITICAL, METRIC_CPU)->end,
			cases[i].critical_cpu, "%s: -C cpu", cases[i].line);
		expect_number(range_of(&l.options, THRESHOLD_CRITICAL, METRIC_MEMORY)->end,
			cases[i].critical_memory, "%s: -C memory", cases[i].line);
		options_free(&l.options);
	}
}

/* The precedence over random sets of options is in tests/e2e/rules.t. */
static void ranges_are_chosen_by_service(void **state) {
	(void)state;
	static const struct {
		const char *line, *service;
		double warning_cpu, critical_memory;
	} cases[] = {
		{"-w api/70 -w 60", "api", 70, 95},
		{"-w api/70 -w 60", "web", 60, 95},
		{"-w a*/cpu=70 -w api/65 -w a*/71", "api", 65, 95},
		{"-w a*/cpu=70 -w api/65 -w a*/71", "auth", 70, 95},
		{"-C batch-*/mem=~:", "batch-1", 80, INFINITY},
		{"-C api/98,web/memory=97", "web", 80, 97},
		{"-C 90;api/98", "api", 80, 98},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s: %s", cases[i].line,
			l.e.message);
		const struct service_thresholds found =
			thresholds_of_service(&l.options.rules.thresholds, cases[i].service, NULL);
		expect_number(found.by[METRIC_CPU][THRESHOLD_WARNING]->range.end,
			cases[i].warning_cpu, "%s: %s, -w cpu", cases[i].line, cases[i].service);
		expect_number(found.by[METRIC_MEMORY][THRESHOLD_CRITICAL]->range.end,
			cases[i].critical_memory, "%s: %s, -C memory", cases[i].line,
			cases[i].service);
		options_free(&l.options);
	}
}

static void metrics_have_statistics(void **state) {
	(void)state;
	static const struct {
		const char *line, *cpu, *memory;
		bool filling;
	} cases[] = {
		{"--statistic=cpu=Average", "Average", "Maximum", true},
		{"--statistic=cpu=avg --statistic=mem=P99.9", "Average", "p99.9", false},
		{"--statistic=cpu=min,memory=max", "Minimum", "Maximum", true},
		{"--statistic=memory=Average --statistic=p50", "p50", "Average", false},
		{"--statistic=cpu=Average --statistic=cpu=Maximum", "Maximum", "Maximum", true},
		/* Only what is checked counts. */
		{"-m cpu --statistic=cpu=Average", "Average", "Maximum", false},
		/* 24 points of an Average, 25 of a Maximum. */
		{"--statistic=cpu=Average --breaches=24", "Average", "Maximum", true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s: %s", cases[i].line,
			l.e.message);
		const struct rules *r = &l.options.rules;
		expect_text(statistics_of(&r->statistics, METRIC_CPU)->name, cases[i].cpu,
			"%s: cpu", cases[i].line);
		expect_text(statistics_of(&r->statistics, METRIC_MEMORY)->name, cases[i].memory,
			"%s: memory", cases[i].line);
		expect(r->window.with_filling == cases[i].filling, "%s: filling", cases[i].line);
		options_free(&l.options);
	}
}

static void expect_patterns(const struct patterns *p, const char *joined, const char *what) {
	char text[LINE_BYTES] = "";
	size_t n = 0;
	for (size_t i = 0; i < p->count; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? "|" : "",
			p->items[i]);
	expect_text(text, joined, "%s", what);
}

/* ECS names hold no comma: it can only separate names. "_" stands for a blank here. */
static void services_come_in_lists(void **state) {
	(void)state;
	static const struct {
		const char *line, *include, *exclude;
	} cases[] = {
		{"-s api,worker", "api|worker", ""},
		{"-s api,worker -s web*,x -x a,b,c", "api|worker|web*|x", "a|b|c"},
		{"--service=api,_worker", "api|worker", ""},
		{"-s _api_,worker_", "api|worker", ""},
		{"-s _api_ -x worker_", "api", "worker"},
		{"-x *-test", "", "*-test"},
		/* A value that begins with a dash and is no option. */
		{"-s -rf -x -*", "-rf", "-*"},
		{"--service=-x", "-x", ""},
		{"-s-x", "-x", ""},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		int count = split(&l, cases[i].line);
		for (char *c = l.text + strlen("check_ecs_bottleneck"); c < l.text + LINE_BYTES;
			c++)
			*c = *c == '_' ? ' ' : *c;
		expect_whole(options_parse(count, l.words, &l.options, &l.e), OPTIONS_RUN, "%s: %s",
			cases[i].line, l.e.message);
		expect_patterns(&l.options.rules.include, cases[i].include, cases[i].line);
		expect_patterns(&l.options.rules.exclude, cases[i].exclude, cases[i].line);
		options_free(&l.options);
	}
}

/* What can mean only one thing is taken. */
static void beginnings_are_taken(void **state) {
	(void)state;
	static const struct {
		const char *line, *statistic;
		double warning_cpu, warning_memory;
		int64_t window_s;
		bool memory;
	} cases[] = {
		{"--statistic=avg", "Average", 80, 80, 86400, true},
		{"--statistic=MAX", "Maximum", 80, 80, 86400, true},
		{"--statistic=minim", "Minimum", 80, 80, 86400, true},
		{"--statistic=P99.9", "p99.9", 80, 80, 86400, true},
		{"--window=1w", "Maximum", 80, 80, 604800, true},
		{"-m CPU", "Maximum", 80, 80, 86400, false},
		{"-m mem,cpu", "Maximum", 80, 80, 86400, true},
		{"-m MemoryUtilization", "Maximum", 80, 80, 86400, true},
		{"-w cpu=70,memory=90", "Maximum", 70, 90, 86400, true},
		{"-w 70,mem=90", "Maximum", 70, 90, 86400, true},
		{"-w mem=85", "Maximum", 80, 85, 86400, true},
		{"--no-data=crit --perfdata=sum --chart=nev", "Maximum", 80, 80, 86400, true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s: %s", cases[i].line,
			l.e.message);
		const struct rules *r = &l.options.rules;
		expect_text(statistic_name(&l.options), cases[i].statistic, "%s", cases[i].line);
		expect_number(range_of(&l.options, THRESHOLD_WARNING, METRIC_CPU)->end,
			cases[i].warning_cpu, "%s: cpu", cases[i].line);
		expect_number(range_of(&l.options, THRESHOLD_WARNING, METRIC_MEMORY)->end,
			cases[i].warning_memory, "%s: memory", cases[i].line);
		expect_whole(r->window.window_s, cases[i].window_s, "%s: window", cases[i].line);
		expect(r->metrics[METRIC_MEMORY] == cases[i].memory, "%s: -m", cases[i].line);
		options_free(&l.options);
	}
	/* What can mean two things, or is too short to tell, is not. */
	static const char *const refused[] = {"--statistic=m", "--statistic=mi", "--perfdata=a",
		"--no-data=", "-m me", "--chart=a", "--max-output=nrp", "--statistic=aver age"};
	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct line l;
		expect_whole(parse(&l, refused[i]), OPTIONS_BAD, "%s", refused[i]);
		options_free(&l.options);
	}
}

/* Fourteen days, or the whole days that CloudWatch still has before window and --recover; 15 days
 * of minutes, 63 of 5 minutes, 455 of hours, less the period that begins meanwhile. */
static void a_backtest_has_its_span(void **state) {
	(void)state;
	static const struct {
		const char *line;
		int64_t span_s, interval_s;
		int timeout_s;
	} cases[] = {
		{"--backtest", 14 * 86400, 3600, 60},
		{"--backtest=7d", 7 * 86400, 3600, 60},
		{"--backtest --interval=2h -t 5", 14 * 86400, 7200, 5},
		{"-t :UNKNOWN --backtest", 14 * 86400, 3600, 60},
		{"-t 9:CRITICAL -t 5:UNKNOWN --backtest", 14 * 86400, 3600, 5},
		{"--backtest=20d --interval=20d", 20 * 86400, 20 * 86400, 60},
		{"--backtest --period=1m --window=10m", 14 * 86400, 60, 60},
		{"--backtest --period=1m --window=24h", 13 * 86400, 60, 60},
		{"--backtest --period=1m --window=24h --recover=24h", 12 * 86400, 60, 60},
		{"--backtest --period=5m --window=61d", 86400, 300, 60},
		{"--backtest --period=5m --window=62d --interval=1h", 23 * 3600, 3600, 60},
		{"--backtest=430d", 430LL * 86400, 3600, 60},
		{"--backtest=7d --backtest", 14 * 86400, 3600, 60},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s: %s", cases[i].line,
			l.e.message);
		const struct rules *r = &l.options.rules;
		expect_whole(l.options.choice.job, JOB_BACKTEST, "%s: the job", cases[i].line);
		expect_whole(r->backtest_s, cases[i].span_s, "%s: the span", cases[i].line);
		expect_whole(r->interval_s, cases[i].interval_s, "%s: the interval", cases[i].line);
		expect_whole(l.options.choice.timeout_s, cases[i].timeout_s, "%s: -t",
			cases[i].line);
		expect(!r->window.with_filling, "%s: no period is filling", cases[i].line);
		expect(r->timeout_state == STATE_UNKNOWN, "%s: OK or UNKNOWN", cases[i].line);
		options_free(&l.options);
	}
	static const char *const refused[] = {"--backtest=0d", "--backtest=455d", "--backtest=90m",
		"--backtest --period=1m --window=15d", "--backtest --interval=90m",
		"--backtest --no-data=ok", "--backtest --perfdata=none", "--backtest --links=never",
		"--backtest --max-output=nrpe", "--backtest --timeout-result=ok",
		"--backtest -t 60:CRITICAL", "--probe -t :1", "--discover=names -t 5:ok",
		"--backtest --interval=20d", "--backtest --breaches=25", "--recover=90m",
		"--recover=0h", "--recover=454d"};
	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct line l;
		expect_whole(parse(&l, refused[i]), OPTIONS_BAD, "%s", refused[i]);
		options_free(&l.options);
	}
}

/* Words that other programs have for the same. */
static void switches_are_taken(void **state) {
	(void)state;
	struct line l;
	expect_whole(
		parse(&l, "--perfdata=off --chart=no --color=yes --links=FALSE --max-output=NRPE"),
		OPTIONS_RUN, "%s", l.e.message);
	const struct style *s = &l.options.style;
	expect(s->perfdata == PERFDATA_NONE, "--perfdata=off");
	expect(s->chart == TERMINAL_NEVER, "--chart=no");
	expect(s->colour == TERMINAL_ALWAYS, "--color=yes");
	expect(s->links == TERMINAL_NEVER, "--links=FALSE");
	expect_whole((int64_t)s->max_output.max, 65504, "--max-output=NRPE");
	options_free(&l.options);
	expect_whole(parse(&l,
			     "--perfdata=no --chart=on --max-output=IcingaDB --window=24H -t 10S"),
		OPTIONS_RUN, "%s", l.e.message);
	s = &l.options.style;
	expect(s->perfdata == PERFDATA_NONE, "--perfdata=no");
	expect(s->chart == TERMINAL_ALWAYS, "--chart=on");
	expect_whole((int64_t)s->max_output.max, 10000, "--max-output=IcingaDB");
	expect_whole(l.options.rules.window.window_s, 86400, "--window=24H");
	expect_whole(l.options.choice.timeout_s, 10, "-t 10S");
	options_free(&l.options);
	/* Performance data that is on may be all or problems; M may be months. */
	static const char *const refused[] = {"--perfdata=on", "--perfdata=yes", "--window=1440M",
		"--chart=y"};
	for (size_t i = 0; i < LENGTH(refused); i++) {
		expect_whole(parse(&l, refused[i]), OPTIONS_BAD, "%s", refused[i]);
		options_free(&l.options);
	}
}

static void timeouts_come_in_all_forms(void **state) {
	(void)state;
	static const struct {
		const char *line;
		int timeout_s;
		enum state state;
	} cases[] = {{"-t 5", 5, STATE_UNKNOWN}, {"--timeout=60", 60, STATE_UNKNOWN},
		{"-t 5:CRITICAL", 5, STATE_CRITICAL}, {"-t 5:warning", 5, STATE_WARNING},
		{"-t 5:0", 5, STATE_OK}, {"-t 5:", 5, STATE_UNKNOWN}, {"-t :2", 10, STATE_CRITICAL},
		{"--timeout-result=ok", 10, STATE_OK}, {"--timeout-result=3", 10, STATE_UNKNOWN},
		/* The later option wins. */
		{"--timeout-result=ok -t 5:critical", 5, STATE_CRITICAL},
		{"-t 5:critical --timeout-result=ok", 5, STATE_OK}, {"-t 5 -t 7", 7, STATE_UNKNOWN},
		/* A unit, and the beginning of a state, can mean only one thing. */
		{"-t 10s", 10, STATE_UNKNOWN}, {"-t 2m:crit", 120, STATE_CRITICAL},
		{"-t 5:warn", 5, STATE_WARNING}, {"--timeout-result=Crit", 10, STATE_CRITICAL}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s", cases[i].line);
		expect_whole(l.options.choice.timeout_s, cases[i].timeout_s, "%s: seconds",
			cases[i].line);
		expect_whole(l.options.rules.timeout_state, cases[i].state, "%s: state",
			cases[i].line);
		options_free(&l.options);
	}
}

static void other_lines_are_taken(void **state) {
	(void)state;
	static const char *const lines[] = {"--breaches=1", "--breaches=25", "--statistic=p99.99",
		"--statistic=Average --breaches=24", "--statistic=p95", "--statistic=p99.9",
		"--statistic=Minimum", "--period=60s --window=1h", "--window=14d --period=60s",
		"--window=30d --period=5m", "--window=100d --period=24h", "--no-data=ok",
		"--no-data=critical", "--no-data=unknown", "--no-data=auto", "-m memory",
		"-m ebs,memory,cpu", "-m ebs -w ebs=90", "--perfdata=none", "--perfdata=all",
		"--perfdata=problems", "--perfdata=auto", "-vvv", "-v -v --verbose", "-vvvvv",
		"-c 95", "-c a_b-C", "-s ? -s [a-z]* -x !", "-x caf\xc3\xa9"};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct line l;
		expect_whole(parse(&l, lines[i]), OPTIONS_RUN, "%s: %s", lines[i], l.e.message);
		expect(l.options.style.verbosity <= 3, "%s: verbosity", lines[i]);
		bool maximum = strcmp(statistic_name(&l.options), "Maximum") == 0;
		expect(l.options.rules.window.with_filling == maximum, "%s: filling", lines[i]);
		expect(statistics_is_percentile(&l.options.rules.statistics, METRIC_CPU) ==
				(*statistic_name(&l.options) == 'p'),
			"%s: percentile", lines[i]);
		options_free(&l.options);
	}
}

/* Sentences end at a semicolon here. */
static int words_of_longest_sentence(const char *text) {
	int longest = 0;
	int words = 1;
	for (const char *c = text; *c; c++) {
		words = *c == ';' ? 0 : words + (*c == ' ');
		longest = words > longest ? words : longest;
	}
	return longest;
}

static void bad_lines_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *line, *words; /* the message holds them */
	} cases[] = {
		{"prod", "prod"},
		{"-c prod extra", "extra"},
		{"-c prod -- extra", "extra"},
		{"-", "-"},
		{"--unknown", "unknown"},
		{"-Z", "Z"},
		{"--verbose=3", "--verbose takes no value"},
		{"--verb=3", "--verbose takes no value"},
		{"-c", "-c (--cluster) needs a value: NAME"},
		{"--window", "--window needs a value: DURATION"},
		{"-vc", "-c (--cluster) needs a value"},
		{"-vZ", "-Z&'-vZ'"},
		/* What people type first. */
		{"-critical 90", "-critical is not an option&write --critical"},
		{"-time=5", "-t"},
		{"-w=80", "-w=80 is not valid; write -w 80"},
		{"-vw=80", "-w=80 is not valid; write -w 80"},
		{"-p=", "-p= is not valid; write -p NAME"},
		{"\xe2\x80\x93"
		 "c prod",
			"one plain hyphen, as in -c"},
		{"-\xe2\x80\x94window=7d", "two plain hyphens, as in --window"},
		{"\xe2\x88\x92", "two plain hyphens"},
		{"-m cpu ebs", "'ebs'&-m cpu,memory"},
		{"--json", "--json is not an option&write --output-format=json"},
		{"--no-color", "write --color=never"},
		{"--debug", "write -vvv"},
		{"--c 90", "--c can be&--cluster&--critical"},
		{"--p=x", "--p can be --period, --profile, --probe or --perfdata"},
		{"--windwo=1h", "--windwo is not an option&did you mean --window?"},
		{"--nonsense", "--nonsense is not an option&see --help"},
		{"--help=everything", "--help=everything is not valid&all"},
		{"prod", "'prod'&write -c NAME"},
		{"-c prod web-1", "'web-1'&quote patterns"},
		/* An empty macro lets an option swallow the next one. */
		{"-p -c prod", "-p (--profile) got the option -c as its value&--profile=-c"},
		{"-s -x foo", "-s (--service) got the option -x as its value"},
		{"-p -vv", "-p (--profile) got the option -vv"},
		{"-p -reu-west-1 -c prod",
			"-p (--profile) got the option -reu-west-1 as its value"},
		{"-c -pwork", "-c (--cluster) got the option -pwork as its value&--cluster=-pwork"},
		{"-p --", "-p (--profile) got the option -- as its value"},
		{"-c --window=1h", "-c (--cluster) got the option --window=1h"},
		{"-c --win", "-c (--cluster) got the option --win"},
		{"--role-arn -c prod", "--role-arn got the option -c as its value"},
		{"-p  -c prod", "-p (--profile) has an empty value&macro"},
		{"--cluster=", "-c (--cluster) has an empty value"},
		{"-s ", "service"},
		{"-r ", "region"},
		{"-p ", "profile"},
		{"--endpoint-url=", "endpoint-url"},
		{"--ca-bundle=", "ca-bundle"},
		{"--role-arn=", "role-arn"},
		{"--role-arn=monitoring",
			"--role-arn=monitoring is not the ARN of a role&role/NAME"},
		{"--external-id=a:b/1", "--external-id needs --role-arn"},
		{"--role-arn=" ROLE_ARN " --external-id=x",
			"--external-id=x is not valid; use 2 to 1224"},
		{"--no-cache=yes", "no-cache"},
		{"-s \xff", "the value of -s (--service) is not valid UTF-8"},
		/* A person used to -c CRITICAL. */
		{"-c prod -c 95", "-c is given twice (prod and 95)&the critical range is -C"},
		{"-c 80 -c 95", "-C"},
		{"-c prod --cluster=prod", "-C"},
		{"-c 80:90", "-c 80:90 looks like a range&the critical range is -C"},
		{"-c ~:95", "-C"},
		{"-c @10", "-C"},
		{"-c 95%", "-C"},
		{"-c pr*d", "-c pr*d is not a valid cluster name"},
		{"-c a/b", "a/b"},
		{"-c arn:aws:ecs:eu-west-1:123456789012:service/prod/api", "arn:"},
		{"-c arn:aws:eks:eu-west-1:123456789012:cluster/prod",
			"is not the ARN of an ECS cluster&arn:aws:ecs:REGION:ACCOUNT:cluster/NAME"},
		{"-c arn:aws:ecs:eu-west-1:123456789012:cluster/", "arn:"},
		{"-c arn:aws:ecs::123456789012:cluster/prod", "arn:"},
		{"-c arn:", "arn:"},
		{"-w 90:10", "90:10"},
		{"-w ", "warning"},
		{"-w abc", "abc"},
		{"-C 0x10", "0x10"},
		{"-w foo=80", "-w foo=80: 'foo' is not a metric"},
		{"-w =80", "=80"},
		{"-w cpu=", "-w"},
		{"-C cpu=x", "-C&x"},
		{"-w ebs=80", "-w ebs=...: ebs is not checked; write -m cpu,memory,ebs"},
		{"-m cpu -C memory=80", "memory"},
		{"-w cpu=10=20", "-w"},
		{"-w api/ebs=80", "-w ebs=...: ebs is not checked"},
		{"-w api/80/", "-w"},
		{"--statistic=cpu=Average --breaches=25",
			"--breaches=25 is more than the 24 points&for cpu with Average"},
		{"-w 1,5", "'1,5'&decimal point"},
		{"-w 80,90", "'80,90'&comma"},
		{"-w cpu=80,90", "comma"},
		{"-w cpu=80,disk=90", "'disk'"},
		{"-w >80", "'>80'&write 80"},
		{"-w 90:80", "start is above its end"},
		{"-s api,,worker", "-s&comma"},
		{"-x ,api", "-x&comma"},
		{"-m foo", "-m: 'foo' is not a metric; use cpu, memory, ebs and tasks"},
		{"-m ,", "-m"},
		{"-m cpu,,memory", "-m"},
		{"-m cpu,", "-m"},
		{"--window=24", "--window=24&no unit&24h"},
		{"--window=1y", "--window=1y&not a valid duration&24h"},
		{"--period=5M", "--period=5M&not a valid duration"},
		{"--period=60", "--period=60&no unit&60m"},
		{"--interval=0", "--interval=0&not a valid duration"},
		{"--window=0h", "0h"},
		{"--window=-1h", "-1h"},
		{"--period=30s", "60"},
		{"--period=90s", "--period=90s is not a multiple of one minute"},
		{"--window=90m", "--window=90m is not a whole number of periods of 1h"},
		{"--window=30m", "period"},
		{"--window=16d --period=60s", "--period&15 days&multiples of 5m"},
		{"--window=64d --period=5m", "--period&63 days&multiples of 1h"},
		{"--window=456d --period=24h", "--window&nothing older than 455 days"},
		{"--breaches=0", "breaches"},
		{"--breaches=26", "--breaches=26 is more than the 25 points"},
		{"--breaches=x", "--breaches=x is not valid; use a whole number from 1"},
		{"--breaches=-1", "breaches"},
		{"--breaches=1.5", "breaches"},
		{"--statistic=Average --breaches=25", "24"},
		{"--statistic=Sum", "--statistic=Sum is not valid; use Maximum,&such as p95"},
		{"--statistic=p", "p"},
		{"--statistic=p95.", "p95."},
		{"--statistic=p.5", "p.5"},
		{"--statistic=p99.999", "p99.999"},
		{"--statistic=p101", "--statistic=p101 is not a valid percentile"},
		{"--statistic=p95x", "p95x"},
		{"--statistic=p-5", "p-5"},
		{"--statistic=p9.9.9", "p9.9.9"},
		{"--statistic=pnan", "pnan"},
		{"--statistic=p0x10", "p0x10"},
		{"--no-data=maybe", "maybe"},
		{"--no-data=", "no-data"},
		{"-t 0", "-t"},
		{"-t x", "-t"},
		{"-t 1.5", "-t"},
		{"-t -5", "-t"},
		{"-t 10x", "-t 10x&1 to 86400 seconds"},
		{"-t 2d", "-t 2d"},
		{"-t 5:foo", "-t 5:foo: 'foo' is not a state; use ok, warning"},
		{"-t :", "-t"},
		{"-t 99999999999999999999", "-t"},
		{"--timeout-result=4", "timeout-result"},
		{"--timeout-result=bad", "--timeout-result=bad is not valid; use ok,&or 0-3"},
		{"--perfdata=some", "--perfdata=some is not valid; use auto, all, problems"},
		{"--extra-opts=@/nonexistent/file.ini", "/nonexistent/file.ini"},
		{"--extra-opt=x", "--extra-opts cannot be shortened"},
		{"--max-output=5", "--max-output=5 is not valid; use 1000 to"},
		{"--max-output=4096 --output-format=json",
			"--max-output&cannot be combined with --output-format=json"},
		{"--chart=always --output-format=json",
			"--chart=always&cannot be combined with --output-format=json"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_BAD, "%s", cases[i].line);
		expect(l.e.code == ERR_USAGE || l.e.code == ERR_CONFIG, "%s: code %d",
			cases[i].line, (int)l.e.code);
		expect_holds(l.e.message, cases[i].words, "%s: message", cases[i].line);
		expect(strstr(l.e.message, " is no ") == NULL, "%s: plain English: %s",
			cases[i].line, l.e.message);
		expect(words_of_longest_sentence(l.e.message) <= 35, "%s: a long sentence: %s",
			cases[i].line, l.e.message);
		size_t n = strlen(l.e.message);
		expect(strchr(l.e.message, '\n') == NULL && text_is_utf8(l.e.message, n),
			"%s: one clear line", cases[i].line);
		options_free(&l.options);
	}
}

/* The last proper --output-format counts, before and behind what is wrong (contract 1.7). */
static void the_form_is_known_whatever_else_is_wrong(void **state) {
	(void)state;
	static const struct {
		const char *line;
		enum report_format format;
	} cases[] = {
		{"", FORMAT_MULTI_LINE},
		{"--output-format=json", FORMAT_JSON},
		{"--output-format json -c prod", FORMAT_JSON},
		{"--o=json --nonsense", FORMAT_JSON},
		{"--nonsense --output-format=json", FORMAT_JSON},
		{"stray -w x --output-format=json -q", FORMAT_JSON},
		{"-c prod --output-format=multi-line", FORMAT_MULTI_LINE},
		{"--output-format=json --output-format=multi-line", FORMAT_MULTI_LINE},
		{"--output-format=multi-line --output-format=json", FORMAT_JSON},
		{"--output-format=json --output-format=xml", FORMAT_JSON},
		{"--output-format=json --output-format", FORMAT_JSON},
		{"--output-format=JSON -q", FORMAT_JSON},
		{"--output-format=js -q", FORMAT_MULTI_LINE},
		{"--output-format= -q", FORMAT_MULTI_LINE},
		{"-s --output-format=json -q", FORMAT_MULTI_LINE},
		{"-- --output-format=json", FORMAT_MULTI_LINE},
		{"--extra-opts=@/nowhere.ini --output-format=json", FORMAT_JSON},
		{"--output-format=json --extra-opts=@/nowhere.ini", FORMAT_JSON},
		{"--extra-opts --output-format=json", FORMAT_JSON},
		{"--max-output=4096 --output-format=json", FORMAT_JSON},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		(void)parse(&l, cases[i].line);
		expect(l.options.style.format == cases[i].format, "the form of: %s", cases[i].line);
		options_free(&l.options);
	}
}

/* Before the options are read, the command line alone says how a run ends that cannot read them. */
static void the_timeout_is_known_whatever_else_is_wrong(void **state) {
	(void)state;
	static const struct {
		const char *line;
		int timeout_s;
		enum state timeout_state;
	} cases[] = {
		{"", 10, STATE_UNKNOWN},
		{"-t 2 --extra-opts=@f", 2, STATE_UNKNOWN},
		{"--extra-opts=@f -t 2:ok", 2, STATE_OK},
		{"--extra-opts -t 2:ok", 2, STATE_OK},
		{"--extra-opts @f -t2:OK", 2, STATE_OK},
		{"-vt3:1 -c prod", 3, STATE_WARNING},
		{"--timeout=4 --timeout-result=critical", 4, STATE_CRITICAL},
		{"--timeout 4 --timeout-r 2", 4, STATE_CRITICAL},
		{"-t 4:ok --timeout-result=critical", 4, STATE_CRITICAL},
		{"--timeout-result=critical -t 4:ok", 4, STATE_OK},
		{"--timeout-result=critical -t 4", 4, STATE_CRITICAL},
		{"-t 4 -t :warning", 4, STATE_WARNING},
		{"-t 4 -t 5", 5, STATE_UNKNOWN},
		{"-t 4:ok -t 5:nonsense", 4, STATE_OK},
		{"-t 4:ok -t soon -t", 4, STATE_OK},
		{"-t 0", 10, STATE_UNKNOWN},
		{"--nonsense stray -w -q -t 4:ok", 4, STATE_OK},
		{"-s -t 4", 10, STATE_UNKNOWN},
		{"-s -t -t 4", 4, STATE_UNKNOWN},
		{"-- -t 4", 10, STATE_UNKNOWN},
		{"-c prod -h -t 4", 4, STATE_UNKNOWN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		int count = split(&l, cases[i].line);
		options_foresee(count, l.words, &l.options);
		expect_whole(l.options.choice.timeout_s, cases[i].timeout_s, "the time of: %s",
			cases[i].line);
		expect_whole(l.options.rules.timeout_state, cases[i].timeout_state,
			"the state of: %s", cases[i].line);
	}
}

static void help_and_version_are_told_apart(void **state) {
	(void)state;
	static const struct {
		const char *line;
		enum options_outcome outcome;
	} cases[] = {{"-h", OPTIONS_HELP}, {"--help", OPTIONS_HELP}, {"-V", OPTIONS_VERSION},
		{"--version", OPTIONS_VERSION}, {"-c prod -h", OPTIONS_HELP},
		{"--help=all", OPTIONS_HELP_ALL}, {"-h all", OPTIONS_HELP_ALL},
		{"--help all", OPTIONS_HELP_ALL}, {"-h prod", OPTIONS_HELP},
		{"-help", OPTIONS_HELP}, {"--help -V", OPTIONS_HELP}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), cases[i].outcome, "%s", cases[i].line);
		options_free(&l.options);
	}
}

/* The guidelines ask for 80 columns. Returns the number of lines. */
static int check_lines(const char *text) {
	int count = 0;
	for (const char *line = text; *line; count++) {
		size_t n = strcspn(line, "\n");
		expect(n < 80, "%zu columns: %.*s", n, (int)n, line);
		expect(n == 0 || line[n - 1] != ' ', "no blank at the end: %.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
	return count;
}

static void help_names_every_option(void **state) {
	(void)state;
	struct buf brief;
	struct buf whole;
	buf_init(&brief, 100000);
	buf_init(&whole, 100000);
	options_help(&brief);
	options_help_all(&whole);
	for (size_t i = 0; i < option_count; i++) {
		char word[64];
		(void)snprintf(word, sizeof word, "--%s", option_table[i].name);
		expect(strstr(buf_str(&brief), word) != NULL, "%s is named", word);
		expect(strstr(buf_str(&whole), word) != NULL, "%s is explained", word);
	}
	expect(check_lines(buf_str(&brief)) <= 40, "the short help fits a screen of 40 lines");
	(void)check_lines(buf_str(&whole));
	buf_free(&brief);
	buf_free(&whole);
	options_version(&whole);
	assert_string_equal(buf_str(&whole), PACKAGE_NAME " " PACKAGE_VERSION "\n");
	buf_free(&whole);
}

static void help_names_the_words_of_each_option(void **state) {
	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		const char *words = option_table[i].words ? option_table[i].words : "";
		for (size_t n; *words; words += n + (words[n] == ' ')) {
			char word[32];
			n = strcspn(words, " ");
			(void)snprintf(word, sizeof word, "%.*s", (int)n, words);
			expect(strstr(option_table[i].help, word) != NULL, "--%s: %s",
				option_table[i].name, word);
		}
	}
}

/* Help shows the rows of a group under its heading once. */
static void groups_stand_together(void **state) {
	(void)state;
	for (size_t i = 1; i < option_count; i++)
		expect(option_table[i].group >= option_table[i - 1].group, "--%s follows its group",
			option_table[i].name);
	for (int g = 0; g < OPTION_GROUPS; g++)
		assert_non_null(option_group_titles[g]);
}

/* A probe judges nothing: what is about judging or drawing is refused, but in ini files left
 * alone. */
static void a_probe_takes_what_shapes_the_need(void **state) {
	(void)state;
	static const char *const refused[] = {"-w 80", "-C 80", "--window=1h", "--period=5m",
		"--statistic=Average", "--breaches=2", "--perfdata=all", "--chart=never",
		"--color=never", "--links=never", "--interval=5m", "--timeout-result=ok",
		"-t 9:critical"};
	struct line l;
	assert_int_equal(parse(&l, "-c prod"), OPTIONS_RUN);
	assert_int_equal(l.options.choice.job, JOB_CHECK);
	options_free(&l.options);
	assert_int_equal(
		parse(&l,
			"--probe -c prod -s a -x b -m ebs --no-data=ok -r eu-west-1 -p x --role-arn=" ROLE_ARN
			" --external-id=id --no-cache --ca-bundle=f -t 9 -vv --max-output=nagios"),
		OPTIONS_RUN);
	assert_int_equal(l.options.choice.job, JOB_PROBE);
	assert_int_equal(l.options.choice.timeout_s, 9);
	assert_int_equal(l.options.rules.timeout_state, STATE_UNKNOWN);
	options_free(&l.options);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		char text[LINE_BYTES];
		(void)snprintf(text, sizeof text, "%s --probe -c prod", refused[i]);
		expect(parse(&l, text) == OPTIONS_BAD, "%s", refused[i]);
		expect(l.e.code == ERR_USAGE && strstr(l.e.message, "leave out"), "%s: %s",
			refused[i], l.e.message);
		options_free(&l.options);
	}
}

/* --advise takes its value only behind "="; all services take longer than some. */
static void advice_is_asked_for(void **state) {
	(void)state;
	static const struct {
		const char *line;
		enum advise_choice advise;
		int timeout_s;
	} cases[] = {
		{"-c prod", ADVISE_NONE, 10},
		{"-c prod --advise", ADVISE_PROBLEMS, 10},
		{"-c prod --advise=problems", ADVISE_PROBLEMS, 10},
		{"-c prod --advise=all", ADVISE_ALL, 120},
		{"-c prod --advise=all -t 30", ADVISE_ALL, 30},
		{"-c prod -t 10 --advise=ALL", ADVISE_ALL, 10},
		{"-c prod -t :critical --advise=all", ADVISE_ALL, 120},
		{"-c prod --advise=all --advise", ADVISE_PROBLEMS, 10},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		expect_whole(parse(&l, cases[i].line), OPTIONS_RUN, "%s", cases[i].line);
		expect_whole(l.options.rules.advise, cases[i].advise, "%s", cases[i].line);
		expect_whole(l.options.choice.timeout_s, cases[i].timeout_s, "%s", cases[i].line);
		options_free(&l.options);
	}
}

static void forecasts_need_a_limit(void **state) {
	(void)state;
	static const struct {
		const char *line;
		int64_t forecast_s; /* -1: refused */
		const char *words;
	} cases[] = {
		{"--forecast=7d", 7 * 86400, NULL},
		{"--forecast 12h -m ebs", 12 * 3600, NULL},
		{"--forecast=7d -C cpu=~:", 7 * 86400, NULL},
		{"--forecast=7d -C batch-*/memory=~:", 7 * 86400, NULL},
		{"--forecast=7d -C @90:", 7 * 86400, NULL},
		{"--forecast=7d -C 10:", -1, "--forecast&upper end&memory"},
		{"--forecast=7d -C memory=~:", -1, "--forecast&upper end&memory"},
		{"--forecast=7d -m memory,ebs -C ebs=10:", -1, "--forecast&upper end&ebs"},
		{"--forecast=7d -m cpu", -1, "--forecast&memory and ebs&-m"},
		{"--forecast=7", -1, "--forecast=7&7d"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct line l;
		bool is_refused = cases[i].forecast_s < 0;
		expect_whole(parse(&l, cases[i].line), is_refused ? OPTIONS_BAD : OPTIONS_RUN, "%s",
			cases[i].line);
		if (is_refused)
			expect_holds(l.e.message, cases[i].words, "%s", cases[i].line);
		else
			expect_whole(l.options.rules.forecast_s, cases[i].forecast_s, "%s",
				cases[i].line);
		options_free(&l.options);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(defaults_are_set),
		UNIT_TEST(every_option_has_its_effect),
		UNIT_TEST(metrics_add_up),
		UNIT_TEST(an_arn_names_cluster_and_region),
		UNIT_TEST(ranges_are_chosen_by_metric),
		UNIT_TEST(ranges_are_chosen_by_service),
		UNIT_TEST(metrics_have_statistics),
		UNIT_TEST(services_come_in_lists),
		UNIT_TEST(beginnings_are_taken),
		UNIT_TEST(a_backtest_has_its_span),
		UNIT_TEST(switches_are_taken),
		UNIT_TEST(timeouts_come_in_all_forms),
		UNIT_TEST(other_lines_are_taken),
		UNIT_TEST(bad_lines_are_refused),
		UNIT_TEST(the_form_is_known_whatever_else_is_wrong),
		UNIT_TEST(the_timeout_is_known_whatever_else_is_wrong),
		UNIT_TEST(help_and_version_are_told_apart),
		UNIT_TEST(help_names_every_option),
		UNIT_TEST(help_names_the_words_of_each_option),
		UNIT_TEST(groups_stand_together),
		UNIT_TEST(a_probe_takes_what_shapes_the_need),
		UNIT_TEST(advice_is_asked_for),
		UNIT_TEST(forecasts_need_a_limit),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
