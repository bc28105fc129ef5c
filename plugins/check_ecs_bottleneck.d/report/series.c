#include "config.h"

#include "report/series.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"
#include "report/console_link.h"
#include "report/order.h"
#include "report/silence.h"
#include "term/sparkline.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DECIMALS = 17, MAX_NAME_CHARS = 255, MAX_REASON_CHARS = 400 };

void report_add_name(struct buf *out, const char *name) {
	size_t before = out->len;
	text_add_clean(out, name, MAX_NAME_CHARS);
	if (out->len == before)
		buf_addc(out, '?'); /* no part of it can be shown */
}

const char *report_format_value(double value, int decimals, bool trim, const struct range *warning,
	const struct range *critical, char text[static NUM_TEXT_BYTES]) {
	bool is_warning = range_breaches(warning, value);
	bool is_critical = range_breaches(critical, value);
	for (; decimals <= MAX_DECIMALS; decimals++) {
		double as_shown = num_format_shown(value, decimals, text);
		if (range_breaches(warning, as_shown) == is_warning &&
			range_breaches(critical, as_shown) == is_critical)
			break;
	}
	return trim ? num_trim_zeros(text) : text;
}

void report_add_value(struct buf *out, double value, int decimals, bool trim,
	const struct range *warning, const struct range *critical) {
	char text[NUM_TEXT_BYTES];
	buf_adds(out, report_format_value(value, decimals, trim, warning, critical, text));
}

static void add_percent(const struct report_input *in, const struct series_verdict *v, double value,
	struct buf *out) {
	report_add_value(out, value, 1, false, &in->rules->warning[v->metric],
		&in->rules->critical[v->metric]);
	buf_addc(out, '%');
}

static void add_subject(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	report_add_name(out, in->samples->services[v->service].name);
	buf_addf(out, " %s", metric_name(v->metric));
}

void report_add_item(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	if (report_is_down(v)) {
		report_add_name(out, in->samples->services[v->service].name);
		buf_addc(out, ' ');
		report_add_running(in, v, out);
		return;
	}
	add_subject(in, v, out);
	if (v->reason != REASON_POINTS || v->points == 0) {
		bool lost = v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
		buf_adds(out, lost ? " not known" : " no data");
		return;
	}
	buf_addc(out, ' ');
	add_percent(in, v, v->shown, out);
}

static void add_bound(struct buf *out, double bound) {
	char text[NUM_TEXT_BYTES];
	buf_addf(out, "%s%%", num_format_exact(bound, text));
}

/* "above 95%", "below 10%", "inside @10:20", or "outside 10% to 90%" if points breach on both
 * sides. */
static void add_direction(const struct series_verdict *v, struct buf *out) {
	size_t above = v->breaches.above;
	if (v->direction == DIRECTION_INSIDE) {
		buf_adds(out, "inside ");
		range_format(v->range, out);
	} else if (above > 0 && above < v->breaches.count) {
		buf_adds(out, "outside ");
		add_bound(out, v->range->start);
		buf_adds(out, " to ");
		add_bound(out, v->range->end);
	} else {
		buf_adds(out, v->direction == DIRECTION_ABOVE ? "above " : "below ");
		add_bound(out, v->direction == DIRECTION_ABOVE ? v->range->end : v->range->start);
	}
}

const char *report_pattern_name(enum pattern p) {
	static const char *const names[] = {[PATTERN_NONE] = NULL,
		[PATTERN_SPIKE] = "spike",
		[PATTERN_RECURRING] = "recurring",
		[PATTERN_SUSTAINED] = "sustained"};
	return names[p];
}

/* Rounded down to minutes, hours or days. */
static void add_rough_duration(struct buf *out, int64_t seconds) {
	const int64_t minute = 60;
	const int64_t hour = 60 * minute;
	const int64_t day = 24 * hour;
	if (seconds < 2 * hour && (seconds < hour || seconds % hour != 0))
		buf_addf(out, "%lld min", (long long)(seconds / minute));
	else if (seconds < 2 * day)
		buf_addf(out, "%lld h", (long long)(seconds / hour));
	else
		buf_addf(out, "%lld d", (long long)(seconds / day));
}

void report_add_breaches(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	static const char *const still[] = {[DIRECTION_NONE] = "",
		[DIRECTION_ABOVE] = "above",
		[DIRECTION_BELOW] = "below",
		[DIRECTION_INSIDE] = "inside"};
	const struct breaches *b = &v->breaches;
	if (b->longest_run > 1) {
		add_rough_duration(out, (int64_t)b->longest_run * in->samples->window.period_s);
		buf_adds(out, " in a row, ");
	}
	/* The newest known point of a lost series may be old. */
	if (b->is_newest &&
		window_is_current(&in->samples->window, v->newest_s, in->samples->now_s)) {
		buf_addf(out, "still %s", still[v->direction]);
		return;
	}
	buf_adds(out, b->count > 1 ? "last " : "");
	add_rough_duration(out, in->samples->now_s - b->last_s);
	buf_adds(out, " ago");
}

static void add_points(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	char when[TIME_MINUTE_BYTES];
	buf_addc(out, ' ');
	add_percent(in, v, v->shown, out);
	buf_addf(out, " at %s, ", time_format_minute(v->shown_s, when));
	if (v->breaches.count > 0) {
		add_direction(v, out);
		buf_addf(out, " in %zu of %zu points (%s), ", v->breaches.count, v->points,
			report_pattern_name(v->breaches.pattern));
		report_add_breaches(in, v, out);
	} else {
		buf_addf(out, "0 of %zu points breach", v->points);
	}
}

void report_add_headroom(const struct report_input *in, const struct headroom *h, struct buf *out) {
	char distance[NUM_TEXT_BYTES];
	add_subject(in, h->series, out);
	buf_adds(out, " at ");
	add_percent(in, h->series, h->value, out);
	buf_addf(out, " is %s percentage points from %s (",
		num_format_fixed(h->distance, 1, distance),
		state_name(h->is_critical ? STATE_CRITICAL : STATE_WARNING));
	range_format(h->range, out);
	buf_adds(out, ")");
	if (in->rules->breaches > 1)
		buf_addf(out, ", the %zu. nearest of its points", in->rules->breaches);
}

static bool is_by_points(const struct series_verdict *v) {
	return v->reason == REASON_POINTS && v->points > 0;
}

void report_add_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const struct series *x = &in->samples->services[v->service].series[v->metric];
	if (is_by_points(v) && x->status != SERIES_COMPLETE) {
		buf_adds(out, "the rest is not known: ");
		text_add_clean(out, report_failure_of(in, v), MAX_REASON_CHARS);
	} else if (!is_by_points(v) || v->is_silent) {
		report_add_silence(in, v, false, out);
	}
}

void report_add_link(const struct report_input *in, const struct series_verdict *v,
	const char *before, struct buf *out) {
	struct console_graph graph = {
		.host = in->target->console_host,
		.region = in->target->region,
		.cluster = in->target->name,
		.service = in->samples->services[v->service].name,
		.metric = v->metric,
		.statistic = in->rules->statistic,
		.window = &in->samples->window,
	};
	size_t start = out->len;
	buf_addf(out, "%s ", before);
	size_t indented = out->len;
	console_link_add(out, &graph);
	if (out->len == indented)
		buf_truncate(out, start);
	else
		buf_addc(out, '\n');
}

/* A line for the whole service has the links of all series it covers that have points. */
static void add_links(const struct report_input *in, const struct series_verdict *v,
	bool for_service, const char *before, struct buf *out) {
	const struct series_verdict *x = for_service ? report_first_of_service(in, v) : v;
	if (!for_service)
		report_add_link(in, x, before, out);
	for (; for_service && report_is_of_service(in, x, v->service); x++)
		if (x->is_silent && x->points > 0 && x->reason != REASON_POINTS)
			report_add_link(in, x, before, out);
}

void report_add_series(const struct report_input *in, const struct series_verdict *v,
	struct buf *out, struct report_line *line) {
	const struct series *x = &in->samples->services[v->service].series[v->metric];
	static const char blanks[] = "            ";
	const char *state = state_name(v->state);
	const size_t indent = strlen("[] ") + strlen(state);
	line->start = out->len;
	buf_addf(out, "[%s] ", state);
	bool for_service = report_is_for_service(in, v);
	if (for_service)
		report_add_name(out, in->samples->services[v->service].name);
	else
		add_subject(in, v, out);
	if (is_by_points(v))
		add_points(in, v, out);
	if (for_service) {
		buf_adds(out, ": ");
		report_add_silence(in, v, true, out);
	} else if (!is_by_points(v) || v->is_silent || x->status != SERIES_COMPLETE) {
		buf_adds(out, is_by_points(v) ? ", " : ": ");
		report_add_reason(in, v, out);
	}
	line->sparkline = out->len;
	if (x->values && !for_service) {
		buf_addc(out, ' ');
		sparkline_add(out, x->values, in->samples->window.points, in->utf8);
	}
	line->line_end = out->len;
	buf_addc(out, '\n');
	line->link = out->len;
	add_links(in, v, for_service, blanks + strlen(blanks) - (indent - 1), out);
	line->end = out->len;
}
