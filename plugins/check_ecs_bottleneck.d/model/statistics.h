/* The statistics that are asked of CloudWatch: one for all metrics, others for single ones.
 */
#ifndef MODEL_STATISTICS_H
#define MODEL_STATISTICS_H

#include "model/metric.h"

#include <stdbool.h>
#include <stddef.h>

enum statistic_kind {
	STATISTIC_MAXIMUM,
	STATISTIC_AVERAGE,
	STATISTIC_MINIMUM,
	STATISTIC_PERCENTILE
};
enum { STATISTIC_NAME_BYTES = 16 };

struct statistic {
	enum statistic_kind kind;
	char name[STATISTIC_NAME_BYTES]; /* CloudWatch's: "Maximum", "p99.9" */
};

/* The statistic that CloudWatch knows by these n bytes. Percentiles are "p" and a number above 0
 * and up to 100, with at most two decimals (Statistics definitions in the CloudWatch User Guide).
 * 0, or -1 without touching *out. */
int statistic_from_name(const char *name, size_t n, struct statistic *out);

struct statistics {
	struct statistic plain; /* of the metrics without one of their own */
	struct statistic own[METRICS];
	bool has_own[METRICS];
};

/* Maximum for all metrics. */
struct statistics statistics_default(void);

/* Splits "[METRIC=]NAME": *metric is the metric's index or -1, the return value the NAME. NULL if
 * an unknown metric stands before the '='. */
const char *statistics_split(const char *text, int *metric);

/* Sets the statistic of one metric, or of all that have none of their own (metric -1). The later
 * one replaces the earlier one; one of a metric goes before the plain one whichever came first. */
void statistics_set(struct statistics *s, int metric, const struct statistic *x);

/* The statistic of a metric; borrowed. */
const struct statistic *statistics_of(const struct statistics *s, enum metric m);

/* Whether the grid of periods has the one that is still filling: some wanted metric is asked for
 * its Maximum. The others do without their point there. */
bool statistics_need_filling(const struct statistics *s, const bool wanted[METRICS]);

/* Whether it is a percentile: CloudWatch has points of those only while one task runs. */
bool statistics_is_percentile(const struct statistics *s, enum metric m);

/* The statistic of all wanted metrics; NULL if they differ or none is wanted. Borrowed. */
const struct statistic *statistics_common(const struct statistics *s, const bool wanted[METRICS]);

#endif
