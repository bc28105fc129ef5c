/* A metric's one-minute samples, and CloudWatch's statistics over them. */
#ifndef STANDIN_SERIES_H
#define STANDIN_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `minute` counts minutes since 1970. */
struct sample {
	int64_t minute;
	double value;
};

/* Samples of their own beat `flat`, which stands for every minute. All zero is a metric that was
 * never published. */
struct series {
	bool published, is_flat;
	bool of_several_tasks; /* which has no percentiles */
	bool has_mixed_units;  /* which results tell in a message */
	double flat;
	struct sample *samples;
	size_t count;
	int64_t since_minute, until_minute;
};

enum statistic_kind { AVERAGE, SUM, MINIMUM, MAXIMUM, SAMPLE_COUNT, PERCENTILE };

struct statistic {
	enum statistic_kind kind;
	double percentile;
};

/* `start` is the period's first second since 1970. */
struct point {
	int64_t start;
	double value;
};

/* An unbounded series without samples. */
void series_init(struct series *series);
void series_free(struct series *series);

/* Add a sample; series_sort() must follow before any use. Of several samples in one minute the one
 * added last counts. */
void series_add(struct series *series, int64_t minute, double value);
void series_sort(struct series *series);

/* Read a name as GetMetricData's Stat spells it: Average, Sum, Minimum, Maximum, SampleCount, pNN
 * with up to ten decimals. False if it is none of these. */
bool statistic_parse(const char *name, struct statistic *statistic);

/* The points of all periods that begin in [start, end), oldest first, where `start` is a multiple
 * of `period` (seconds, a multiple of 60) and no sample lies after `now`. The result is stored in
 * `*points` for the caller to free; returns their number. */
size_t series_points(const struct series *series, const struct statistic *statistic, int64_t start,
	int64_t end, int64_t period, int64_t now, struct point **points);

#endif
