/* Puts the judge's pure functions behind lines of text, so that tests in another language can hold
 * them against computations of their own. Not a part of the plugin.
 *
 * The argument is what to do; a case a line of standard input, words separated by blanks, "-" for
 * no point; an answer a line:
 *   ranges   w TEXT | c TEXT                   an entry of -w or -C
 *            s NAME                            a listed service: the entries that serve it
 *            .                                 the end of a case: the idle entries
 *   lasting  STATISTIC PERIOD START FILLING NOW RANGE VALUE...
 *   recover  WARNING CRITICAL BREACHES WINDOW RECOVER FILLING VALUE...
 *   backtest WARNING CRITICAL BREACHES WINDOW RECOVER PERIOD INTERVAL INSTANTS VALUE...
 *   use      START SINCE VALUE...              what --advise takes for used
 *   size     HOST PLATFORM CPU MEMORY CPU_RANGE MEMORY_RANGE POINTS CPU_USED MEMORY_USED
 *   forecast CRITICAL START NOW VALUE...
 */
#include "config.h"

#include "base/num.h"
#include "judge/advise.h"
#include "judge/backtest.h"
#include "judge/forecast.h"
#include "judge/lasting.h"
#include "judge/recover.h"
#include "model/statistics.h"
#include "model/thresholds.h"
#include "report/words/lasting.h"
#include "report/words/lasting_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what) {
	fprintf(stderr, "driver: %s\n", what);
	exit(1);
}

/* --- words of a line --- */

static char *next_word(char **line) {
	char *word = *line + strspn(*line, " \n");
	size_t n = strcspn(word, " \n");
	if (n == 0)
		fail("a word is missing");
	*line = word + n + (word[n] != '\0');
	word[n] = '\0';
	return word;
}

static int64_t next_whole(char **line) {
	int64_t number;
	const char *word = next_word(line);
	if (num_parse_whole(word, strlen(word), INT64_MAX, &number))
		fail("not a whole number");
	return number;
}

static struct range next_range(char **line) {
	struct range r;
	if (range_parse(next_word(line), &r, NULL))
		fail("not a range");
	return r;
}

/* The rest of the line; the caller frees it. Exactly as many as there are, so that tools see who
 * reads beyond. */
static double *next_values(char **line, size_t *count) {
	size_t room = strlen(*line) / 2 + 1;
	double *values = malloc(room * sizeof *values);
	*count = 0;
	while (values && strspn(*line, " \n") < strlen(*line)) {
		const char *word = next_word(line);
		double *value = &values[(*count)++];
		*value = NAN;
		if (strcmp(word, "-") != 0 && num_parse(word, strlen(word), value))
			fail("not a number");
	}
	double *fitting = values ? realloc(values, (*count + 1) * sizeof *values) : NULL;
	if (!fitting)
		fail("out of memory");
	return fitting;
}

/* --- ranges --- */

static void print_service(const struct thresholds *t, const char *name, bool *matched) {
	const struct service_thresholds found = thresholds_of_service(t, name, matched);
	for (int m = 0; m < METRICS; m++) {
		for (int level = 0; level < THRESHOLD_LEVELS; level++) {
			const struct threshold *x = found.by[m][level];
			struct buf range;
			buf_init(&range, 2000);
			range_format(&x->range, &range);
			printf("%s%s=%s", m + level > 0 ? " " : "", x->text ? x->text : "default",
				buf_str(&range));
			buf_free(&range);
		}
	}
	printf("\n");
}

static void end_ranges(struct thresholds *t, bool *matched) {
	printf("idle");
	for (size_t i = 0; i < t->count; i++)
		if (!matched[i])
			printf(" %zu", i);
	printf("\n");
	thresholds_free(t);
	memset(matched, 0, THRESHOLDS_MAX * sizeof *matched);
}

static void do_ranges(char *line) {
	static struct thresholds t;
	static bool matched[THRESHOLDS_MAX];
	struct err e;
	const char *what = next_word(&line);
	if (*what == '.')
		end_ranges(&t, matched);
	else if (*what == 's')
		print_service(&t, next_word(&line), matched);
	else if (thresholds_add(&t, *what == 'w' ? THRESHOLD_WARNING : THRESHOLD_CRITICAL,
			 next_word(&line), &e))
		printf("refused: %s\n", e.message);
}

/* --- lasting --- */

static void do_lasting(char *line) {
	struct statistic statistic;
	struct window w = {.period_s = 0};
	struct buf text;
	const char *name = next_word(&line);
	if (statistic_from_name(name, strlen(name), &statistic))
		fail("not a statistic");
	w.period_s = next_whole(&line);
	w.start_s = next_whole(&line);
	w.filling = next_whole(&line) != 0;
	int64_t now_s = next_whole(&line);
	struct range range = next_range(&line);
	double *values = next_values(&line, &w.points);
	w.end_s = w.start_s + (int64_t)w.points * w.period_s;
	const struct lasting_points p = {.values = values,
		.window = &w,
		.range = &range,
		.statistic = &statistic,
		.now_s = now_s};
	const struct lasting l = lasting_find(&p);
	buf_init(&text, 1000);
	lasting_text_add(&l, &p, &text);
	const char *word = report_pattern_name(l.word);
	printf("%zu %zu %zu %lld %lld %lld %d %d %s|%s\n", l.points, l.breaching, l.runs,
		(long long)l.total_s, (long long)lasting_run_s(&l.longest),
		(long long)lasting_run_s(&l.newest), l.is_present, l.data_ended,
		word ? word : "none", buf_str(&text));
	buf_free(&text);
	free(values);
}

/* --- recover and backtest --- */

struct rule_of_line {
	struct range warning, critical;
	struct point_rule rule;
};

static void read_rule(char **line, struct rule_of_line *r) {
	r->warning = next_range(line);
	r->critical = next_range(line);
	r->rule.warning = &r->warning;
	r->rule.critical = &r->critical;
	r->rule.breaches = (size_t)next_whole(line);
	r->rule.window = (size_t)next_whole(line);
	r->rule.recover = (size_t)next_whole(line);
}

static void do_recover(char *line) {
	struct rule_of_line r;
	size_t count;
	read_rule(&line, &r);
	bool filling = next_whole(&line) != 0;
	double *values = next_values(&line, &count);
	struct recovered found = recover_judge(&r.rule, values, count, filling);
	printf("%s %s %zu\n", state_name(found.state), state_name(found.now), found.held_ago);
	free(values);
}

static void print_share(const char *name, const struct backtest_share *share) {
	printf(" %s=%zu,%lld,%lld", name, share->times, (long long)share->total_s,
		(long long)share->longest_s);
	if (share->times > 0)
		printf(",%zu,%zu", share->last_from, share->last_to);
}

static void do_backtest(char *line) {
	struct rule_of_line r;
	struct backtest b = {.interval = 1};
	size_t count;
	read_rule(&line, &r);
	b.rule = r.rule;
	b.period_s = next_whole(&line);
	b.interval = (size_t)next_whole(&line);
	b.instants = (size_t)next_whole(&line);
	double *values = next_values(&line, &count);
	unsigned char *states = malloc(b.instants);
	if (!states || count != backtest_points(&b))
		fail("not the right number of values");
	backtest_judge(&b, values, states);
	const struct backtest_counts counts = backtest_count(&b, states);
	for (size_t i = 0; i < b.instants; i++)
		printf("%d", states[i]);
	print_share("ok", &counts.by[STATE_OK]);
	print_share("warning", &counts.by[STATE_WARNING]);
	print_share("critical", &counts.by[STATE_CRITICAL]);
	print_share("no_data", &counts.by[STATE_UNKNOWN]);
	printf("\n");
	free(states);
	free(values);
}

/* --- advise and forecast --- */

static void do_use(char *line) {
	struct window w = {.period_s = ADVISE_PERIOD_S, .start_s = next_whole(&line)};
	int64_t since_s = next_whole(&line);
	double *values = next_values(&line, &w.points);
	w.end_s = w.start_s + (int64_t)w.points * w.period_s;
	const struct advise_use use = advise_use_of(values, &w, since_s);
	printf("%zu %.10g %.10g\n", use.points, use.high, use.highest);
	free(values);
}

static double next_number(char **line) {
	double number;
	const char *word = next_word(line);
	if (num_parse(word, strlen(word), &number))
		fail("not a number");
	return number;
}

static void do_size(char *line) {
	const char *host = next_word(&line);
	const char *platform = next_word(&line);
	struct advise_question q = {.host = *host == 'f' ? TASK_ON_FARGATE
			: *host == 'i'                   ? TASK_ON_INSTANCES
							 : TASK_HOST_NOT_KNOWN,
		.platform = *platform == 'w' ? FARGATE_WINDOWS
			: *platform == 'o'   ? FARGATE_LINUX_OLD
					     : FARGATE_LINUX};
	q.size.cpu_units = next_whole(&line);
	q.size.memory_mib = next_whole(&line);
	struct range cpu = next_range(&line);
	struct range memory = next_range(&line);
	q.cpu_limit = range_limit(&cpu);
	q.memory_limit = range_limit(&memory);
	q.cpu.points = q.memory.points = (size_t)next_whole(&line);
	q.cpu.high = q.cpu.highest = next_number(&line);
	q.memory.high = q.memory.highest = next_number(&line);
	const struct advice a = advise(&q);
	printf("%s %lld %lld %s%s%s%d\n", advice_word(a.verdict), (long long)a.suggested.cpu_units,
		(long long)a.suggested.memory_mib, a.cpu_at_limit ? "limit " : "",
		a.cpu_beyond ? "beyond " : "", a.is_largest_now ? "largest " : "", a.gap);
}

static void do_forecast(char *line) {
	struct range critical = next_range(&line);
	struct window w = {.period_s = FORECAST_PERIOD_S, .start_s = next_whole(&line)};
	int64_t now_s = next_whole(&line);
	double *values = next_values(&line, &w.points);
	w.end_s = w.start_s + (int64_t)w.points * w.period_s;
	const struct forecast f = forecast_find(values, &w, range_limit(&critical), now_s);
	if (f.grows)
		printf("%.6f %lld %lld\n", f.per_day, (long long)f.since_s, (long long)f.left_s);
	else
		printf("-\n");
	free(values);
}

int main(int argc, char **argv) {
	static const struct {
		const char *name;
		void (*run)(char *line);
	} jobs[] = {{"ranges", do_ranges}, {"lasting", do_lasting}, {"recover", do_recover},
		{"backtest", do_backtest}, {"use", do_use}, {"size", do_size},
		{"forecast", do_forecast}};
	const size_t job_count = sizeof jobs / sizeof jobs[0];
	size_t job = 0;
	char *line = NULL;
	size_t room = 0;
	while (job < job_count && (argc != 2 || strcmp(jobs[job].name, argv[1]) != 0))
		job++;
	if (job == job_count)
		fail("usage: driver ranges|lasting|recover|backtest|use|size|forecast <CASES");
	while (getline(&line, &room, stdin) > 0)
		jobs[job].run(line);
	free(line);
	return 0;
}
