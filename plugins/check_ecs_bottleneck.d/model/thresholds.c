#include "config.h"

#include "model/thresholds.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/text.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* For "%.*s": what a message has room for. */
#define SHOWN(s) (int)text_fitting((s), 80), (s)

static const char special[] = "*?[\\";

/* --- one text --- */

static int refuse_metric(const char *text, const char *word, size_t n, struct err *e) {
	struct buf names;
	buf_init(&names, sizeof e->message);
	for (int m = 0; m < ALL_METRICS; m++)
		buf_addf(&names, "%s%s", m > 0 ? " " : "", metric_name((enum metric)m));
	(void)err_set(e, ERR_SYNTAX, "'%.*s' has no metric before the '='; use one of: %s",
		SHOWN(text), buf_str(&names));
	(void)nearest_explain_word(word, n, buf_str(&names), e);
	buf_free(&names);
	return -1;
}

/* ECS names hold letters, digits, '-' and '_' (CreateService in the ECS API reference). */
static int check_glob(const char *text, const struct threshold_text *t, struct err *e) {
	if (t->glob_len == 0)
		return err_set(e, ERR_SYNTAX,
			"'%.*s' lacks a service before the '/'; write SERVICE/RANGE, or RANGE for all services",
			SHOWN(text));
	if (memchr(t->glob, '/', t->glob_len))
		return err_set(e, ERR_SYNTAX,
			"'%.*s' holds more than one '/', but a service name holds none; write SERVICE/RANGE without the cluster",
			SHOWN(text));
	if (memchr(t->glob, '=', t->glob_len))
		return err_set(e, ERR_SYNTAX,
			"'%.*s' has a '=' before the '/'; write the metric after it, as in SERVICE/cpu=RANGE",
			SHOWN(text));
	return 0;
}

int threshold_parse(const char *text, struct threshold_text *out, struct err *e) {
	struct threshold_text t = {.glob = NULL};
	const char *rest = text;
	const char *slash = strrchr(text, '/');
	if (slash) {
		t.glob = text;
		t.glob_len = (size_t)(slash - text);
		rest = slash + 1;
		if (check_glob(text, &t, e))
			return -1;
	}
	const char *equals = strchr(rest, '=');
	if (equals) {
		size_t n = (size_t)(equals - rest);
		if (metric_parse(rest, n, &t.metric))
			return refuse_metric(text, rest, n, e);
		t.has_metric = true;
		rest = equals + 1;
	}
	if (range_parse(rest, &t.range, e))
		return -1;
	*out = t;
	return 0;
}

bool threshold_glob_is_name(const char *glob, size_t n) {
	size_t plain = strcspn(glob, special);
	return plain >= n;
}

/* --- the list --- */

static size_t find_glob(const struct thresholds *t, const char *glob) {
	size_t i = 0;
	while (i < t->count && (!t->items[i].glob || strcmp(t->items[i].glob, glob) != 0))
		i++;
	return i;
}

static int append(struct thresholds *t, const struct threshold *x, struct err *e) {
	struct threshold *grown = realloc(t->items, (t->count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	t->items = grown;
	grown[t->count++] = *x;
	return 0;
}

static void free_threshold(struct threshold *x) {
	free(x->text);
	free(x->glob);
}

int thresholds_add(struct thresholds *t, enum threshold_level level, const char *text,
	struct err *e) {
	struct threshold_text parts;
	if (threshold_parse(text, &parts, e))
		return -1;
	if (t->count == THRESHOLDS_MAX)
		return err_set(e, ERR_LIMIT,
			"more than %d ranges; use a glob for services that share one",
			(int)THRESHOLDS_MAX);
	struct threshold x = {.level = level,
		.text = text_dup(text, strlen(text)),
		.glob = parts.glob ? text_dup(parts.glob, parts.glob_len) : NULL,
		.has_metric = parts.has_metric,
		.metric = parts.metric,
		.range = parts.range};
	bool is_copied = x.text && (x.glob || !parts.glob);
	if (is_copied && x.glob) {
		x.plain_len = strcspn(x.glob, special);
		x.is_name = threshold_glob_is_name(x.glob, parts.glob_len);
		x.same_glob = find_glob(t, x.glob);
	}
	if (is_copied && append(t, &x, e) == 0)
		return 0;
	free_threshold(&x);
	return is_copied ? -1 : err_no_memory(e);
}

void thresholds_free(struct thresholds *t) {
	for (size_t i = 0; i < t->count; i++)
		free_threshold(&t->items[i]);
	free(t->items);
	*t = (struct thresholds){.count = 0};
}

/* --- one service --- */

const struct threshold *threshold_default(enum threshold_level level, enum metric m) {
	static const struct threshold defaults[THRESHOLD_LEVELS] = {
		[THRESHOLD_WARNING] = {.level = THRESHOLD_WARNING,
			.range = {.start = 0, .end = 80}},
		[THRESHOLD_CRITICAL] = {.level = THRESHOLD_CRITICAL,
			.range = {.start = 0, .end = 95}}};
	static const struct threshold of_tasks[THRESHOLD_LEVELS] = {
		[THRESHOLD_WARNING] = {.level = THRESHOLD_WARNING,
			.range = {.start = 100, .end = INFINITY}},
		[THRESHOLD_CRITICAL] = {.level = THRESHOLD_CRITICAL,
			.range = {.start = 50, .end = INFINITY}}};
	return m == METRIC_TASKS ? &of_tasks[level] : &defaults[level];
}

/* The plain beginning of a glob rules most services out before fnmatch has to. */
static bool glob_matches(const struct threshold *x, const char *name) {
	if (x->is_name)
		return strcmp(x->glob, name) == 0;
	return strncmp(x->glob, name, x->plain_len) == 0 &&
		fnmatch(x->glob + x->plain_len, name + x->plain_len, 0) == 0;
}

/* Which of two entries for the same metric wins: the higher number; of equals the later one. */
static int precedence(const struct threshold *x) {
	int service = !x->glob ? 0 : x->is_name ? 2 : 1;
	return 2 * service + (x->has_metric ? 1 : 0);
}

static void take_if_better(struct service_thresholds *found, const struct threshold *x) {
	for (int m = 0; m < ALL_METRICS; m++) {
		const struct threshold **place = &found->by[m][x->level];
		bool concerns = x->has_metric ? x->metric == (enum metric)m : m < METRICS;
		if (concerns && precedence(x) >= precedence(*place))
			*place = x;
	}
}

static struct service_thresholds defaults(void) {
	struct service_thresholds found;
	for (int m = 0; m < ALL_METRICS; m++)
		for (int level = 0; level < THRESHOLD_LEVELS; level++)
			found.by[m][level] = threshold_default((enum threshold_level)level,
				(enum metric)m);
	return found;
}

struct service_thresholds thresholds_general(const struct thresholds *t) {
	struct service_thresholds found = defaults();
	for (size_t i = 0; i < t->count; i++)
		if (!t->items[i].glob)
			take_if_better(&found, &t->items[i]);
	return found;
}

struct service_thresholds thresholds_of_service(const struct thresholds *t, const char *name,
	bool *matched) {
	struct service_thresholds found = defaults();
	bool matches[THRESHOLDS_MAX] = {false};
	for (size_t i = 0; i < t->count; i++) {
		const struct threshold *x = &t->items[i];
		if (!x->glob)
			matches[i] = true;
		else
			matches[i] = x->same_glob < i ? matches[x->same_glob]
						      : glob_matches(x, name);
		if (!matches[i])
			continue;
		take_if_better(&found, x);
		if (matched)
			matched[i] = true;
	}
	return found;
}
