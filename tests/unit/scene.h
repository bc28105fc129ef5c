/* Rules and samples to be judged and reported, built piece by piece: for unit tests, fuzz
 * targets and benchmarks. Ends the program where memory runs out or a range is none. */
#ifndef UNIT_SCENE_H
#define UNIT_SCENE_H

#include "judge/judge.h"
#include "report/words/input.h"

#include <math.h>

/* The window: SCENE_POINTS periods of an hour, the last one filling; "now" is 20 minutes into it.
 * SCENE_GAP stands for no point. */
enum { SCENE_PATTERNS = 4, SCENE_POINTS = 5, SCENE_HOUR_S = 3600, SCENE_START_S = 1767225600 };
#define SCENE_GAP NAN

struct scene {
	struct rules rules;
	struct style style;
	struct target target;
	struct samples samples;
	struct verdict verdict;
	const char *patterns[SCENE_PATTERNS];
	char cluster[8];
};

/* The default thresholds (80, 95), cpu alone, one breach, Maximum; the cluster prod in eu-west-1,
 * no service yet, list complete. Not to be moved. */
void scene_begin(struct scene *s);
void scene_end(struct scene *s);

/* Sets ranges for all metrics and services, instead of those before. */
void scene_ranges(struct scene *s, const char *warning, const char *critical);

/* Adds one as -w or -C gives it: "api/cpu=80". */
void scene_range(struct scene *s, enum threshold_level level, const char *text);

/* Sets the statistic of all metrics. */
void scene_statistic(struct scene *s, const char *name);

/* Leaves the filling period out, as every statistic but Maximum does. */
void scene_no_filling(struct scene *s);

/* Adds a service with the wanted metrics, its series complete and without points. Borrowed until
 * the next one is added. */
struct service *scene_service(struct scene *s, const char *name);

/* Gives a series its points, oldest first. */
void scene_points(struct scene *s, struct service *service, enum metric m, const double *values,
	size_t n);

/* What ECS said of it: so many tasks are wanted, all run, and the age of its deployment. */
void scene_described(struct scene *s, struct service *service, int64_t desired, int64_t age_s);

/* Judges; the verdict's state comes back. */
enum state scene_judge(struct scene *s);

/* What a report of it is made of, as for a pipe and without a diagnosis. Borrows from s. */
struct report_input scene_input(const struct scene *s);

#endif
