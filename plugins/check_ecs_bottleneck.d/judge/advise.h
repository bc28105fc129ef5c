/* Which size of its tasks would keep a service below its warning ranges. Rules only, no input or
 * output.
 *
 * The contract: CPU used is the 99.5th percentile of a week of 5-minute Maximum, memory used their
 * maximum; needed is size x used / the upper end of the metric's warning range, 80 where it has
 * none; the advice is the smallest size of Fargate that holds both. Percent are of the size that
 * the task had, so points before the PRIMARY deployment do not count. */
#ifndef JUDGE_ADVISE_H
#define JUDGE_ADVISE_H

#include "model/task_size.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADVISE_PERIOD_S = 300, ADVISE_SPAN_S = 7 * 86400, ADVISE_MAX_POINTS = 2016 };

/* How much of its size a service used, in percent. */
struct advise_use {
	size_t points;
	/* The 99.5th percentile by nearest rank, and the maximum; valid if points > 0. */
	double high, highest;
};

/* Reads the periods of the window that begin at or after since_s. values has one a period, oldest
 * first, NAN: none; NULL: no point at all. At most ADVISE_MAX_POINTS periods. */
struct advise_use advise_use_of(const double *values, const struct window *w, int64_t since_s);

struct advise_question {
	enum task_host host;
	enum fargate_platform platform; /* of TASK_ON_FARGATE */
	struct task_size size;
	struct advise_use cpu, memory;
	/* The upper ends of the warning ranges in percent (range_limit); 80 is taken where there is
	 * none above 0. */
	double cpu_limit, memory_limit;
};

enum advice_verdict {
	ADVICE_UNKNOWN,
	ADVICE_LARGER,
	ADVICE_SMALLER,
	ADVICE_KEEP,
	ADVICE_LARGEST /* no size of Fargate is large enough */
};

/* Why there is no advice. */
enum advice_gap {
	ADVICE_COMPLETE,
	ADVICE_NO_DATA,        /* not one point of a metric */
	ADVICE_TOO_NEW,        /* deployed less than a day ago */
	ADVICE_NO_SIZE,        /* the task has no size of its own */
	ADVICE_HOST_NOT_KNOWN, /* ECS does not tell what its tasks run on */
	ADVICE_TOO_LITTLE      /* deployed earlier, but less than a day of points */
};

struct advice {
	enum advice_verdict verdict;
	enum advice_gap gap; /* of ADVICE_UNKNOWN */
	struct task_size size;
	double used_cpu, used_memory; /* percent; NAN: not known */
	int64_t data_s;               /* how much time the points stand for */
	/* What to take: a size of Fargate, or what is needed, rounded up. 0: nothing to say about
	 * it, or none is large enough. */
	struct task_size suggested;
	double limits[2];    /* in percent: what was needed of CPU and memory is for these */
	bool cpu_at_limit;   /* Fargate: what it would use beyond its limit is not known */
	bool cpu_beyond;     /* on instances: it used more than is reserved for it, by design */
	bool is_largest_now; /* ADVICE_LARGEST: it has the largest size already */
};

struct advice advise(const struct advise_question *q);

/* The word for scripts: "larger", "smaller", "keep", "largest" or "unknown". Static. */
const char *advice_word(enum advice_verdict verdict);

#endif
