#include "config.h"

#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool met, const char *what) {
	if (met)
		return;
	fprintf(stderr, "scene: %s\n", what);
	abort();
}

void scene_begin(struct scene *s) {
	*s = (struct scene){.rules = {.metrics = {[METRIC_CPU] = true},
				    .breaches = 1,
				    .statistics = statistics_default(),
				    .timeout_state = STATE_UNKNOWN,
				    .window = {.window_s = (SCENE_POINTS - 1) * SCENE_HOUR_S,
					    .period_s = SCENE_HOUR_S,
					    .with_filling = true}},
		.cluster = "prod"};
	s->target = (struct target){.cluster = s->cluster,
		.name = s->cluster,
		.region = "eu-west-1",
		.console_host = "eu-west-1.console.aws.amazon.com"};
	s->rules.include.items = s->patterns;
	must(samples_init(&s->samples, SCENE_PATTERNS, THRESHOLDS_MAX, NULL) == 0, "no memory");
	s->samples.window = (struct window){.start_s = SCENE_START_S,
		.end_s = SCENE_START_S + SCENE_POINTS * SCENE_HOUR_S,
		.period_s = SCENE_HOUR_S,
		.points = SCENE_POINTS,
		.filling = true};
	s->samples.list_complete = true;
	s->samples.now_s = SCENE_START_S + (SCENE_POINTS - 1) * SCENE_HOUR_S + 20 * 60;
	scene_ranges(s, "80", "95");
}

void scene_end(struct scene *s) {
	verdict_free(&s->verdict);
	samples_free(&s->samples);
	thresholds_free(&s->rules.thresholds);
}

/* Adding a range moves the others. */
static void look_up(struct scene *s) {
	for (size_t i = 0; i < s->samples.service_count; i++) {
		struct service *x = &s->samples.services[i];
		x->thresholds = thresholds_of_service(&s->rules.thresholds, x->name,
			s->samples.threshold_matched);
		for (int m = 0; m < METRICS; m++)
			x->series[m].measure.is_taken = false;
	}
}

void scene_range(struct scene *s, enum threshold_level level, const char *text) {
	must(thresholds_add(&s->rules.thresholds, level, text, NULL) == 0, text);
	look_up(s);
}

void scene_ranges(struct scene *s, const char *warning, const char *critical) {
	thresholds_free(&s->rules.thresholds);
	scene_range(s, THRESHOLD_WARNING, warning);
	scene_range(s, THRESHOLD_CRITICAL, critical);
}

void scene_statistic(struct scene *s, const char *name) {
	struct statistic x;
	must(statistic_from_name(name, strlen(name), &x) == 0, name);
	s->rules.statistics = statistics_default();
	statistics_set(&s->rules.statistics, -1, &x);
}

void scene_no_filling(struct scene *s) {
	s->rules.window.with_filling = false;
	s->samples.window.filling = false;
	s->samples.window.points = SCENE_POINTS - 1;
	s->samples.window.end_s -= SCENE_HOUR_S;
}

struct service *scene_service(struct scene *s, const char *name) {
	const struct service_thresholds thresholds = thresholds_of_service(&s->rules.thresholds,
		name, s->samples.threshold_matched);
	struct service *service = samples_add_service(&s->samples, name, s->rules.metrics,
		&thresholds);
	must(service != NULL, "no memory");
	s->samples.listed_count++;
	for (int m = 0; m < METRICS; m++)
		if (s->rules.metrics[m])
			service->series[m].status = SERIES_COMPLETE;
	return service;
}

void scene_points(struct scene *s, struct service *service, enum metric m, const double *values,
	size_t n) {
	const struct window *w = &s->samples.window;
	struct series *x = &service->series[m];
	for (size_t i = 0; i < n && i < w->points; i++) {
		if (isnan(values[i]))
			continue;
		must(series_add_point(x, w, NULL, window_time(w, i), 0) == 0, "no memory");
		x->values[i] = values[i]; /* ranges hold for values that CloudWatch does not send */
	}
}

void scene_described(struct scene *s, struct service *service, int64_t desired, int64_t age_s) {
	service->description.status = DESCRIPTION_KNOWN;
	service->description.desired_count = desired;
	service->description.running_count = desired;
	service->description.primary_created_ms = (s->samples.now_s - age_s) * 1000;
}

enum state scene_judge(struct scene *s) {
	verdict_free(&s->verdict);
	must(judge(&s->rules, &s->samples, &s->verdict, NULL) == 0, "no memory");
	return s->verdict.state;
}

struct report_input scene_input(const struct scene *s) {
	return (struct report_input){.rules = &s->rules,
		.style = &s->style,
		.target = &s->target,
		.samples = &s->samples,
		.verdict = &s->verdict,
		.diagnosis = "",
		.utf8 = true};
}
