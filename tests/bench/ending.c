/* What the end of a run costs once everything has arrived: judging and writing the result, at the
 * documented bounds. Links the plugin's own rooms.
 *
 *	ending SERVICES POINTS text|verbose|json DECIMALS -> "JUDGE_US REPORT_US COPY_US BYTES"
 *
 * Two series a service; one service of ten breaches. COPY_US is what copying the same points takes,
 * as a measure of the machine: figures of two machines compare by their ratio to it. JUDGE_US is
 * what is left to do at the end; what is judged while answers arrive is not in it. */
#include "config.h"

#include "report/report.h"
#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static void fill(struct scene *s, size_t services, size_t points, double scale) {
	struct window *w = &s->samples.window;
	w->points = points;
	w->end_s = w->start_s + (int64_t)points * w->period_s;
	s->samples.now_s = w->end_s - 1800;
	s->rules.metrics[METRIC_MEMORY] = true;
	for (size_t i = 0; i < services; i++) {
		char name[40];
		(void)snprintf(name, sizeof name, "service-%05zu", i);
		struct service *service = scene_service(s, name);
		for (int m = 0; m < METRICS; m++)
			for (size_t p = 0; s->rules.metrics[m] && p < points; p++)
				if (series_add_point(&service->series[m], w, NULL,
					    window_time(w, p), value_of(i, p, scale)))
					exit(2);
	}
}

/* What the run does while answers arrive. */
static void look_at(struct scene *s) {
	for (size_t i = 0; i < s->samples.service_count; i++)
		(void)judge_known(&s->rules, &s->samples, i);
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
	struct scene s;
	struct buf out;
	struct err e = {0};
	scene_begin(&s);
	s.style.format = strcmp(argv[3], "json") == 0 ? FORMAT_JSON : FORMAT_MULTI_LINE;
	s.style.verbosity = strcmp(argv[3], "verbose") == 0;
	fill(&s, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10),
		decimals > 6 ? 0 : pow(10, (double)decimals));
	look_at(&s);
	long long began = cpu_us();
	(void)scene_judge(&s);
	long long judged = cpu_us();
	const struct report_input in = scene_input(&s);
	buf_init(&out, REPORT_MAX_BYTES);
	int rc = report(&in, &out, &e);
	long long reported = cpu_us();
	printf("%lld %lld %lld %zu\n", judged - began, reported - judged, copy_points(&s.samples),
		out.len);
	buf_free(&out);
	scene_end(&s);
	return rc ? 1 : 0;
}
