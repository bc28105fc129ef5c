/* What the end of a run costs once everything has arrived: judging and writing the result, at the
 * documented bounds. Links the plugin's own rooms.
 *
 *	ending SERVICES POINTS text|verbose|json DECIMALS -> "JUDGE_US REPORT_US COPY_US BYTES"
 *
 * Two series a service; one service of ten breaches. COPY_US is what copying the same points takes,
 * as a measure of the machine: figures of two machines compare by their ratio to it. JUDGE_US is
 * what is left to do at the end; what is judged while answers arrive is not in it. */
#include "config.h"

#include "judge/judge.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { START_S = 1767225600 };

static struct rules rules = {.metrics = {[METRIC_CPU] = true, [METRIC_MEMORY] = true},
	.breaches = 1,
	.statistic = "Maximum",
	.timeout_state = STATE_UNKNOWN};

static long long cpu_us(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double value_of(size_t service, size_t i, double scale) {
	unsigned n = (unsigned)(service * 7919 + i * 104729) % 90000U;
	double value = service % 10 == 0 && i % 7 == 3 ? 96 + n % 3 : n % 70000U / 1000.0;
	return scale > 0 ? round(value * scale) / scale : value + 1 / 3.0;
}

static void fill(struct samples *s, size_t services, size_t points, double scale) {
	struct err e;
	if (samples_init(s, 1, &e))
		exit(2);
	s->window = (struct window){.start_s = START_S,
		.period_s = 3600,
		.end_s = START_S + (int64_t)points * 3600,
		.points = points,
		.filling = true};
	s->list_complete = true;
	s->listed_count = services;
	s->now_s = s->window.end_s - 1800;
	for (size_t i = 0; i < services; i++) {
		char name[40];
		(void)snprintf(name, sizeof name, "service-%05zu", i);
		struct service *service = samples_add_service(s, name, rules.metrics);
		if (!service)
			exit(2);
		for (int m = 0; m < METRICS; m++)
			for (size_t p = 0; rules.metrics[m] && p < points; p++)
				if (series_add_point(&service->series[m], &s->window, NULL,
					    window_time(&s->window, p), value_of(i, p, scale)))
					exit(2);
		for (int m = 0; m < METRICS; m++)
			if (rules.metrics[m])
				service->series[m].status = SERIES_COMPLETE;
	}
}

/* What the run does while answers arrive. */
static void look_at(struct samples *s) {
	for (size_t i = 0; i < s->service_count; i++)
		(void)judge_known(&rules, s, i);
}

static long long copy_points(const struct samples *s) {
	size_t bytes = s->window.points * sizeof(double);
	double *to = malloc(bytes);
	double sum = 0;
	long long before = cpu_us();
	for (size_t i = 0; to && i < s->service_count; i++)
		for (int m = 0; m < METRICS; m++)
			if (s->services[i].series[m].values) {
				memcpy(to, s->services[i].series[m].values, bytes);
				sum += to[s->window.points / 2];
			}
	long long after = cpu_us();
	free(to);
	return sum < 0 ? 0 : after - before;
}

int main(int argc, char **argv) {
	if (argc != 5) {
		fputs("usage: ending SERVICES POINTS text|verbose|json DECIMALS\n", stderr);
		return 2;
	}
	size_t decimals = strtoul(argv[4], NULL, 10);
	char cluster[] = "prod";
	struct target target = {.cluster = cluster,
		.name = cluster,
		.region = "eu-west-1",
		.console_host = "eu-west-1.console.aws.amazon.com"};
	struct style style = {.verbosity = strcmp(argv[3], "verbose") == 0};
	struct samples s;
	struct verdict v;
	struct buf out;
	struct err e = {0};
	style.format = strcmp(argv[3], "json") == 0 ? FORMAT_JSON : FORMAT_MULTI_LINE;
	for (int m = 0; m < METRICS; m++) {
		rules.warning[m] = (struct range){.start = 0, .end = 80};
		rules.critical[m] = (struct range){.start = 0, .end = 95};
	}
	fill(&s, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10),
		decimals > 6 ? 0 : pow(10, (double)decimals));
	look_at(&s);
	long long began = cpu_us();
	if (judge(&rules, &s, &v, &e))
		return 2;
	long long judged = cpu_us();
	struct report_input in = {.rules = &rules,
		.style = &style,
		.target = &target,
		.samples = &s,
		.verdict = &v,
		.diagnosis = "",
		.utf8 = true};
	buf_init(&out, REPORT_MOST_BYTES);
	int rc = report(&in, &out, &e);
	long long reported = cpu_us();
	printf("%lld %lld %lld %zu\n", judged - began, reported - judged, copy_points(&s), out.len);
	buf_free(&out);
	verdict_free(&v);
	samples_free(&s);
	return rc ? 1 : 0;
}
