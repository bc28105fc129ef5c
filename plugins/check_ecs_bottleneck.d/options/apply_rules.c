#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

#include "base/nearest.h"
#include "base/num.h"

#include <stdio.h>
#include <string.h>

enum { MAX_BREACHES = 1000000, MAX_VALUE_BYTES = 64 * 1024 };

static const char digits[] = "0123456789";

static const char white_space[] = " \t\r\n";

/* Cuts the next item off *list, without the white space around it. *list is NULL after the last
 * one. */
static char *next_item(char **list) {
	char *item = *list + strspn(*list, white_space);
	char *comma = strchr(item, ',');
	*list = comma ? comma + 1 : NULL;
	size_t n = comma ? (size_t)(comma - item) : strlen(item);
	while (n > 0 && strchr(white_space, item[n - 1]))
		n--;
	item[n] = '\0';
	return item;
}

/* --- ranges --- */

/* n bytes: a metric's name, its beginning, or CloudWatch's name for it. */
static int find_metric(const char *name, size_t n, enum metric *out) {
	int found = word_list_find(METRIC_WORDS, name, n);
	for (int m = 0; found < 0 && m < METRICS; m++) {
		const char *aws_name = metric_aws_name((enum metric)m);
		if (strlen(aws_name) == n && text_equal_nocase(aws_name, name, n))
			found = m;
	}
	*out = (enum metric)found;
	return found < 0 ? -1 : 0;
}

/* "cpu", "cpu:80", "cpu 80": -1 with e set; 0: the value does not begin with a metric. */
static int refuse_lone_metric(const char *option, const char *value, struct err *e) {
	size_t n = strcspn(value, ": ");
	const char *rest = value + n + strspn(value + n, ": ");
	enum metric metric;
	if (find_metric(value, n, &metric))
		return 0;
	return err_set(e, ERR_USAGE, "%s %.*s is not a valid range; write %s=%.*s", option,
		SHOWN(value), metric_name(metric), SHOWN(range_is_valid(rest) ? rest : "80"));
}

/* [METRIC=]RANGE. */
static int apply_one_range(struct draft *d, enum threshold_level level, const char *value,
	struct err *e) {
	const char *option = level == THRESHOLD_CRITICAL ? "-C" : "-w";
	struct buf text;
	const char *equals = strchr(value, '=');
	enum metric metric = METRIC_CPU;
	struct range range;
	if (equals && find_metric(value, (size_t)(equals - value), &metric)) {
		size_t n = (size_t)(equals - value);
		(void)err_set(e, ERR_USAGE,
			"%s %.*s: '%.*s' is not a metric; write cpu, memory or ebs before the '='",
			option, SHOWN(value), (int)text_fitting(value, n > 40 ? 40 : n), value);
		return nearest_explain_word(value, n, METRIC_WORDS, e);
	}
	if (!equals && refuse_lone_metric(option, value, e))
		return -1;
	if (range_parse(equals ? equals + 1 : value, &range, e)) {
		if (equals)
			err_prefix(e, "%s %.*s", option, SHOWN(value));
		else
			err_prefix(e, "%s", option);
		e->code = ERR_USAGE;
		return -1;
	}
	buf_init(&text, MAX_VALUE_BYTES);
	if (equals)
		buf_addf(&text, "%s=", metric_name(metric));
	buf_adds(&text, equals ? equals + 1 : value);
	int rc = buf_check(&text, "value", e) ||
			thresholds_add(&d->rules->thresholds, level, buf_str(&text), e)
		? -1
		: 0;
	buf_free(&text);
	return rc;
}

/* Whether each item after the first names its metric: "80,memory=90". A comma elsewhere is not a
 * list but a decimal comma, or two plain ranges of which only one could count. */
static bool is_list_of_ranges(const char *text) {
	const char *comma = strchr(text, ',');
	for (const char *at = comma; at; at = strchr(at + 1, ','))
		if (at[1 + strcspn(at + 1, ",=")] != '=')
			return false;
	return comma != NULL;
}

static int apply_ranges(struct draft *d, enum threshold_level level, struct err *e) {
	char *list = d->text;
	if (!is_list_of_ranges(list))
		return apply_one_range(d, level, list, e);
	while (list)
		if (apply_one_range(d, level, next_item(&list), e))
			return -1;
	return 0;
}

int apply_warning(struct draft *d, const char *value, struct err *e) {
	(void)value;
	return apply_ranges(d, THRESHOLD_WARNING, e);
}

int apply_critical(struct draft *d, const char *value, struct err *e) {
	(void)value;
	return apply_ranges(d, THRESHOLD_CRITICAL, e);
}

/* --- services --- */

/* ECS names have neither commas nor white space: a comma always separates patterns, and white space
 * around them is not meant. The lists have room for them all. */
static int add_patterns(struct patterns *p, const char *option, char *text, struct err *e) {
	bool is_list = strchr(text, ',') != NULL;
	while (text) {
		const char *item = next_item(&text);
		if (!*item && is_list)
			return err_set(e, ERR_USAGE,
				"%s: a name is missing next to a comma; write %s NAME,NAME", option,
				option);
		if (!*item)
			return err_set(e, ERR_USAGE,
				"%s has only white space as its value; write %s NAME", option,
				option);
		p->items[p->count++] = item;
	}
	return 0;
}

int apply_service(struct draft *d, const char *value, struct err *e) {
	(void)value;
	return add_patterns(&d->rules->include, "-s", d->text, e);
}

int apply_exclude(struct draft *d, const char *value, struct err *e) {
	(void)value;
	return add_patterns(&d->rules->exclude, "-x", d->text, e);
}

/* --- metrics and points --- */

int apply_metric(struct draft *d, const char *value, struct err *e) {
	bool wanted[METRICS] = {false};
	(void)value;
	for (char *list = d->text; list;) {
		const char *item = next_item(&list);
		enum metric m;
		if (find_metric(item, strlen(item), &m)) {
			(void)err_set(e, ERR_USAGE,
				"-m: '%.*s' is not a metric; use cpu, memory and ebs, separated by commas",
				SHOWN(item));
			return nearest_explain_word(item, strlen(item), METRIC_WORDS, e);
		}
		wanted[m] = true;
	}
	bool adds = d->metrics_given && d->metrics_from_ini == d->from_ini;
	for (int m = 0; m < METRICS; m++)
		d->rules->metrics[m] = wanted[m] || (adds && d->rules->metrics[m]);
	d->metrics_given = true;
	d->metrics_from_ini = d->from_ini;
	return 0;
}

int draft_read_duration(const char *option, const char *value, const char *examples, int64_t *out,
	struct err *e) {
	const char *number = value + strspn(value, "0");
	if (num_parse_duration(value, out) == 0)
		return 0;
	if (*number && number[strspn(number, digits)] == '\0')
		return err_set(e, ERR_USAGE, "%s=%.*s has no unit; write %.*sm, %.*sh or %.*sd",
			option, SHOWN(value), SHOWN(number), SHOWN(number), SHOWN(number));
	return err_set(e, ERR_USAGE,
		"%s=%.*s is not a valid duration; write a whole number and s, m, h, d or w, such as %s",
		option, SHOWN(value), examples);
}

int apply_window(struct draft *d, const char *value, struct err *e) {
	return draft_read_duration("--window", value, "90m, 24h or 7d", &d->rules->window.window_s,
		e);
}

int apply_period(struct draft *d, const char *value, struct err *e) {
	return draft_read_duration("--period", value, "60s, 5m or 1h", &d->rules->window.period_s,
		e);
}

int apply_statistic(struct draft *d, const char *value, struct err *e) {
	struct statistic statistic;
	size_t n = strlen(value);
	char percentile[STATISTIC_NAME_BYTES];
	int found = word_list_find(STATISTIC_WORDS, value, n);
	if (found < 0 && text_is_word(value, "avg"))
		found = word_list_find(STATISTIC_WORDS, "Average", strlen("Average"));
	if (found < 0 && text_lower(*value) == 'p' && n < sizeof percentile) {
		(void)snprintf(percentile, sizeof percentile, "p%s", value + 1);
		if (statistic_from_name(percentile, n, &statistic) == 0) {
			statistics_set(&d->rules->statistics, -1, &statistic);
			return 0;
		}
	}
	if (found < 0 && text_lower(*value) == 'p' && strspn(value + 1, digits) > 0)
		return err_set(e, ERR_USAGE,
			"--statistic=%.*s is not a valid percentile; use p0.01 to p100, with at most two decimals",
			SHOWN(value));
	if (found < 0)
		return word_list_refuse("--statistic", value, STATISTIC_WORDS,
			"a percentile such as p95", e);
	const char *word = word_list_word(STATISTIC_WORDS, found, &n);
	(void)statistic_from_name(word, n, &statistic);
	statistics_set(&d->rules->statistics, -1, &statistic);
	return 0;
}

int apply_breaches(struct draft *d, const char *value, struct err *e) {
	int64_t number;
	if (num_parse_whole(value, strlen(value), MAX_BREACHES, &number) || number < 1)
		return err_set(e, ERR_USAGE,
			"--breaches=%.*s is not valid; use a whole number from 1", SHOWN(value));
	d->rules->breaches = (size_t)number;
	return 0;
}

int apply_no_data(struct draft *d, const char *value, struct err *e) {
	struct rules *rules = d->rules;
	int found = word_list_find(POLICY_WORDS, value, strlen(value));
	rules->no_data = found == 0 ? NO_DATA_AUTO : NO_DATA_STATE;
	if (found > 0)
		rules->no_data_state = (enum state)(found - 1);
	if (found >= 0 || state_parse(value, &rules->no_data_state) == 0)
		return 0;
	return word_list_refuse("--no-data", value, POLICY_WORDS, NULL, e);
}
