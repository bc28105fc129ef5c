#include "config.h"

#include "report/words/tasks.h"

#include "base/text.h"
#include "judge/silence.h"
#include "report/words/brief.h"
#include "report/words/lasting.h"

#include <math.h>

enum { MAX_FAILURE_CHARS = 4000, MAX_FAILURE_BYTES = 400, MAX_STATUS_CHARS = 60 };

bool report_is_of_tasks(const struct series_verdict *v) {
	return v->metric == METRIC_TASKS;
}

bool report_has_share(const struct series_verdict *v) {
	return report_is_of_tasks(v) && !isnan(v->running_pct);
}

/* They are the last of their service. */
const struct series_verdict *report_tasks_of(const struct report_input *in,
	const struct series_verdict *v) {
	const struct series_verdict *end = in->verdict->series + in->verdict->series_count;
	while (v + 1 < end && v[1].service == v->service)
		v++;
	return report_is_of_tasks(v) ? v : NULL;
}

const struct series_verdict *report_lowest_tasks(const struct verdict *v) {
	const struct series_verdict *lowest = NULL;
	for (size_t i = 0; i < v->series_count; i++)
		if (report_has_share(&v->series[i]) &&
			(!lowest || v->series[i].running_pct < lowest->running_pct))
			lowest = &v->series[i];
	return lowest;
}

static const struct description *description_of(const struct report_input *in,
	const struct series_verdict *v) {
	return &in->samples->services[v->service].description;
}

void report_add_counts(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const struct description *d = description_of(in, v);
	buf_addf(out, "%lld of %lld", (long long)d->running_count, (long long)d->desired_count);
}

void report_add_running(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	report_add_counts(in, v, out);
	buf_adds(out, " running");
}

/* That none of several is too few needs no range to be seen. */
static void add_direction(const struct series_verdict *v, struct buf *out) {
	if (v->reason != REASON_TASKS || v->direction == DIRECTION_NONE)
		return;
	if (v->direction == DIRECTION_INSIDE) {
		buf_adds(out, ", inside ");
		range_format(v->range, out);
	} else if (v->direction == DIRECTION_ABOVE) {
		buf_adds(out, ", above ");
		report_add_bound(out, v->range->end);
	} else if (v->running_pct > 0) {
		buf_adds(out, ", below ");
		report_add_bound(out, v->range->start);
	}
}

const char *report_excuse_of(const struct series_verdict *v) {
	switch (v->reason) {
	case REASON_NEW:
		return "new";
	case REASON_STARTING:
		return "starting";
	case REASON_SCALED_TO_ZERO:
		return "scaled to zero";
	case REASON_NO_INSTANCE:
		return "no instance to run on";
	default:
		return NULL;
	}
}

void report_add_tasks(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const char *excuse = report_excuse_of(v);
	const struct description *d = description_of(in, v);
	buf_adds(out, excuse ? excuse : "");
	if (v->reason == REASON_GONE)
		text_add_clean(out, d->text ? d->text : "out of memory", MAX_STATUS_CHARS);
	if (report_has_share(v)) {
		buf_adds(out, excuse ? ": " : "");
		report_add_running(in, v, out);
		add_direction(v, out);
	} else if (d->running_count > 0) {
		buf_addf(out, ", %lld still running", (long long)d->running_count);
	}
}

void report_add_tasks_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const char *excuse = report_excuse_of(v);
	if (excuse)
		buf_adds(out, excuse);
	else if (v->reason == REASON_GONE)
		report_add_tasks(in, v, out);
	else
		report_add_failure(in, v->service, "", out);
}

void report_add_without_peaks(const struct report_input *in, struct buf *out) {
	const struct verdict *v = in->verdict;
	long long running = 0;
	long long desired = 0;
	if (rules_have_series(in->rules)) {
		buf_adds(out, "none with data");
		return;
	}
	for (size_t i = 0; i < v->series_count; i++) {
		const struct description *d = description_of(in, &v->series[i]);
		if (!report_has_share(&v->series[i]))
			continue;
		running += d->running_count;
		desired += d->desired_count;
	}
	buf_addf(out, "%lld of %lld task%s running", running, desired,
		text_plural((size_t)desired));
}

static struct silence_failures failures_of(const struct report_input *in, size_t service) {
	const struct description *d = &in->samples->services[service].description;
	return silence_failures(d, silence_time(in->samples, d));
}

bool report_has_lack_explained(const struct report_input *in, const struct series_verdict *v) {
	struct silence_failures f = failures_of(in, v->service);
	return report_has_share(v) && state_is_problem(v->state) &&
		(f.rollout || f.tasks || f.event);
}

static void add_words_of_ecs(const struct report_input *in, size_t service, const char *text,
	struct buf *out) {
	struct buf whole;
	buf_init(&whole, REPORT_MAX_BYTES);
	text_add_foreign(&whole, text, MAX_FAILURE_CHARS);
	text = buf_str(&whole);
	if (in->is_brief)
		text = report_without_service(text, in->samples->services[service].name);
	text_add_shortened(out, text, MAX_FAILURE_BYTES);
	buf_fail_with(out, &whole);
	buf_free(&whole);
}

void report_add_failure(const struct report_input *in, size_t service, const char *before,
	struct buf *out) {
	const struct description *d = &in->samples->services[service].description;
	struct silence_failures f = failures_of(in, service);
	if (!f.rollout && !f.tasks && !f.event)
		return;
	buf_adds(out, before);
	if (f.rollout && d->rollout_reason && *d->rollout_reason)
		add_words_of_ecs(in, service, d->rollout_reason, out);
	else if (f.event && d->failure_message)
		add_words_of_ecs(in, service, d->failure_message, out);
	else if (f.tasks)
		buf_addf(out, "%lld tasks in a row failed", (long long)d->failed_tasks);
	else
		buf_adds(out, f.rollout ? "the deployment failed" : "out of memory");
}
