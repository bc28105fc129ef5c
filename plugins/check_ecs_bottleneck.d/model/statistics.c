#include "config.h"

#include "model/statistics.h"

#include "base/num.h"

#include <string.h>

static bool is_percentile(const char *name, size_t n) {
	double number;
	const char *point = memchr(name, '.', n);
	if (n < 2 || name[0] != 'p' || name[1] < '0' || name[1] > '9')
		return false;
	for (size_t i = 1; i < n; i++)
		if ((name[i] < '0' || name[i] > '9') && name[i] != '.')
			return false;
	size_t decimals = point ? n - (size_t)(point - name) - 1 : 0;
	return (!point || (decimals >= 1 && decimals <= 2)) &&
		num_parse(name + 1, n - 1, &number) == 0 && number > 0 && number <= 100;
}

static bool is_word(const char *name, size_t n, const char *word) {
	return strlen(word) == n && memcmp(name, word, n) == 0;
}

int statistic_from_name(const char *name, size_t n, struct statistic *out) {
	static const char *const words[] = {[STATISTIC_MAXIMUM] = "Maximum",
		[STATISTIC_AVERAGE] = "Average",
		[STATISTIC_MINIMUM] = "Minimum"};
	struct statistic x = {.kind = STATISTIC_MAXIMUM};
	if (n >= sizeof x.name)
		return -1;
	while (x.kind < STATISTIC_PERCENTILE && !is_word(name, n, words[x.kind]))
		x.kind++;
	if (x.kind == STATISTIC_PERCENTILE && !is_percentile(name, n))
		return -1;
	memcpy(x.name, name, n);
	*out = x;
	return 0;
}

struct statistics statistics_default(void) {
	return (struct statistics){.plain = {.kind = STATISTIC_MAXIMUM, .name = "Maximum"}};
}

const char *statistics_split(const char *text, int *metric) {
	enum metric m;
	const char *equals = strchr(text, '=');
	*metric = -1;
	if (!equals)
		return text;
	if (metric_parse(text, (size_t)(equals - text), &m) || m == METRIC_TASKS)
		return NULL;
	*metric = (int)m;
	return equals + 1;
}

void statistics_set(struct statistics *s, int metric, const struct statistic *x) {
	if (metric < 0) {
		s->plain = *x;
		return;
	}
	s->own[metric] = *x;
	s->has_own[metric] = true;
}

const struct statistic *statistics_of(const struct statistics *s, enum metric m) {
	return m != METRIC_TASKS && s->has_own[m] ? &s->own[m] : &s->plain;
}

bool statistics_is_percentile(const struct statistics *s, enum metric m) {
	return statistics_of(s, m)->kind == STATISTIC_PERCENTILE;
}

bool statistics_need_filling(const struct statistics *s, const bool wanted[METRICS]) {
	for (int m = 0; m < METRICS; m++)
		if (wanted[m] && statistics_of(s, (enum metric)m)->kind == STATISTIC_MAXIMUM)
			return true;
	return false;
}

const struct statistic *statistics_common(const struct statistics *s, const bool wanted[METRICS]) {
	const struct statistic *common = NULL;
	for (int m = 0; m < METRICS; m++) {
		if (!wanted[m])
			continue;
		const struct statistic *x = statistics_of(s, (enum metric)m);
		if (common && strcmp(common->name, x->name) != 0)
			return NULL;
		common = x;
	}
	return common;
}
