#include "config.h"

#include "judge/advise.h"

#include <math.h>

/* The number of points above the percentile, of a full week, and one for the percentile itself. */
enum { DAY_S = 86400, MAX_TOP = ADVISE_MAX_POINTS * 5 / 1000 + 1, PERCENT = 100 };

static const double usual_limit = 80;
static const double at_limit = 95;
/* What rounding may add to a need: 2048 MiB used to exactly the limit fit into 2048 MiB. */
static const double tolerance = 1e-9;

/* --- use --- */

/* Keeps the n largest values seen, largest first; held of them are there. Returns their number. */
static size_t keep_largest(double *top, size_t n, size_t held, double value) {
	size_t at = held < n ? held : n;
	while (at > 0 && top[at - 1] < value) {
		if (at < n)
			top[at] = top[at - 1];
		at--;
	}
	if (at < n)
		top[at] = value;
	return held < n ? held + 1 : n;
}

static bool counts(const double *values, const struct window *w, size_t i, int64_t since_s) {
	return !isnan(values[i]) && window_time(w, i) >= since_s;
}

struct advise_use advise_use_of(const double *values, const struct window *w, int64_t since_s) {
	struct advise_use use = {.points = 0};
	double top[MAX_TOP] = {0};
	size_t held = 0;
	for (size_t i = 0; values && i < w->points; i++)
		use.points += counts(values, w, i, since_s);
	if (use.points == 0)
		return use;
	/* The nearest rank of 99.5 % among n is ceil(0.995 n): floor(0.005 n) values are above it.
	 */
	size_t n = use.points * 5 / 1000 + 1;
	for (size_t i = 0; i < w->points; i++)
		if (counts(values, w, i, since_s))
			held = keep_largest(top, n, held, values[i]);
	use.high = top[n - 1];
	use.highest = top[0];
	return use;
}

/* --- advice --- */

static double limit_or_usual(double limit) {
	return isinf(limit) || !(limit > 0) ? usual_limit : limit;
}

static double need_of(int64_t size, double used, double limit) {
	return (double)size * used / limit * (1 - tolerance);
}

static void advise_fargate(const struct advise_question *q, struct advice *a) {
	const struct task_size largest = fargate_largest(q->platform);
	struct task_size next;
	double cpu = need_of(q->size.cpu_units, a->used_cpu, a->limits[0]);
	double memory = need_of(q->size.memory_mib, a->used_memory, a->limits[1]);
	bool is_larger = cpu > (double)q->size.cpu_units || memory > (double)q->size.memory_mib;
	bool has_step = true;
	a->cpu_at_limit = a->used_cpu >= at_limit;
	if (a->cpu_at_limit) {
		is_larger = true;
		has_step = fargate_find(q->platform, (double)q->size.cpu_units + 1, 0, &next);
		if (has_step && cpu < (double)next.cpu_units)
			cpu = (double)next.cpu_units;
	}
	if (!has_step || !fargate_find(q->platform, cpu, memory, &a->suggested)) {
		a->verdict = ADVICE_LARGEST;
		a->suggested = (struct task_size){0, 0};
		a->is_largest_now = q->size.cpu_units >= largest.cpu_units &&
			q->size.memory_mib >= largest.memory_mib;
	} else if (a->suggested.cpu_units == q->size.cpu_units &&
		a->suggested.memory_mib == q->size.memory_mib) {
		a->verdict = ADVICE_KEEP;
	} else {
		a->verdict = is_larger ? ADVICE_LARGER : ADVICE_SMALLER;
	}
}

/* What is needed of a size that can be any number; 0 if the task has no such size. */
static int64_t whole_need(int64_t size, double used, double limit, int64_t least) {
	int64_t need = size > 0 ? (int64_t)ceil(need_of(size, used, limit)) : 0;
	return size > 0 && need < least ? least : need;
}

/* On instances any size is valid, and a step is whatever one takes. So a size is too large when
 * half of it would do: that is what a step of Fargate saves. */
static void advise_instances(const struct advise_question *q, struct advice *a) {
	enum { MIN_CPU_UNITS = 128, MIN_MEMORY_MIB = 4 };
	const struct task_size *size = &q->size;
	struct task_size need = {whole_need(size->cpu_units, a->used_cpu, a->limits[0],
					 MIN_CPU_UNITS),
		whole_need(size->memory_mib, a->used_memory, a->limits[1], MIN_MEMORY_MIB)};
	a->cpu_beyond = size->cpu_units > 0 && a->used_cpu > PERCENT;
	a->suggested = need;
	if (need.cpu_units > size->cpu_units || need.memory_mib > size->memory_mib)
		a->verdict = ADVICE_LARGER;
	else if (2 * need.cpu_units <= size->cpu_units && 2 * need.memory_mib <= size->memory_mib)
		a->verdict = ADVICE_SMALLER;
	else
		a->verdict = ADVICE_KEEP;
}

static enum advice_gap find_gap(const struct advise_question *q, size_t points) {
	bool has_cpu = q->size.cpu_units > 0;
	bool has_memory = q->size.memory_mib > 0;
	if (q->host == TASK_HOST_NOT_KNOWN)
		return ADVICE_HOST_NOT_KNOWN;
	if (q->host == TASK_ON_FARGATE ? !has_cpu || !has_memory : !has_cpu && !has_memory)
		return ADVICE_NO_SIZE;
	if (points == 0)
		return ADVICE_NO_DATA;
	return (int64_t)points * ADVISE_PERIOD_S < DAY_S ? ADVICE_TOO_LITTLE : ADVICE_COMPLETE;
}

struct advice advise(const struct advise_question *q) {
	size_t points = q->cpu.points < q->memory.points ? q->cpu.points : q->memory.points;
	struct advice a = {.size = q->size,
		.gap = find_gap(q, points),
		.used_cpu = q->cpu.points > 0 ? q->cpu.high : NAN,
		.used_memory = q->memory.points > 0 ? q->memory.highest : NAN,
		.data_s = (int64_t)points * ADVISE_PERIOD_S,
		.limits = {limit_or_usual(q->cpu_limit), limit_or_usual(q->memory_limit)}};
	if (a.gap != ADVICE_COMPLETE)
		a.verdict = ADVICE_UNKNOWN;
	else if (q->host == TASK_ON_FARGATE)
		advise_fargate(q, &a);
	else
		advise_instances(q, &a);
	return a;
}

const char *advice_word(enum advice_verdict verdict) {
	static const char *const words[] = {[ADVICE_UNKNOWN] = "unknown",
		[ADVICE_LARGER] = "larger",
		[ADVICE_SMALLER] = "smaller",
		[ADVICE_KEEP] = "keep",
		[ADVICE_LARGEST] = "largest"};
	return words[verdict];
}
