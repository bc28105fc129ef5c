#include "config.h"

#include "options/draft.h"

#include "base/num.h"

#include <string.h>

enum { MAX_VALUE_BYTES = 64 * 1024 };

/* Where the parts of "[GLOB/][METRIC=]RANGE" begin. */
struct parts {
	const char *option; /* "-w" or "-C" */
	const char *value;
	size_t service_len; /* of value: the service part with its '/' */
	const char *rest;   /* behind it */
	bool has_metric;
	size_t metric_len; /* of rest */
	const char *range;
};

static const char blanks[] = " \t";

/* A '/' at the start of a range is no service part: the shell has expanded a '~' there. */
static struct parts find_parts(enum threshold_level level, const char *value) {
	struct parts p = {.option = level == THRESHOLD_CRITICAL ? "-C" : "-w",
		.value = value,
		.rest = value};
	size_t n = strcspn(value, "=");
	size_t slash = n;
	while (slash > 0 && value[slash - 1] != '/')
		slash--;
	if (slash > 0 && value[0] != '/') {
		p.service_len = slash;
		p.rest = value + slash + strspn(value + slash, blanks);
	}
	p.range = p.rest;
	if (value[n] == '=') {
		p.has_metric = true;
		p.metric_len = (size_t)(value + n - p.rest);
		while (p.metric_len > 0 && strchr(blanks, p.rest[p.metric_len - 1]))
			p.metric_len--;
		p.range = value + n + 1 + strspn(value + n + 1, blanks);
	}
	return p;
}

/* For "%.*s". */
#define SERVICE_OF(p) (int)(p)->service_len, (p)->value

/* "cpu", "cpu:80", "api/cpu 80": -1 with e set; 0: the range does not begin with a metric. */
static int refuse_lone_metric(const struct parts *p, struct err *e) {
	size_t n = strcspn(p->rest, ": ");
	const char *range = p->rest + n + strspn(p->rest + n, ": ");
	enum metric metric;
	if (draft_find_metric(p->rest, n, &metric))
		return 0;
	const char *example = metric == METRIC_TASKS ? "100:" : "80";
	return err_set(e, ERR_USAGE, "%s %.*s is not a valid range; write %.*s%s=%.*s", p->option,
		SHOWN(p->value), SERVICE_OF(p), metric_name(metric),
		SHOWN(range_is_valid(range) ? range : example));
}

/* "api/cpu/80": -1 with e set; 0: something else. */
static int refuse_middle_metric(const struct parts *p, struct err *e) {
	size_t n = p->service_len > 0 ? p->service_len - 1 : 0;
	size_t start = n;
	enum metric metric;
	while (start > 0 && p->value[start - 1] != '/')
		start--;
	if (start == 0 || p->has_metric || draft_find_metric(p->value + start, n - start, &metric))
		return 0;
	return err_set(e, ERR_USAGE, "%s %.*s is not a valid range; write %.*s%s=%s", p->option,
		SHOWN(p->value), (int)start, p->value, metric_name(metric), p->range);
}

/* "api:80": likewise. */
static int refuse_lone_service(const struct parts *p, struct err *e) {
	size_t n = strcspn(p->value, ":");
	bool is_name = n > 0 && !strchr("0123456789+-.@~/", p->value[0]);
	if (p->range != p->value || !is_name || p->value[n] != ':' ||
		!range_is_valid(p->value + n + 1))
		return 0;
	return err_set(e, ERR_USAGE, "%s %.*s is not a valid range; for a service write %.*s/%s",
		p->option, SHOWN(p->value), (int)text_fitting(p->value, n), p->value,
		p->value + n + 1);
}

/* "10;20", as performance data has it. */
static int refuse_pair(const struct parts *p, struct err *e) {
	const char *second = strchr(p->value, ';');
	char first[NUM_TEXT_BYTES];
	size_t n = second ? (size_t)(second - p->value) : sizeof first;
	if (n >= sizeof first)
		return 0;
	memcpy(first, p->value, n);
	first[n] = '\0';
	if (!range_is_valid(first) || !range_is_valid(second + 1))
		return 0;
	return err_set(e, ERR_USAGE, "%s '%s' is not a valid range; write -w %s -C %s", p->option,
		p->value, first, second + 1);
}

static int check_parts(const struct parts *p, enum metric *metric, struct err *e) {
	struct range range;
	if (p->has_metric && draft_find_metric(p->rest, p->metric_len, metric)) {
		struct buf further;
		char option[] = {p->option[0], p->option[1], ' ', '\0'};
		buf_init(&further, sizeof e->message);
		if (p->rest == p->value && p->metric_len > 0 && range_is_valid(p->range))
			buf_addf(&further, ", or %.*s/%s for a service",
				(int)text_fitting(p->value, p->metric_len), p->value, p->range);
		(void)draft_refuse_metric(option, p->value, p->rest, p->metric_len,
			buf_str(&further), e);
		buf_free(&further);
		return -1;
	}
	if (!p->has_metric && refuse_lone_metric(p, e))
		return -1;
	if (range_parse(p->range, &range, e) == 0)
		return refuse_middle_metric(p, e);
	if (p->range[0] != '/' && strchr(p->range, '/'))
		return 0; /* thresholds_add says where the service part belongs */
	struct err why = *e;
	if (refuse_lone_service(p, e) || refuse_pair(p, e))
		return -1;
	*e = why;
	if (p->range != p->value)
		err_prefix(e, "%s %.*s", p->option, SHOWN(p->value));
	else
		err_prefix(e, "%s", p->option);
	e->code = ERR_USAGE;
	return -1;
}

/* Keeps the range, with the metric's name in full. */
static int keep(struct draft *d, enum threshold_level level, const struct parts *p,
	enum metric metric, struct err *e) {
	struct thresholds *list = &d->rules->thresholds;
	struct buf text;
	buf_init(&text, MAX_VALUE_BYTES);
	buf_add(&text, p->value, p->service_len);
	if (p->has_metric)
		buf_addf(&text, "%s=", metric_name(metric));
	buf_adds(&text, p->range);
	int rc = buf_check(&text, "range", e);
	if (rc == 0 && thresholds_add(list, level, buf_str(&text), e)) {
		err_prefix(e, "%s", p->option);
		e->code = e->code == ERR_MEMORY ? ERR_MEMORY : ERR_USAGE;
		rc = -1;
	}
	if (rc == 0)
		list->items[list->count - 1].from_file = d->from_ini;
	buf_free(&text);
	return rc;
}

static int apply_one_range(struct draft *d, enum threshold_level level, const char *value,
	struct err *e) {
	const struct parts p = find_parts(level, value);
	enum metric metric = METRIC_CPU;
	return check_parts(&p, &metric, e) ? -1 : keep(d, level, &p, metric, e);
}

/* Whether each item after the first names its metric or service: "80,memory=90", "cpu=80;api/90". A
 * comma elsewhere is not a list but a decimal comma, or two plain ranges of which only one could
 * count. Neither character can be in a service's name. */
static bool is_list(const char *text) {
	static const char separators[] = ",;";
	const char *at = strpbrk(text, separators);
	bool has_several = at != NULL;
	for (; at; at = strpbrk(at + 1, separators)) {
		size_t n = strcspn(at + 1, separators);
		if (!memchr(at + 1, '=', n) && !memchr(at + 1, '/', n))
			return false;
	}
	return has_several;
}

static int apply_ranges(struct draft *d, enum threshold_level level, struct err *e) {
	char *list = d->text;
	if (!is_list(list))
		return apply_one_range(d, level, list, e);
	for (char *at = list; *at; at++)
		*at = *at == ';' ? ',' : *at;
	while (list)
		if (apply_one_range(d, level, draft_next_item(&list), e))
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
