#include "config.h"

#include "report/words/silence.h"

#include "base/text.h"
#include "base/time.h"
#include "report/words/brief.h"
#include "report/words/lasting.h"
#include "report/words/order.h"
#include "report/words/tasks.h"
#include "judge/silence.h"

#include <string.h>

enum { MAX_REASON_CHARS = 400 };

/* Whether the reason concerns the service rather than the metric. */
static bool is_of_service(enum reason r) {
	return r != REASON_POINTS && r != REASON_GROWTH && r != REASON_UNANSWERED &&
		r != REASON_POLICY && r != REASON_PERCENTILE && r != REASON_NO_VOLUME;
}

const struct series_verdict *report_first_of_service(const struct report_input *in,
	const struct series_verdict *v) {
	while (v > in->verdict->series && v[-1].service == v->service)
		v--;
	return v;
}

bool report_is_of_service(const struct report_input *in, const struct series_verdict *v,
	size_t service) {
	return v < in->verdict->series + in->verdict->series_count && v->service == service;
}

/* The silent series whose line covers all series of the service. NULL if each series has a line of
 * its own: one of them has current data, or the reasons differ. A service that is down always
 * counts as a whole. */
static const struct series_verdict *find_silent_line(const struct report_input *in,
	const struct series_verdict *v) {
	const struct series_verdict *line_series = NULL;
	bool alike = v->is_silent && is_of_service(v->silence);
	for (const struct series_verdict *x = report_first_of_service(in, v);
		alike && report_is_of_service(in, x, v->service); x++) {
		bool same = x->is_silent && x->silence == v->silence;
		alike = same || report_is_down(v) || x->silence == REASON_NO_VOLUME ||
			report_is_of_tasks(x);
		if (same &&
			(!line_series ||
				(line_series->reason == REASON_POINTS &&
					x->reason != REASON_POINTS)))
			line_series = x;
	}
	return alike ? line_series : NULL;
}

/* The same for the service of a line about running tasks. */
static const struct series_verdict *find_silent_line_of_service(const struct report_input *in,
	const struct series_verdict *v) {
	const struct series_verdict *found = NULL;
	for (const struct series_verdict *x = report_first_of_service(in, v);
		!found && report_is_of_service(in, x, v->service); x++)
		found = find_silent_line(in, x);
	return found;
}

/* Whose line covers the whole service. One answer of ECS is one line: that of the running tasks,
 * unless what the silence means is worse. */
static const struct series_verdict *find_service_line(const struct report_input *in,
	const struct series_verdict *v) {
	const struct series_verdict *tasks = report_tasks_of(in, v);
	const struct series_verdict *silent = v == tasks ? find_silent_line_of_service(in, v)
							 : find_silent_line(in, v);
	if (!tasks || !silent)
		return v == tasks ? tasks : silent;
	bool is_worse = silent->reason != REASON_POINTS &&
		state_rank(silent->state) > state_rank(tasks->state);
	return is_worse ? silent : tasks;
}

bool report_is_for_service(const struct report_input *in, const struct series_verdict *v) {
	return v->reason != REASON_POINTS && find_service_line(in, v) == v;
}

bool report_is_told_elsewhere(const struct report_input *in, const struct series_verdict *v) {
	const struct series_verdict *line_series = find_service_line(in, v);
	return line_series && line_series != v && v->reason != REASON_POINTS;
}

/* The time of the newest point of all silent series of the service; 0 if there is none. */
static int64_t newest_of_service(const struct report_input *in, const struct series_verdict *v) {
	int64_t newest_s = 0;
	for (const struct series_verdict *x = report_first_of_service(in, v);
		report_is_of_service(in, x, v->service); x++)
		if (x->is_silent && x->points > 0 && x->newest_s > newest_s)
			newest_s = x->newest_s;
	return newest_s;
}

/* JSON is read later: it always has the date. */
static void add_time(const struct report_input *in, int64_t epoch_s, struct buf *out) {
	char text[TIME_MINUTE_BYTES];
	if (in->style->format == FORMAT_JSON)
		buf_adds(out, time_format_minute(epoch_s, text));
	else if (in->is_brief)
		report_add_brief_time(in, epoch_s, out);
	else
		report_add_time(in, epoch_s, out);
}

static void add_no_data(const struct report_input *in, const struct series_verdict *v,
	bool for_service, struct buf *out) {
	int64_t own_s = v->points > 0 ? v->newest_s : 0;
	int64_t newest_s = for_service ? newest_of_service(in, v) : own_s;
	buf_adds(out, "no data");
	if (newest_s == 0)
		return;
	buf_adds(out, " since ");
	add_time(in, newest_s, out);
}

/* "p95", of several series "p95 or p99.9". */
static void add_percentiles(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const struct statistics *statistics = &in->rules->statistics;
	bool is_concerned[METRICS] = {false};
	const char *named[METRICS] = {NULL};
	for (size_t i = 0; i < in->verdict->series_count; i++) {
		const struct series_verdict *x = &in->verdict->series[i];
		if (x->is_silent && x->silence == REASON_PERCENTILE && (!v || x == v))
			is_concerned[x->metric] = true;
	}
	for (int m = 0, n = 0; m < METRICS; m++) {
		const char *name = statistics_of(statistics, (enum metric)m)->name;
		int same = 0;
		while (same < n && strcmp(named[same], name) != 0)
			same++;
		if (!is_concerned[m] || same < n)
			continue;
		buf_addf(out, "%s%s", n > 0 ? " or " : "", name);
		named[n++] = name;
	}
}

void report_add_no_percentile(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	buf_adds(out, "CloudWatch returned no ");
	add_percentiles(in, v, out);
	if (v && v->points > 0) {
		buf_adds(out, " since ");
		add_time(in, v->newest_s, out);
	}
	buf_adds(out, " (several tasks?); use Maximum or Average");
}

static const char *text_of(const char *text) {
	return text ? text : "out of memory";
}

const char *report_fault_of(const struct report_input *in, const struct series_verdict *v) {
	const struct description *d = &in->samples->services[v->service].description;
	return d->fault == FAULT_NONE ? "an event with a time in the future"
				      : text_of(d->fault_text);
}

/* The text before "no data". */
static void add_cause(const struct report_input *in, const struct series_verdict *v, enum reason r,
	struct buf *out) {
	const struct description *d = &in->samples->services[v->service].description;
	if (r == REASON_SCALED_TO_ZERO) {
		buf_adds(out, "scaled to zero, ");
	} else if (r == REASON_NO_INSTANCE) {
		buf_adds(out, "no instance to run on, ");
	} else if (r == REASON_NEW) {
		buf_adds(out, "new, ");
	} else if (r == REASON_STARTING || r == REASON_DOWN) {
		buf_adds(out, r == REASON_STARTING ? "starting: " : "");
		report_add_running(in, v, out);
		buf_adds(out, ", ");
	} else if (r == REASON_NO_DATA) {
		buf_addf(out, "%lld wanted, %lld running, ", (long long)d->desired_count,
			(long long)d->running_count);
	}
}

/* The text after it. */
static void add_remark(const struct report_input *in, const struct series_verdict *v, enum reason r,
	struct buf *out) {
	const struct description *d = &in->samples->services[v->service].description;
	if (r == REASON_DOWN) {
		report_add_failure(in, v->service, ": ", out);
	} else if (r == REASON_NOT_DESCRIBED) {
		buf_adds(out,
			", and ECS describes no managed daemon: check the name after daemon:");
	} else if (r == REASON_GONE) {
		buf_adds(out, ", ");
		text_add_clean(out, text_of(d->text), MAX_REASON_CHARS);
	} else if (r == REASON_NOT_CLEAR) {
		buf_adds(out, ", and what DescribeServices says of it is not clear: ");
		text_add_clean(out, report_fault_of(in, v), MAX_REASON_CHARS);
	} else if (r == REASON_NOT_ASKED) {
		buf_adds(out, ", not asked; see --no-data");
	} else if (r == REASON_ASKING_FAILED) {
		buf_adds(out, ", and ECS could not be asked why: ");
		text_add_clean(out, text_of(d->text), MAX_REASON_CHARS);
	} else if (r == REASON_POLICY) {
		buf_addf(out, " (--no-data=%s)", state_name(in->rules->no_data_state));
	}
}

static const char not_clear[] = "what DescribeServices says of it is not clear";

bool report_is_unclear(const struct report_input *in, const struct series_verdict *v) {
	const struct description *d = &in->samples->services[v->service].description;
	return report_is_of_tasks(v) && v->reason == REASON_FAILED &&
		(d->status == DESCRIPTION_KNOWN || d->status == DESCRIPTION_GONE);
}

const char *report_failure_of(const struct report_input *in, const struct series_verdict *v) {
	const struct series *x = samples_series(in->samples, v->service, v->metric);
	const struct description *d = &in->samples->services[v->service].description;
	if (report_is_of_tasks(v) && v->reason == REASON_FAILED)
		return report_is_unclear(in, v) ? not_clear : text_of(d->text);
	if (x->status != SERIES_FAILED)
		return "not answered before the run had to end";
	return x->failure ? x->failure : "out of memory";
}

/* Whether nothing else is to be said of a series judged by its points than that they are old. */
static bool needs_no_cause(const struct report_input *in, const struct series_verdict *v,
	enum reason r) {
	const struct series_verdict *line_series = find_service_line(in, v);
	return v->reason == REASON_POINTS &&
		(r == REASON_POLICY || r == REASON_UNANSWERED || (line_series && line_series != v));
}

/* The line of a service by its running tasks. */
static void add_tasks_line(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	if (v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED) {
		buf_adds(out, "running tasks not known: ");
		text_add_clean(out, report_failure_of(in, v), MAX_REASON_CHARS);
		if (!report_is_unclear(in, v))
			return;
		buf_adds(out, ": ");
		text_add_clean(out, report_fault_of(in, v), MAX_REASON_CHARS);
		return;
	}
	report_add_tasks(in, v, out);
	if (find_silent_line_of_service(in, v)) {
		buf_adds(out, ", ");
		add_no_data(in, v, true, out);
	}
	report_add_failure(in, v->service, ": ", out);
}

void report_add_silence(const struct report_input *in, const struct series_verdict *v,
	bool for_service, struct buf *out) {
	if (report_is_of_tasks(v)) {
		add_tasks_line(in, v, out);
		return;
	}
	enum reason r = v->is_silent ? v->silence : v->reason;
	if (needs_no_cause(in, v, r)) {
		add_no_data(in, v, false, out);
	} else if (r == REASON_FAILED || r == REASON_UNANSWERED) {
		text_add_clean(out, report_failure_of(in, v), MAX_REASON_CHARS);
	} else if (r == REASON_PERCENTILE) {
		report_add_no_percentile(in, v, out);
	} else if (r == REASON_NO_VOLUME) {
		buf_adds(out, "no volume");
	} else {
		add_cause(in, v, r, out);
		add_no_data(in, v, for_service, out);
		add_remark(in, v, r, out);
	}
}
