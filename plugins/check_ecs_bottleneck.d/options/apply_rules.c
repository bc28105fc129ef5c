#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

#include "aws/service/arn.h"
#include "base/nearest.h"
#include "base/num.h"
#include "model/selection.h"

#include <stdio.h>
#include <string.h>

enum { MAX_BREACHES = 1000000 };

static const char digits[] = "0123456789";

static const char white_space[] = " \t\r\n";

char *draft_next_item(char **list) {
	char *item = *list + strspn(*list, white_space);
	char *comma = strchr(item, ',');
	*list = comma ? comma + 1 : NULL;
	size_t n = comma ? (size_t)(comma - item) : strlen(item);
	while (n > 0 && strchr(white_space, item[n - 1]))
		n--;
	item[n] = '\0';
	return item;
}

/* --- metrics --- */

int draft_find_metric(const char *name, size_t n, enum metric *out) {
	int found = word_list_find(METRIC_WORDS, name, n);
	for (int m = 0; found < 0 && m < METRICS; m++) {
		const char *aws_name = metric_aws_name((enum metric)m);
		if (strlen(aws_name) == n && text_equal_nocase(aws_name, name, n))
			found = m;
	}
	*out = (enum metric)found;
	return found < 0 ? -1 : 0;
}

int draft_refuse_metric(const char *option, const char *value, const char *word, size_t n,
	const char *further, struct err *e) {
	bool of_ranges = option[1] != '-';
	(void)err_set(e, ERR_USAGE,
		"%s%.*s: '%.*s' is not a metric; write cpu, memory%s before the '='%s", option,
		SHOWN(value), (int)text_fitting(word, n > 40 ? 40 : n), word,
		of_ranges ? ", ebs or tasks" : " or ebs", further);
	return nearest_explain_word(word, n, METRIC_WORDS, e);
}

/* --- services --- */

/* A name that no service and no managed daemon can have. */
static bool is_wrong_name(const char *item) {
	const char *daemon = managed_daemon_name(item);
	return pattern_is_name(item) && !arn_is_ecs_name(daemon ? daemon : item);
}

/* ECS names have neither commas nor white space: a comma always separates patterns, and white space
 * around them is not meant. The lists have room for them all. */
static int add_patterns(struct patterns *p, const char *option, char *text, struct err *e) {
	bool is_list = strchr(text, ',') != NULL;
	while (text) {
		const char *item = draft_next_item(&text);
		if (!*item && is_list)
			return err_set(e, ERR_USAGE,
				"%s: a name is missing next to a comma; write %s NAME,NAME", option,
				option);
		if (!*item)
			return err_set(e, ERR_USAGE,
				"%s has only white space as its value; write %s NAME", option,
				option);
		if (option[1] == 's' && is_wrong_name(item))
			return err_set(e, ERR_USAGE,
				"%s %.*s is not a valid service name; use up to 255 letters, digits, '-' and '_', or a pattern such as 'web-*'",
				option, SHOWN(item));
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
	bool wanted[ALL_METRICS] = {false};
	(void)value;
	for (char *list = d->text; list;) {
		const char *item = draft_next_item(&list);
		enum metric m;
		if (draft_find_metric(item, strlen(item), &m)) {
			(void)err_set(e, ERR_USAGE,
				"-m: '%.*s' is not a metric; use cpu, memory, ebs and tasks, separated by commas",
				SHOWN(item));
			return nearest_explain_word(item, strlen(item), METRIC_WORDS, e);
		}
		wanted[m] = true;
	}
	bool adds = d->metrics_given && d->metrics_from_ini == d->from_ini;
	for (int m = 0; m < ALL_METRICS; m++)
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

/* The statistic that a word means: CloudWatch's name, its beginning, "avg", or a percentile with a
 * capital "P". option: what stands before the word in a message. */
static int read_statistic(const char *option, const char *value, struct statistic *out,
	struct err *e) {
	size_t n = strlen(value);
	char percentile[STATISTIC_NAME_BYTES];
	int found = word_list_find(STATISTIC_WORDS, value, n);
	if (found < 0 && text_is_word(value, "avg"))
		found = word_list_find(STATISTIC_WORDS, "Average", strlen("Average"));
	if (found < 0 && text_lower(*value) == 'p' && n < sizeof percentile) {
		(void)snprintf(percentile, sizeof percentile, "p%s", value + 1);
		if (statistic_from_name(percentile, n, out) == 0)
			return 0;
	}
	if (found < 0 && text_lower(*value) == 'p' && strspn(value + 1, digits) > 0)
		return err_set(e, ERR_USAGE,
			"%s=%.*s is not a valid percentile; use p0.01 to p100, with at most two decimals",
			option, SHOWN(value));
	if (found < 0)
		return word_list_refuse(option, value, STATISTIC_WORDS, "a percentile such as p95",
			e);
	const char *word = word_list_word(STATISTIC_WORDS, found, &n);
	return statistic_from_name(word, n, out);
}

/* [METRIC=]NAME */
static int apply_one_statistic(struct draft *d, const char *value, struct err *e) {
	char option[sizeof "--statistic=" + METRIC_NAME_BYTES] = "--statistic";
	const char *equals = strchr(value, '=');
	struct statistic statistic;
	enum metric metric = METRIC_CPU;
	if (equals) {
		size_t n = (size_t)(equals - value);
		if (draft_find_metric(value, n, &metric))
			return draft_refuse_metric("--statistic=", value, value, n, "", e);
		if (metric == METRIC_TASKS)
			return err_set(e, ERR_USAGE,
				"--statistic=%.*s: tasks have no statistic, they are as they are now; leave it out",
				SHOWN(value));
		(void)snprintf(option, sizeof option, "--statistic=%s", metric_name(metric));
	}
	if (read_statistic(option, equals ? equals + 1 : value, &statistic, e))
		return -1;
	statistics_set(&d->rules->statistics, equals ? (int)metric : -1, &statistic);
	return 0;
}

int apply_statistic(struct draft *d, const char *value, struct err *e) {
	(void)value;
	for (char *list = d->text; list;)
		if (apply_one_statistic(d, draft_next_item(&list), e))
			return -1;
	return 0;
}

int apply_recover(struct draft *d, const char *value, struct err *e) {
	return draft_read_duration("--recover", value, "30m, 1h or 1d", &d->rules->window.recover_s,
		e);
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

int apply_detail(struct draft *d, const char *value, struct err *e) {
	int found = word_list_find(DETAIL_WORDS, value, strlen(value));
	if (found < 0)
		return word_list_refuse("--detail", value, DETAIL_WORDS, NULL, e);
	d->rules->with_detail = found == 0;
	return 0;
}
