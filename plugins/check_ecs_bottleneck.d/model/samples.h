/* Data learned from AWS: services, their series, and ECS's descriptions of those without data.
 * Filled by collect, read by judge and report. */
#ifndef MODEL_SAMPLES_H
#define MODEL_SAMPLES_H

#include "base/buf.h"
#include "model/description.h"
#include "model/forecast.h"
#include "harness/range.h"
#include "harness/state.h"
#include "model/metric.h"
#include "model/task_definition.h"
#include "model/thresholds.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The maximum number of services of a run. */
enum { SAMPLES_MAX_SERVICES = 20000 };

enum series_status {
	SERIES_NOT_WANTED, /* the metric was not requested */
	SERIES_PENDING,    /* no answer yet, or only a part */
	SERIES_COMPLETE,   /* every page arrived; there may still be no points */
	SERIES_FAILED      /* lost to an error: never "no data" */
};

/* How the points that breach one range are distributed over the window. A period without a point
 * ends a run. */
struct breaches {
	/* The newest breaching point is the newest point. A point of the period still filling is
	 * ignored if its current value would breach at the end of the period. */
	bool is_newest;
	size_t count;       /* breaching points; 0: the other members are meaningless */
	size_t above;       /* those above the range's upper end */
	size_t longest_run; /* maximum number of consecutive breaching points */
	int64_t last_s;     /* start of the newest one's period */
};

/* The result of one pass over the points of a series. */
struct measure {
	bool is_taken; /* the result is up to date */
	size_t points;
	double highest, lowest; /* valid if points > 0, like the next two */
	int64_t highest_s;      /* the newest of equal points */
	int64_t newest_s;
	struct breaches warning, critical; /* for the ranges of the series' metric */
};

struct series {
	enum series_status status;
	double *values;  /* one per period of the window, oldest first, NAN: none; NULL if no point
			    at all. In front of them are those of the periods before it: values[-1]
			    is the newest one. */
	double *fetched; /* the oldest of all of these, which owns them; NULL if values is */
	size_t before;   /* how many are in front of values; 0 if it is NULL */
	bool *given;     /* in a further round: which values it has delivered, the oldest of all
			    first; otherwise NULL */
	char *failure;   /* why it failed; otherwise NULL */
	size_t fresh_from, fresh_to; /* points added since judge last looked, counted from the
					oldest of all; equal: none */
	size_t known_warning, known_critical; /* set by judge: breaching points of an incomplete
						 series counted so far */
	struct measure measure;               /* set by judge */
};

struct service {
	char *name;
	struct service_thresholds thresholds; /* borrowed from the rules; see service_ranges */
	enum state known;                     /* set by judge: its worst known state so far */
	struct series series[METRICS];
	struct forecast forecasts[METRICS];
	struct description description;
	struct task_definition *task_definition; /* of the samples; NULL: not asked for */
};

/* A message of CloudWatch besides its values; it does not change a state. */
struct remark {
	char *text;          /* clean, one line */
	const char *service; /* of the first series it is about; NULL: about a call */
	enum metric metric;
	size_t further; /* other series or calls with the same text */
};

enum samples_end { SAMPLES_WHOLE, SAMPLES_DEADLINE, SAMPLES_STOPPED };

struct samples {
	struct window window; /* points is 0 until collect sets the window */
	struct service
		*services; /* those that pass the filters; sorted by name once collect ends */
	size_t service_count;
	size_t listed_count; /* before the filters */
	char **passed_over;  /* with -s: names of listed services that the filters left out */
	size_t passed_over_count;
	bool list_complete;
	bool services_are_named; /* there is no list: which other services exist is not known */
	bool *pattern_matched;   /* one per -s pattern */
	bool *threshold_matched; /* one per entry of the rules' thresholds: its service part is
				    missing or matches a listed service */
	struct buf failures; /* one line for each thing that could not be fetched completely (a list
				page, ...) or understood, in order of occurrence: UNKNOWN */
	struct remark *remarks;
	size_t remark_count;
	char account[16]; /* "" while unknown */
	enum samples_end end;
	bool time_is_over; /* no further call is allowed, not even to clean up; everything may have
			      been known before */
	struct buf end_reason; /* what the run was waiting for and the last error, unless end is
				  SAMPLES_WHOLE */
	int64_t now_s;         /* the corrected time at the end */
	struct task_definitions task_definitions;
	size_t metrics_billed;
};

/* Initialises an empty set and allocates its flags: pattern_count and threshold_count of them. 0,
 * or -1 with ERR_MEMORY. */
int samples_init(struct samples *s, size_t pattern_count, size_t threshold_count, struct err *e);
void samples_free(struct samples *s);

/* Appends a service with its ranges; the series of its wanted metrics are pending. NULL if memory
 * runs out. The pointer is valid until the next service is added. */
struct service *samples_add_service(struct samples *s, const char *name, const bool wanted[METRICS],
	const struct service_thresholds *thresholds);

/* Keeps the name of a service that the filters left out. 0, or -1 with ERR_MEMORY. */
int samples_pass_over(struct samples *s, const char *name, struct err *e);

/* The series of a service's metric; one without status and points for the running tasks, which have
 * none. Borrowed. */
const struct series *samples_series(const struct samples *s, size_t service, enum metric m);

/* Sorts the services, and those left out, by name. */
void samples_sort(struct samples *s);

/* The ranges that the values of a series are compared with. */
struct series_ranges {
	const struct range *warning, *critical; /* borrowed */
};

/* The ranges of a service's metric: whatever judges or shows its points asks here. */
struct series_ranges service_ranges(const struct service *service, enum metric m);

/* Stores a point. 0, or -1 if the series has failed: the point is from outside the fetched periods,
 * cannot be a utilisation or contradicts another point of its period, or memory runs out. Of two
 * values for one period the worse by the ranges is kept (NULL, or neither breaches: the higher
 * one). */
int series_add_point(struct series *x, const struct window *w, const struct series_ranges *ranges,
	int64_t time_s, double value);

/* The series will be delivered once more because a part was missing. Its values are kept. Another
 * value for a period is then no contradiction and replaces the old one only if it is worse. The
 * series fails if memory runs out. */
void series_begin_round(struct series *x, const struct window *w);

/* The series has been delivered completely. */
void series_end_round(struct series *x);

/* Records a remark: its code, its text and the series it is about (service NULL: a whole call). Of
 * many different remarks the first are kept. 0, or -1 with ERR_MEMORY. */
int samples_add_remark(struct samples *s, const char *code, const char *text, const char *service,
	enum metric m, struct err *e);

/* Appends a line to failures, cleaned, unless it is already there. */
void samples_add_failure(struct samples *s, const char *line);

/* Moves the points to the grid of another window of the same period and length; those outside it
 * are dropped. The series will be delivered once more, as for series_begin_round. */
void series_move(struct series *x, const struct window *from, const struct window *to);

/* Drops the point of the period that is still filling: only a Maximum may have one. */
void series_drop_filling(struct series *x, const struct window *w);

/* Frees the points of a series. */
void series_clear(struct series *x);

/* Marks a series as failed. The first reason is kept. */
void series_fail(struct series *x, const char *why);

/* Whether a series of the service is complete and has a current point: so the service exists. */
bool service_has_current_data(const struct service *service, const struct window *w, int64_t now_s);

/* Whether ECS does not know the service and CloudWatch has no point of it: its name is wrong, or it
 * was deleted long ago. */
bool service_is_missing(const struct service *service);

/* Finds the index of the newest point; false if there is none. */
bool series_newest(const struct series *x, const struct window *w, size_t *index);

/* Whether there is a point and the newest one is not stale by the window's rule. */
bool series_is_current(const struct series *x, const struct window *w, int64_t now_s);

/* Whether the point at index breaches the range. The period still filling does so only by exceeding
 * the upper end. */
bool series_point_breaches(const struct series *x, const struct window *w, size_t index,
	const struct range *r);

/* Whether the -s pattern with this index is known to match no service. */
bool samples_pattern_is_idle(const struct samples *s, size_t pattern);

/* Whether the service part of the range with this index is known to match no listed service;
 * never of services that are named. */
bool samples_threshold_is_idle(const struct samples *s, const struct thresholds *t, size_t i);

#endif
