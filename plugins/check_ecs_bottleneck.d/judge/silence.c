#include "config.h"

#include "judge/silence.h"

#include "model/selection.h"

enum {
	RECENT_MS = 15 * 60 * 1000,
	/* Maximum difference of two clocks: AWS accepts signatures up to 5 minutes off. */
	AHEAD_MS = 5 * 60 * 1000,
	MS_PER_S = 1000,
	FAILED_TASKS = 3,
	STARTED_EVENTS = 3
};

/* --- requests for descriptions --- */

/* A percentile of ebs without any point is no sign of a missing volume: CloudWatch has none of
 * several tasks. */
static bool is_silent(const struct rules *rules, const struct samples *s,
	const struct service *service, enum metric m) {
	const struct series *x = &service->series[m];
	bool no_volume = m == METRIC_EBS && !x->values &&
		!statistics_is_percentile(&rules->statistics, m);
	return x->status == SERIES_COMPLETE && !no_volume &&
		!series_is_current(x, &s->window, s->now_s);
}

bool silence_exists(const struct rules *rules, const struct samples *s,
	const struct service *service) {
	const struct description *d = &service->description;
	return !rules->services_are_named || managed_daemon_name(service->name) ||
		service_has_current_data(service, &s->window, s->now_s) ||
		(d->status == DESCRIPTION_KNOWN && d->fault < FAULT_ANSWER);
}

/* Whether a series that nobody could fetch is all that is missing: an error tells more. */
static bool is_complete(const struct service *service) {
	int m = 0;
	while (m < METRICS && service->series[m].status != SERIES_COMPLETE)
		m++;
	return m < METRICS;
}

static bool needs_description(const struct rules *rules, const struct samples *s,
	const struct service *service) {
	int m = 0;
	if (managed_daemon_name(service->name) || service->description.status != DESCRIPTION_NONE)
		return false;
	if (!silence_exists(rules, s, service))
		return is_complete(service);
	if (rules->no_data != NO_DATA_AUTO)
		return false;
	while (m < METRICS && !is_silent(rules, s, service, (enum metric)m))
		m++;
	return m < METRICS;
}

int silence_find(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e) {
	for (size_t i = 0; i < s->service_count; i++) {
		const struct request r = {.kind = REQUEST_DESCRIPTION, .service = i};
		if (needs_description(rules, s, &s->services[i]) && request_list_add(out, &r, e))
			return -1;
	}
	return 0;
}

/* --- times --- */

static bool is_ahead(int64_t at_ms, int64_t now_s) {
	return at_ms > now_s * MS_PER_S + AHEAD_MS;
}

static bool is_recent(int64_t at_ms, int64_t now_s) {
	return at_ms > now_s * MS_PER_S - RECENT_MS && !is_ahead(at_ms, now_s);
}

/* The time of the newest steady state; 0: none. One in the future would make every failure look
 * resolved. */
static int64_t newest_steady(const struct description *d, int64_t now_s) {
	int64_t newest_ms = 0;
	for (size_t i = 0; i < d->event_count; i++) {
		const struct service_event *x = &d->events[i];
		if (x->steady && x->at_ms > newest_ms && !is_ahead(x->at_ms, now_s))
			newest_ms = x->at_ms;
	}
	return newest_ms;
}

/* --- the rules --- */

struct silence_failures silence_failures(const struct description *d, int64_t now_s) {
	return (struct silence_failures){.rollout = d->rollout_failed,
		.tasks = d->failed_tasks >= FAILED_TASKS,
		.event = d->failure_ms > now_s * MS_PER_S - RECENT_MS &&
			d->failure_ms > newest_steady(d, now_s)};
}

static bool has_failed(const struct description *d, int64_t now_s) {
	struct silence_failures f = silence_failures(d, now_s);
	return f.rollout || f.tasks || f.event;
}

/* Whether the service, its PRIMARY deployment or its task set was created less than 15 minutes ago
 * and no failure is current. */
static bool is_new(const struct description *d, int64_t now_s) {
	bool recent = is_recent(d->created_ms, now_s) || is_recent(d->primary_created_ms, now_s);
	return recent && !has_failed(d, now_s);
}

/* Whether less than 15 minutes have passed since the first event of started tasks after the newest
 * steady state (if either is missing: since the PRIMARY deployment or task set was created), the
 * last 15 minutes have at most 3 such events, or the desired count if that is more, and no failure
 * is current. */
static bool is_starting(const struct description *d, int64_t now_s) {
	int64_t steady_ms = newest_steady(d, now_s);
	int64_t first_ms = 0;
	int64_t lately = 0;
	int64_t most = d->desired_count > STARTED_EVENTS ? d->desired_count : STARTED_EVENTS;
	for (size_t i = 0; i < d->event_count; i++) {
		const struct service_event *x = &d->events[i];
		if (!x->started)
			continue;
		lately += is_recent(x->at_ms, now_s);
		if (x->at_ms > steady_ms && (first_ms == 0 || x->at_ms < first_ms))
			first_ms = x->at_ms;
	}
	int64_t since_ms = steady_ms > 0 && first_ms > 0 ? first_ms : d->primary_created_ms;
	return is_recent(since_ms, now_s) && lately <= most && !has_failed(d, now_s);
}

/* Whether an event is so far in the future that all times are in doubt. */
static bool has_future_event(const struct description *d, int64_t now_s) {
	size_t i = 0;
	while (i < d->event_count && !is_ahead(d->events[i].at_ms, now_s))
		i++;
	return i < d->event_count;
}

static enum reason explain_lack(const struct description *d, int64_t now_s) {
	if (is_new(d, now_s))
		return REASON_NEW;
	return is_starting(d, now_s) ? REASON_STARTING : REASON_DOWN;
}

enum reason silence_explain_lack(const struct description *d, int64_t now_s) {
	bool is_clear = d->fault == FAULT_NONE && !has_future_event(d, now_s);
	return is_clear ? explain_lack(d, now_s) : REASON_DOWN;
}

int64_t silence_time(const struct samples *s, const struct description *d) {
	return d->read_s > 0 ? d->read_s : s->now_s;
}

static enum reason reason_of_counts(const struct description *d, int64_t now_s) {
	if (d->desired_count == 0 && d->running_count == 0)
		return d->is_daemon ? REASON_NO_INSTANCE : REASON_SCALED_TO_ZERO;
	if (d->desired_count == 0)
		return REASON_NO_DATA;
	enum reason lack = explain_lack(d, now_s);
	return lack != REASON_NEW && d->running_count > 0 ? REASON_NO_DATA : lack;
}

/* A fault only ever removes a benign reason, except a fault of the service itself. */
static enum reason reason_of_active(const struct description *d, int64_t now_s) {
	enum reason r = reason_of_counts(d, now_s);
	bool by_history = r == REASON_NEW || r == REASON_STARTING;
	if (d->fault == FAULT_SERVICE)
		return REASON_NOT_CLEAR;
	if (d->fault != FAULT_NONE && silence_state(r) == STATE_OK)
		return REASON_NOT_CLEAR;
	return by_history && has_future_event(d, now_s) ? REASON_NOT_CLEAR : r;
}

enum reason silence_reason(const struct description *d, int64_t now_s) {
	switch (d->status) {
	case DESCRIPTION_KNOWN:
		return reason_of_active(d, now_s);
	case DESCRIPTION_GONE:
		return d->fault >= FAULT_ANSWER ? REASON_NOT_CLEAR : REASON_GONE;
	case DESCRIPTION_BEYOND:
		return REASON_NOT_ASKED;
	case DESCRIPTION_FAILED:
		return REASON_ASKING_FAILED;
	default:
		return REASON_UNANSWERED;
	}
}

enum reason silence_of_doubtful(const struct rules *rules, const struct description *d,
	int64_t now_s) {
	enum reason r = silence_reason(d, now_s);
	bool by_rule = rules->no_data == NO_DATA_STATE;
	if (by_rule && d->status == DESCRIPTION_KNOWN)
		r = REASON_NOT_CLEAR;
	bool is_settled = r == REASON_GONE || r == REASON_UNANSWERED;
	return by_rule && !is_settled && state_is_problem(rules->no_data_state) ? REASON_POLICY : r;
}

enum state silence_state(enum reason r) {
	switch (r) {
	case REASON_GONE:
	case REASON_NO_VOLUME:
	case REASON_SCALED_TO_ZERO:
	case REASON_NO_INSTANCE:
	case REASON_NEW:
	case REASON_STARTING:
		return STATE_OK;
	case REASON_DOWN:
		return STATE_CRITICAL;
	default:
		return STATE_UNKNOWN;
	}
}
