/* What was learned from AWS: services, their series and what ECS says of those without data. Filled
 * by collect, read by judge and report. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "base/buf.h"
#include "model/description.h"
#include "harness/range.h"
#include "harness/state.h"
#include "model/metric.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum series_status {
	SERIES_NOT_WANTED, /* the metric is not asked for */
	SERIES_PENDING,    /* no (whole) answer yet */
	SERIES_COMPLETE,   /* every page arrived; values may still hold no point */
	SERIES_FAILED      /* lost to an error: never "no data" */
};

enum pattern {
	PATTERN_NONE,
	PATTERN_SPIKE,     /* one breaching point */
	PATTERN_RECURRING, /* several, never three in a row */
	PATTERN_SUSTAINED  /* three or more in a row */
};

/* How the points that breach one range lie in the window. A period without a point ends a run. */
struct breaches {
	enum pattern pattern;
	/* The newest breaching point is the newest point of all, but for one of the period that is
	 * still filling which would breach if it were to stay as it is. */
	bool is_newest;
	size_t count;       /* breaching points; 0: the others mean nothing */
	size_t above;       /* those of them above the range's upper end */
	size_t longest_run; /* the most breaching points in a row */
	int64_t last_s;     /* when the period of the newest one began */
};

/* What one pass over the points of a series finds. */
struct measure {
	bool is_taken; /* of the points as they are */
	size_t points;
	double highest, lowest; /* valid when points > 0, like the next two */
	int64_t highest_s;      /* of equals the newest */
	int64_t newest_s;
	struct breaches warning, critical; /* of the ranges of the series' metric */
};

struct series {
	enum series_status status;
	double *values; /* one a period, oldest first, NAN for none; NULL while there is no point at
			   all */
	bool *given;    /* in a further round, which values came in it; else NULL */
	char *failure;  /* why it failed; NULL otherwise */
	size_t fresh_from, fresh_to; /* where points came since judge last looked; equal: nowhere */
	size_t known_warning, known_critical; /* judge's: points of an incomplete series that
						 breach, as far as it has looked */
	struct measure measure;               /* judge's */
};

struct service {
	char *name;
	enum state known; /* judge's: the worst that was known of it so far */
	struct series series[METRICS];
	struct description description;
};

/* What CloudWatch said beside its values; it does not change a state. */
struct remark {
	char *text;          /* clean, one line */
	const char *service; /* of the first series that it is about; NULL: it is about a call */
	enum metric metric;
	size_t further; /* other series, or calls, that had the same */
};

enum samples_end { SAMPLES_WHOLE, SAMPLES_DEADLINE, SAMPLES_STOPPED };

struct samples {
	struct window window; /* points is 0 until collect has set it */
	struct service
		*services; /* those that pass the filters, sorted by name once collect has ended */
	size_t service_count;
	size_t listed_count; /* before the filters */
	bool list_complete;
	bool *pattern_matched; /* one for each -s pattern */
	struct buf failures;   /* one line for each thing that could not be had as a whole (a list
				  page, ...) or is not understood, first one first: UNKNOWN */
	struct remark *remarks;
	size_t remark_count;
	char account[16]; /* "" while unknown */
	enum samples_end end;
	bool time_is_over; /* no call may be made any more, not even to clean up; perhaps all was
			      known before */
	struct buf end_reason; /* what the run was waiting for and the last error, when end is not
				  SAMPLES_WHOLE */
	int64_t now_s;         /* by the corrected clock, at the end */
	size_t metrics_billed;
};

/* An empty set. pattern_count flags are allocated. 0, or -1 with ERR_MEMORY. */
int samples_init(struct samples *s, size_t pattern_count, struct err *e);
void samples_free(struct samples *s);

/* Appends a service whose series of the wanted metrics are pending. NULL without memory. The
 * pointer is valid until the next one is added. */
struct service *samples_add_service(struct samples *s, const char *name,
	const bool wanted[METRICS]);

/* Sorts the services by name. */
void samples_sort(struct samples *s);

/* What the values of a series are held against. */
struct series_ranges {
	const struct range *warning, *critical; /* borrowed */
};

/* Stores a point. 0; -1 when it lies outside the window, cannot be a utilisation or contradicts
 * another one of its period, or memory runs out: then the series has failed. Of two values for one
 * period the worse one by the ranges stays (NULL, or neither breaches: the higher one). */
int series_add_point(struct series *x, const struct window *w, const struct series_ranges *ranges,
	int64_t time_s, double value);

/* The series will be given once more, since a part of it was wanting. What it holds stays: another
 * value for a period is no contradiction then, but takes its place only if it is worse. Without
 * memory it has failed. */
void series_begin_round(struct series *x, const struct window *w);

/* It has been given as a whole. */
void series_end_round(struct series *x);

/* Notes a remark: its code, its text, and the series it is about (service NULL: a whole call). Of
 * many different ones the first are kept. 0, or -1 with ERR_MEMORY. */
int samples_add_remark(struct samples *s, const char *code, const char *text, const char *service,
	enum metric m, struct err *e);

/* Appends a line to failures, cleaned, unless it is there already. */
void samples_add_failure(struct samples *s, const char *line);

/* Forgets the points of a series. */
void series_clear(struct series *x);

/* Marks a series failed, for the reason that stands first. */
void series_fail(struct series *x, const char *why);

/* The index of the newest point; false if there is none. */
bool series_newest(const struct series *x, const struct window *w, size_t *index);

/* Whether there is a point and the newest one starts no longer ago than the window's rule for stale
 * series. */
bool series_is_current(const struct series *x, const struct window *w, int64_t now_s);

/* Whether the point at index breaches the range. The period that is still filling does so only by
 * exceeding the upper end. */
bool series_point_breaches(const struct series *x, const struct window *w, size_t index,
	const struct range *r);

/* Whether every series is complete, and not one holds a point. */
bool samples_have_no_point(const struct samples *s);

/* Whether the -s pattern of that index is known to match no service. */
bool samples_pattern_is_idle(const struct samples *s, size_t pattern);

#endif
