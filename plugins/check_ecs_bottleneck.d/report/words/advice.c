#include "config.h"

#include "report/words/advice.h"

#include "base/num.h"
#include "base/text.h"
#include "report/words/cause.h"
#include "report/words/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	UNITS_A_VCPU = 1024,
	MIB_A_GB = 1024,
	SIZE_DECIMALS = 4,
	HOUR_S = 3600,
	DAY_S = 86400,
	MAX_NAMED = 3
};

static const char late[] = "not asked in time";

static bool is_fargate(const struct report_input *in, size_t service) {
	return in->samples->services[service].description.host == TASK_ON_FARGATE;
}

/* --- pieces --- */

static void add_share(struct buf *out, int64_t value, int64_t whole, const char *unit) {
	char text[NUM_TEXT_BYTES];
	(void)num_format_fixed((double)value / (double)whole, SIZE_DECIMALS, text);
	buf_addf(out, "%s %s", num_trim_zeros(text), unit);
}

void report_add_task_size(struct buf *out, const struct task_size *size, bool is_of_fargate) {
	if (is_of_fargate) {
		add_share(out, size->cpu_units, UNITS_A_VCPU, "vCPU");
		buf_addc(out, ' ');
		add_share(out, size->memory_mib, MIB_A_GB, "GB");
		return;
	}
	if (size->cpu_units > 0)
		buf_addf(out, "%lld CPU units", (long long)size->cpu_units);
	if (size->cpu_units > 0 && size->memory_mib > 0)
		buf_addc(out, ' ');
	if (size->memory_mib > 0)
		buf_addf(out, "%lld MiB", (long long)size->memory_mib);
}

static void add_span(struct buf *out, int64_t seconds) {
	if (seconds < 2 * DAY_S)
		buf_addf(out, "%lld h", (long long)(seconds / HOUR_S));
	else
		buf_addf(out, "%lld days", (long long)((seconds + DAY_S / 2) / DAY_S));
}

/* What it used of the sizes it has. */
static void add_used(struct buf *out, const struct advice *a) {
	char cpu[NUM_TEXT_BYTES];
	char memory[NUM_TEXT_BYTES];
	(void)num_format_fixed(a->used_cpu, 1, cpu);
	(void)num_format_fixed(a->used_memory, 1, memory);
	buf_adds(out, "used up to ");
	if (a->size.cpu_units > 0)
		buf_addf(out, "%s%% CPU%s", cpu, a->size.memory_mib > 0 ? " and " : "");
	if (a->size.memory_mib > 0)
		buf_addf(out, "%s%% memory", memory);
	buf_adds(out, " in ");
	add_span(out, a->data_s);
}

/* "about 1340 CPU units and 1000 MiB for 80%", or each for its own limit. */
static void add_needs(struct buf *out, const struct advice *a) {
	char limits[2][NUM_TEXT_BYTES];
	const struct task_size *s = &a->suggested;
	for (int i = 0; i < 2; i++)
		(void)num_format_exact(a->limits[i], limits[i]);
	bool is_one = strcmp(limits[0], limits[1]) == 0;
	buf_adds(out, "about ");
	if (s->cpu_units > 0)
		buf_addf(out, "%lld CPU units", (long long)s->cpu_units);
	if (s->cpu_units > 0 && (!is_one || s->memory_mib == 0))
		buf_addf(out, " for %s%%", limits[0]);
	if (s->memory_mib > 0)
		buf_addf(out, "%s%lld MiB for %s%%", s->cpu_units > 0 ? " and " : "",
			(long long)s->memory_mib, limits[1]);
}

static void add_gap(struct buf *out, const struct advice *a) {
	switch (a->gap) {
	case ADVICE_COMPLETE:
		break;
	case ADVICE_NO_DATA:
		buf_adds(out, "no data");
		break;
	case ADVICE_TOO_NEW:
		buf_addf(out, "too new to tell (%lld h of data)", (long long)(a->data_s / HOUR_S));
		break;
	case ADVICE_TOO_LITTLE:
		buf_addf(out, "too little data to tell (%lld h)", (long long)(a->data_s / HOUR_S));
		break;
	case ADVICE_NO_SIZE:
		buf_adds(out, "no task size (the containers' limits are not summed up)");
		break;
	case ADVICE_HOST_NOT_KNOWN:
		buf_adds(out, "ECS does not tell what its tasks run on");
		break;
	}
}

/* Names the permission first: that is what there is to do. AWS's own words name another resource in
 * each call, and are left out. */
static void add_failure(struct buf *out, const char *failure) {
	static const char *const actions[] = {"ecs:DescribeServices", "ecs:DescribeTaskDefinition",
		"cloudwatch:GetMetricData"};
	static const char add[] = "add the IAM action ";
	struct buf words;
	buf_init(&words, REPORT_MAX_BYTES);
	report_add_action(&words, failure);
	if (text_starts_with(buf_str(&words), add)) {
		buf_addf(out, "advice needs the IAM action %s", buf_str(&words) + strlen(add));
	} else {
		for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
			if (strstr(failure, actions[i]))
				buf_addf(out, "advice needs the IAM action %s: ", actions[i]);
		buf_adds(out, buf_str(&words));
	}
	buf_fail_with(out, &words);
	buf_free(&words);
}

void report_add_advice_reason(const struct report_input *in, size_t service, struct buf *out) {
	const struct service_advice *x = &in->advisor->items[service];
	const struct advice *a = &x->advice;
	if (!x->is_known && x->failure)
		add_failure(out, x->failure);
	else if (!x->is_known)
		buf_adds(out, late);
	else if (a->verdict == ADVICE_UNKNOWN)
		add_gap(out, a);
	else if (a->verdict == ADVICE_LARGEST)
		buf_addf(out, "%s: more tasks, not larger ones",
			a->is_largest_now ? "already the largest Fargate size"
					  : "no Fargate size is large enough");
	else if (a->cpu_at_limit)
		buf_adds(out, "CPU was at its limit: what it would use beyond is not known");
	else if (a->cpu_beyond)
		buf_adds(out, "CPU above 100% is use beyond the reservation, by design");
}

/* --- the order --- */

/* 0: too small, 1: could be smaller, 2: fits, 3: no advice. */
static int rank_of(const struct service_advice *x) {
	static const int ranks[] = {[ADVICE_UNKNOWN] = 3,
		[ADVICE_LARGER] = 0,
		[ADVICE_LARGEST] = 0,
		[ADVICE_SMALLER] = 1,
		[ADVICE_KEEP] = 2};
	return x->is_known ? ranks[x->advice.verdict] : 3;
}

struct entry {
	size_t service;
	int rank;
	double weight; /* the larger the earlier */
};

/* How far it is beyond its limits, or how much could be saved: CPU is most of the price. */
static double weight_of(const struct advice *a) {
	const double saved_cpu = (double)(a->size.cpu_units - a->suggested.cpu_units) /
		UNITS_A_VCPU;
	const double saved_memory = (double)(a->size.memory_mib - a->suggested.memory_mib) /
		MIB_A_GB;
	const double memory_share = 0.1; /* of the price of a vCPU, that of a GB, about */
	if (a->verdict == ADVICE_SMALLER)
		return saved_cpu + memory_share * saved_memory;
	double cpu = a->size.cpu_units > 0 ? a->used_cpu / a->limits[0] : 0;
	double memory = a->size.memory_mib > 0 ? a->used_memory / a->limits[1] : 0;
	return cpu > memory ? cpu : memory;
}

static int compare_entries(const void *x, const void *y) {
	const struct entry *a = x;
	const struct entry *b = y;
	if (a->rank != b->rank)
		return a->rank - b->rank;
	if (a->weight > b->weight || a->weight < b->weight)
		return a->weight < b->weight ? 1 : -1;
	return (a->service > b->service) - (a->service < b->service);
}

size_t *report_sort_advice(const struct report_input *in, bool all, size_t *count) {
	const struct advisor *a = in->advisor;
	struct entry *entries = calloc(a->count + 1, sizeof *entries);
	size_t *list = calloc(a->count + 1, sizeof *list);
	*count = 0;
	for (size_t i = 0; entries && i < a->count; i++) {
		int rank = rank_of(&a->items[i]);
		if (a->items[i].is_asked && rank < (all ? 3 : 2))
			entries[(*count)++] = (struct entry){i, rank,
				weight_of(&a->items[i].advice)};
	}
	if (entries)
		qsort(entries, *count, sizeof *entries, compare_entries);
	for (size_t i = 0; entries && list && i < *count; i++)
		list[i] = entries[i].service;
	if (!entries || !list) {
		free(list);
		list = NULL;
	}
	free(entries);
	return list;
}

/* --- the lines --- */

static void add_line(const struct report_input *in, size_t service, struct buf *out) {
	const struct advice *a = &in->advisor->items[service].advice;
	const bool of_fargate = is_fargate(in, service);
	struct buf reason;
	buf_adds(out, "advice: ");
	report_add_name(out, in->samples->services[service].name);
	buf_adds(out, " has ");
	report_add_task_size(out, &a->size, of_fargate);
	buf_adds(out, ", ");
	add_used(out, a);
	buf_adds(out, ": ");
	if (a->verdict == ADVICE_SMALLER)
		buf_adds(out, "could be smaller, ");
	if (a->verdict == ADVICE_KEEP)
		buf_adds(out, "keep");
	else if (a->verdict != ADVICE_LARGEST && of_fargate)
		report_add_task_size(out, &a->suggested, true);
	if (a->verdict != ADVICE_LARGEST && !of_fargate) {
		buf_adds(out, a->verdict == ADVICE_KEEP ? ", needs " : "needs ");
		add_needs(out, a);
	}
	buf_init(&reason, REPORT_MAX_BYTES);
	report_add_advice_reason(in, service, &reason);
	buf_addf(out, "%s%s\n", reason.len > 0 && a->verdict != ADVICE_LARGEST ? "; " : "",
		buf_str(&reason));
	buf_fail_with(out, &reason);
	buf_free(&reason);
}

static bool has_no_advice(const struct service_advice *x) {
	return x->is_asked && rank_of(x) == 3;
}

/* The services from first on that have no advice for the same reason, in one line; told marks
 * them. */
static void add_same_reason(const struct report_input *in, size_t first, const char *indent,
	bool *told, struct buf *out) {
	struct buf reason;
	struct buf other;
	struct buf names;
	size_t count = 0;
	buf_init(&reason, REPORT_MAX_BYTES);
	buf_init(&other, REPORT_MAX_BYTES);
	buf_init(&names, REPORT_MAX_BYTES);
	report_add_advice_reason(in, first, &reason);
	for (size_t i = first; i < in->advisor->count; i++) {
		if (told[i] || !has_no_advice(&in->advisor->items[i]))
			continue;
		buf_truncate(&other, 0);
		report_add_advice_reason(in, i, &other);
		if (strcmp(buf_str(&other), buf_str(&reason)) != 0)
			continue;
		told[i] = true;
		if (count++ >= MAX_NAMED)
			continue;
		buf_adds(&names, count > 1 ? ", " : "");
		report_add_name(&names, in->samples->services[i].name);
	}
	buf_addf(out, "%s%s", indent, buf_str(&names));
	if (count > MAX_NAMED)
		buf_addf(out, ", +%zu more", count - MAX_NAMED);
	buf_addf(out, ": %s\n", buf_str(&reason));
	buf_fail_with(out, &names);
	buf_fail_with(out, &reason);
	buf_fail_with(out, &other);
	buf_free(&names);
	buf_free(&reason);
	buf_free(&other);
}

void report_add_advice_rest(const struct report_input *in, bool kept_are_shown, const char *indent,
	struct buf *out) {
	const struct advisor *a = in->advisor;
	bool *told = calloc(a->count + 1, sizeof *told);
	size_t kept = 0;
	bool is_larger = false;
	for (size_t i = 0; i < a->count; i++) {
		const struct service_advice *x = &a->items[i];
		kept += x->is_asked && rank_of(x) == 2 ? 1 : 0;
		is_larger = is_larger || (x->is_known && x->advice.verdict == ADVICE_LARGER);
	}
	if (kept > 0 && !kept_are_shown)
		buf_addf(out, "%s%zu service%s keep%s %s size\n", indent, kept, text_plural(kept),
			kept == 1 ? "s" : "", kept == 1 ? "its" : "their");
	for (size_t i = 0; told && i < a->count; i++)
		if (!told[i] && has_no_advice(&a->items[i]))
			add_same_reason(in, i, indent, told, out);
	if (is_larger)
		buf_addf(out, "%swhere a service scales by itself, more tasks are the other way\n",
			indent);
	out->failed = out->failed || !told;
	free(told);
}

int report_add_advice(const struct report_input *in, struct buf *out, struct err *e) {
	size_t count = 0;
	if (!in->advisor || !in->advisor->items)
		return 0;
	bool all = in->rules->advise == ADVISE_PROBLEMS || in->style->verbosity > 0;
	size_t *list = report_sort_advice(in, all, &count);
	if (!list)
		return err_no_memory(e);
	for (size_t i = 0; i < count; i++)
		add_line(in, list[i], out);
	free(list);
	report_add_advice_rest(in, all, "advice: ", out);
	return 0;
}
