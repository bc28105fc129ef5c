#define _POSIX_C_SOURCE 200809L
#include "series.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void series_init(struct series *series) {
	*series = (struct series){.since_minute = INT64_MIN, .until_minute = INT64_MAX};
}

void series_free(struct series *series) {
	free(series->samples);
	*series = (struct series){0};
}

void series_add(struct series *series, int64_t minute, double value) {
	if ((series->count & (series->count - 1)) == 0) {
		size_t room = series->count > 0 ? series->count * 2 : 1;
		series->samples = must_grow(series->samples, room * sizeof(*series->samples));
	}
	series->samples[series->count++] = (struct sample){.minute = minute, .value = value};
}

/* qsort() is not stable, so a later sample is told from an earlier one by insertion. */
void series_sort(struct series *series) {
	struct sample *samples = series->samples;
	for (size_t i = 1; i < series->count; i++) {
		struct sample moved = samples[i];
		size_t at = i;
		while (at > 0 && samples[at - 1].minute > moved.minute) {
			samples[at] = samples[at - 1];
			at--;
		}
		samples[at] = moved;
	}
	size_t kept = 0;
	for (size_t i = 0; i < series->count; i++) {
		if (kept > 0 && samples[kept - 1].minute == samples[i].minute) {
			kept--;
		}
		samples[kept++] = samples[i];
	}
	series->count = kept;
}

bool statistic_parse(const char *name, struct statistic *statistic) {
	static const char *const names[] = {"Average", "Sum", "Minimum", "Maximum", "SampleCount"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0) {
			statistic->kind = (enum statistic_kind)i;
			return true;
		}
	}
	size_t whole = strspn(name[0] == 'p' ? name + 1 : "", "0123456789");
	if (whole < 1 || whole > 3) {
		return false;
	}
	const char *rest = name + 1 + whole;
	if (*rest == '.') {
		size_t decimals = strspn(rest + 1, "0123456789");
		if (decimals < 1 || decimals > 10) {
			return false;
		}
		rest += 1 + decimals;
	}
	statistic->kind = PERCENTILE;
	statistic->percentile = strtod(name + 1, NULL);
	return *rest == '\0' && statistic->percentile <= 100;
}

static size_t first_from(const struct series *series, int64_t minute) {
	size_t low = 0;
	size_t high = series->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (series->samples[middle].minute < minute) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* One period's samples: `own` of them listed, and the flat value in `rest` further minutes. */
struct share {
	const struct sample *samples; /* NULL if there is none */
	size_t own, rest;
	double flat;
};

static int by_value(const void *a, const void *b) {
	double left = *(const double *)a;
	double right = *(const double *)b;
	return (left > right) - (left < right);
}

/* Nearest rank: the smallest value that at least `percentile` percent of all do not exceed. */
static double percentile_of(const struct share *share, double percentile) {
	size_t total = share->own + share->rest;
	/* The guard keeps 99.9 % of 1000, a little above 999 in binary, at rank 999. */
	double wanted = ceil(percentile * (double)total / 100 - 1e-9);
	size_t rank = wanted < 1 ? 1 : (size_t)wanted;
	double *values = must_alloc((share->own + 1) * sizeof(*values));
	for (size_t i = 0; i < share->own; i++) {
		values[i] = share->samples[i].value;
	}
	qsort(values, share->own, sizeof(*values), by_value);
	size_t below = 0;
	while (below < share->own && values[below] < share->flat) {
		below++;
	}
	double value = share->flat;
	if (share->rest == 0 || rank <= below) {
		value = values[rank - 1];
	} else if (rank > below + share->rest) {
		value = values[rank - share->rest - 1];
	}
	free(values);
	return value;
}

static double value_of(const struct share *share, const struct statistic *statistic) {
	if (statistic->kind == PERCENTILE) {
		return percentile_of(share, statistic->percentile);
	}
	double sum = share->flat * (double)share->rest;
	double lowest = share->rest > 0 ? share->flat : INFINITY;
	double highest = share->rest > 0 ? share->flat : -INFINITY;
	for (size_t i = 0; i < share->own; i++) {
		double value = share->samples[i].value;
		sum += value;
		lowest = value < lowest ? value : lowest;
		highest = value > highest ? value : highest;
	}
	double total = (double)(share->own + share->rest);
	switch (statistic->kind) {
	case AVERAGE:
		return share->own == 0 ? share->flat : sum / total;
	case SUM:
		return sum;
	case MINIMUM:
		return lowest;
	case MAXIMUM:
		return highest;
	default:
		return total;
	}
}

static int64_t larger(int64_t a, int64_t b) {
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
	return a < b ? a : b;
}

size_t series_points(const struct series *series, const struct statistic *statistic, int64_t start,
	int64_t end, int64_t period, int64_t now, struct point **points) {
	*points = NULL;
	int64_t last_minute = smaller(now / 60, series->until_minute);
	end = smaller(end, now + 1);
	if (!series->published || end <= start) {
		return 0;
	}
	size_t room = (size_t)((end - start + period - 1) / period);
	*points = must_alloc(room * sizeof(**points));
	size_t count = 0;
	size_t next = first_from(series, larger(start / 60, series->since_minute));
	for (int64_t at = start; at < end; at += period) {
		int64_t from = larger(at / 60, series->since_minute);
		int64_t to = smaller((at + period) / 60 - 1, last_minute);
		struct share share = {.flat = series->flat};
		if (next < series->count) {
			share.samples = &series->samples[next];
		}
		while (next < series->count && series->samples[next].minute <= to) {
			next++;
			share.own++;
		}
		if (series->is_flat && to >= from) {
			share.rest = (size_t)(to - from + 1) - share.own;
		}
		if (share.own + share.rest > 0) {
			(*points)[count++] = (struct point){at, value_of(&share, statistic)};
		}
	}
	return count;
}
