/* For how long the points of a series have breached a range: the run of breaching points that is
 * going on, the longest one, all of them. Rules only, no input or output.
 *
 * Each point is judged by itself. A period without a point is no breach: it ends a run. The period
 * that is still filling counts up to now, and only if its point exceeds the range's upper end; if
 * its point could still come to lie within the range, nothing is known of the period yet.
 */
#ifndef JUDGE_LASTING_H
#define JUDGE_LASTING_H

#include "harness/range.h"
#include "model/samples.h"
#include "model/statistics.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pattern {
	PATTERN_NONE,
	PATTERN_SPIKE,     /* one run, of less than 30 minutes */
	PATTERN_RECURRING, /* several, none of 30 minutes */
	PATTERN_SUSTAINED  /* a run of 30 minutes or more */
};

/* What is looked at. All borrowed. */
struct lasting_points {
	const double *values; /* one a period of the window, oldest first, NAN: none; NULL: none */
	const struct window *window;
	const struct range *range;
	const struct statistic *statistic;
	int64_t now_s;
	int64_t called_s; /* what texts call the length of the window; 0: its complete periods */
};

/* Periods in a row that breach. */
struct lasting_run {
	size_t points;
	int64_t from_s, to_s; /* from the first one's start to the last one's end, or to now */
	bool from_beginning;  /* it begins with the oldest point: it may have begun before */
};

struct lasting {
	size_t points;    /* received */
	size_t breaching; /* of these; 0: the members below are zero */
	size_t above;     /* of these, above the range's upper end */
	size_t runs;
	int64_t total_s;            /* in all runs */
	int64_t last_s;             /* start of the newest breaching period */
	struct lasting_run longest; /* by time; the newest one of equals */
	struct lasting_run newest;
	/* The newest run is going on: nothing is known after it, and its last point is not stale.
	 */
	bool is_present;
	/* The newest run is not going on, but no point followed it: the data ended with it. */
	bool data_ended;
	/* The points are short enough to tell how long something lasted: at most 5 minutes, for
	 * Average and percentiles at most 15. Otherwise a point says that its period has a peak. */
	bool tells_time;
	/* If tells_time: sustained: a run of at least 30 minutes; recurring: several runs, none of
	 * them so long; spike: one. None if a shorter run from the beginning may be longer, and no
	 * other one is long enough. */
	enum pattern word;
};

struct lasting lasting_find(const struct lasting_points *p);

/* Whether points of this statistic and period tell time, as above: whether a closer look would add
 * something. */
bool lasting_tells_time(enum statistic_kind statistic, int64_t period_s);

/* The length of a run in seconds. */
int64_t lasting_run_s(const struct lasting_run *run);

/* Whose peak it was: the Average of the tasks in the period of the highest point, and the highest
 * Average of all. NAN: not known. */
struct lasting_average {
	double then, highest;
};

/* Compares a series of Maximum with one of Average over the same grid of count periods. Of equal
 * peaks the newest counts, as in the text. */
struct lasting_average lasting_average_find(const double *peaks, const double *averages,
	size_t count);

#endif
