#include "config.h"

#include "model/samples.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAILURE_BYTES = 64 * 1024, MAX_REMARKS = 20, MAX_LINE_CHARS = 500 };

/* Maximum possible utilisation in percent. Memory: 32 TiB, the largest EC2 instance's, used by a
 * task that reserves 4 MiB, once Docker's minimum, is 840 million. CPU: 1,920 processors of such an
 * instance for one unit of 1/1024 is 197 million. (EC2 instance types; ECS task definition
 * parameters.) */
static const double max_percent = 1e9;

int samples_init(struct samples *s, size_t pattern_count, size_t threshold_count, struct err *e) {
	*s = (struct samples){0};
	buf_init(&s->failures, MAX_FAILURE_BYTES);
	buf_init(&s->end_reason, MAX_FAILURE_BYTES);
	s->pattern_matched = calloc(pattern_count + 1, sizeof *s->pattern_matched);
	s->threshold_matched = calloc(threshold_count + 1, sizeof *s->threshold_matched);
	return s->pattern_matched && s->threshold_matched ? 0 : err_no_memory(e);
}

void samples_free(struct samples *s) {
	for (size_t i = 0; i < s->service_count; i++) {
		for (int m = 0; m < METRICS; m++) {
			series_clear(&s->services[i].series[m]);
			free(s->services[i].series[m].failure);
		}
		description_clear(&s->services[i].description);
		free(s->services[i].name);
	}
	task_definitions_free(&s->task_definitions);
	for (size_t i = 0; i < s->remark_count; i++)
		free(s->remarks[i].text);
	free(s->remarks);
	free(s->services);
	for (size_t i = 0; i < s->passed_over_count; i++)
		free(s->passed_over[i]);
	free(s->passed_over);
	free(s->pattern_matched);
	free(s->threshold_matched);
	buf_free(&s->failures);
	buf_free(&s->end_reason);
	*s = (struct samples){0};
}

static bool is_power_of_two(size_t n) {
	return (n & (n - 1)) == 0;
}

struct service *samples_add_service(struct samples *s, const char *name, const bool wanted[METRICS],
	const struct service_thresholds *thresholds) {
	if (is_power_of_two(s->service_count)) {
		size_t room = s->service_count ? 2 * s->service_count : 1;
		struct service *grown = realloc(s->services, room * sizeof *grown);
		if (!grown)
			return NULL;
		s->services = grown;
	}
	struct service *added = &s->services[s->service_count];
	*added = (struct service){.name = text_dup(name, strlen(name)), .thresholds = *thresholds};
	if (!added->name)
		return NULL;
	for (int m = 0; m < METRICS; m++)
		added->series[m].status = wanted[m] ? SERIES_PENDING : SERIES_NOT_WANTED;
	s->service_count++;
	return added;
}

const struct series *samples_series(const struct samples *s, size_t service, enum metric m) {
	static const struct series none = {.status = SERIES_NOT_WANTED};
	return m != METRIC_TASKS ? &s->services[service].series[m] : &none;
}

struct series_ranges service_ranges(const struct service *service, enum metric m) {
	return (struct series_ranges){.warning =
					      &service->thresholds.by[m][THRESHOLD_WARNING]->range,
		.critical = &service->thresholds.by[m][THRESHOLD_CRITICAL]->range};
}

int samples_pass_over(struct samples *s, const char *name, struct err *e) {
	if (is_power_of_two(s->passed_over_count)) {
		size_t room = s->passed_over_count ? 2 * s->passed_over_count : 1;
		char **grown = realloc(s->passed_over, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		s->passed_over = grown;
	}
	s->passed_over[s->passed_over_count] = text_dup(name, strlen(name));
	if (!s->passed_over[s->passed_over_count])
		return err_no_memory(e);
	s->passed_over_count++;
	return 0;
}

static int compare_strings(const void *a, const void *b) {
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static int compare_names(const void *a, const void *b) {
	const struct service *x = a;
	const struct service *y = b;
	return strcmp(x->name, y->name);
}

void samples_sort(struct samples *s) {
	if (s->service_count > 1)
		qsort(s->services, s->service_count, sizeof *s->services, compare_names);
	if (s->passed_over_count > 1)
		qsort(s->passed_over, s->passed_over_count, sizeof *s->passed_over,
			compare_strings);
}

void series_fail(struct series *x, const char *why) {
	if (x->status == SERIES_FAILED)
		return;
	x->status = SERIES_FAILED;
	x->failure = text_dup(why, strlen(why));
}

void series_clear(struct series *x) {
	free(x->fetched);
	free(x->given);
	x->fetched = NULL;
	x->values = NULL;
	x->before = 0;
	x->given = NULL;
}

void series_begin_round(struct series *x, const struct window *w) {
	bool *given = calloc(window_fetched_points(w), sizeof *given);
	if (!given)
		series_fail(x, "out of memory");
	free(x->given);
	x->given = given;
}

void series_end_round(struct series *x) {
	free(x->given);
	x->given = NULL;
}

static bool make_values(struct series *x, const struct window *w) {
	if (x->values)
		return true;
	const size_t count = window_fetched_points(w);
	x->fetched = calloc(count, sizeof *x->fetched);
	if (!x->fetched)
		return false;
	for (size_t i = 0; i < count; i++)
		x->fetched[i] = NAN;
	x->values = x->fetched + w->before;
	x->before = w->before;
	return true;
}

void series_move(struct series *x, const struct window *from, const struct window *to) {
	if (x->values) {
		struct series moved = {0};
		bool any = false;
		if (!make_values(&moved, to))
			series_fail(x, "out of memory");
		for (size_t i = 0; moved.fetched && i < window_fetched_points(from); i++) {
			int64_t time_s = window_fetched_from_s(from) + (int64_t)i * from->period_s;
			size_t place;
			if (isnan(x->fetched[i]) || !window_place(to, time_s, &place))
				continue;
			moved.fetched[place] = x->fetched[i];
			any = true;
		}
		series_clear(x);
		x->fetched = moved.fetched;
		x->values = moved.values;
		x->before = moved.before;
		if (!any)
			series_clear(x);
	}
	x->measure.is_taken = false;
	x->fresh_from = x->known_warning = x->known_critical = 0;
	x->fresh_to = x->values ? window_fetched_points(to) : 0;
	if (x->status == SERIES_PENDING)
		series_begin_round(x, to);
}

void series_drop_filling(struct series *x, const struct window *w) {
	if (x->values && w->filling)
		x->values[w->points - 1] = NAN;
}

/* Fresh points form one contiguous range. If a point does not adjoin it, or replaces a value, it is
 * unclear which points were counted already: the whole window is fresh then. */
static void mark_fresh(struct series *x, const struct window *w, size_t i, bool is_first) {
	bool nothing_fresh = x->fresh_from == x->fresh_to;
	bool joins = nothing_fresh || (i + 1 >= x->fresh_from && i <= x->fresh_to);
	x->measure.is_taken = false;
	if (!is_first || !joins) {
		x->fresh_from = x->known_warning = x->known_critical = 0;
		x->fresh_to = window_fetched_points(w);
		return;
	}
	if (nothing_fresh || i < x->fresh_from)
		x->fresh_from = i;
	if (nothing_fresh || i >= x->fresh_to)
		x->fresh_to = i + 1;
}

/* The period still filling breaches a range only by exceeding its upper end. */
static bool breaches(const struct range *r, bool filling, double value) {
	return filling ? range_exceeds(r, value) : range_breaches(r, value);
}

/* By how much value breaches the range (always 1 for an "@" range); 0 if it does not. */
static double excess(const struct range *r, bool filling, double value) {
	if (!breaches(r, filling, value))
		return 0;
	if (r->inside)
		return 1;
	return value > r->end ? value - r->end : r->start - value;
}

static bool is_worse(const struct series_ranges *ranges, bool filling, double value, double other) {
	const struct range *const levels[] = {ranges ? ranges->critical : NULL,
		ranges ? ranges->warning : NULL};
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		double by = levels[i] ? excess(levels[i], filling, value) : 0;
		double other_by = levels[i] ? excess(levels[i], filling, other) : 0;
		if (by > other_by || by < other_by)
			return by > other_by;
	}
	return value > other;
}

static void store_point(struct series *x, const struct window *w,
	const struct series_ranges *ranges, size_t place, double value) {
	double *at = x->fetched + place;
	bool filling = place >= w->before && window_is_filling(w, place - w->before);
	bool is_first = isnan(*at);
	bool in_this_round = !is_first && (!x->given || x->given[place]);
	if (in_this_round && (value < *at || value > *at))
		series_fail(x, "CloudWatch sent two different values for one period");
	if (is_first || is_worse(ranges, filling, value, *at)) {
		*at = value;
		mark_fresh(x, w, place, is_first);
	}
	if (x->given)
		x->given[place] = true;
}

int series_add_point(struct series *x, const struct window *w, const struct series_ranges *ranges,
	int64_t time_s, double value) {
	size_t place;
	if (!isfinite(value))
		series_fail(x, "CloudWatch sent a value that is not a number");
	else if (value < 0 || value > max_percent)
		series_fail(x, "CloudWatch sent a value that cannot be a utilisation");
	else if (!window_place(w, time_s, &place))
		series_fail(x, "CloudWatch sent a point from outside the window");
	else if (!make_values(x, w))
		series_fail(x, "out of memory");
	else
		store_point(x, w, ranges, place, value + 0.0); /* -0 becomes 0 */
	return x->status == SERIES_FAILED ? -1 : 0;
}

/* --- failures and remarks --- */

void samples_add_failure(struct samples *s, const char *line) {
	struct buf clean;
	buf_init(&clean, MAX_FAILURE_BYTES);
	text_add_clean(&clean, line, MAX_LINE_CHARS);
	buf_addc(&clean, '\n');
	if (!strstr(buf_str(&s->failures), buf_str(&clean)))
		buf_adds(&s->failures, buf_str(&clean));
	buf_fail_with(&s->failures, &clean);
	buf_free(&clean);
}

static int append_remark(struct samples *s, const struct remark *remark, struct err *e) {
	struct remark *grown = realloc(s->remarks, (s->remark_count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	s->remarks = grown;
	grown[s->remark_count] = *remark;
	grown[s->remark_count].text = text_dup(remark->text, strlen(remark->text));
	if (!grown[s->remark_count].text)
		return err_no_memory(e);
	s->remark_count++;
	return 0;
}

int samples_add_remark(struct samples *s, const char *code, const char *text, const char *service,
	enum metric m, struct err *e) {
	struct buf clean;
	size_t i = 0;
	int rc = 0;
	buf_init(&clean, MAX_FAILURE_BYTES);
	text_add_foreign(&clean, text, MAX_LINE_CHARS);
	if (*code) {
		buf_adds(&clean, clean.len > 0 ? " (" : "(");
		text_add_foreign(&clean, code, MAX_LINE_CHARS);
		buf_addc(&clean, ')');
	}
	const struct remark remark = {.text = clean.data, .service = service, .metric = m};
	while (i < s->remark_count &&
		(!s->remarks[i].service != !service ||
			strcmp(s->remarks[i].text, buf_str(&clean)) != 0))
		i++;
	if (i < s->remark_count)
		s->remarks[i].further++;
	else if (clean.len > 0 && s->remark_count < MAX_REMARKS)
		rc = append_remark(s, &remark, e);
	if (buf_check(&clean, "remark", e))
		rc = -1;
	buf_free(&clean);
	return rc;
}

bool series_newest(const struct series *x, const struct window *w, size_t *index) {
	for (size_t i = w->points; x->values && i-- > 0;) {
		if (!isnan(x->values[i])) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool series_is_current(const struct series *x, const struct window *w, int64_t now_s) {
	size_t newest;
	return series_newest(x, w, &newest) && window_is_current(w, window_time(w, newest), now_s);
}

bool service_has_current_data(const struct service *service, const struct window *w,
	int64_t now_s) {
	int m = 0;
	while (m < METRICS &&
		(service->series[m].status != SERIES_COMPLETE ||
			!series_is_current(&service->series[m], w, now_s)))
		m++;
	return m < METRICS;
}

bool service_is_missing(const struct service *service) {
	const struct description *d = &service->description;
	int m = 0;
	while (m < METRICS && !service->series[m].values)
		m++;
	return m == METRICS && d->status == DESCRIPTION_GONE && d->is_missing &&
		d->fault < FAULT_ANSWER;
}

bool series_point_breaches(const struct series *x, const struct window *w, size_t i,
	const struct range *r) {
	return x->values && !isnan(x->values[i]) &&
		breaches(r, window_is_filling(w, i), x->values[i]);
}

bool samples_pattern_is_idle(const struct samples *s, size_t pattern) {
	return s->list_complete && s->listed_count > 0 && !s->pattern_matched[pattern];
}

bool samples_threshold_is_idle(const struct samples *s, const struct thresholds *t, size_t i) {
	return s->list_complete && !s->services_are_named && s->listed_count > 0 &&
		t->items[i].glob && !s->threshold_matched[i];
}
