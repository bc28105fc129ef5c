#include "config.h"

#include "report/words/series.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"
#include "judge/closer_look.h"
#include "report/words/console_link.h"
#include "report/words/growth.h"
#include "report/words/lasting.h"
#include "report/words/lasting_text.h"
#include "report/words/order.h"
#include "report/words/silence.h"
#include "report/words/tasks.h"
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

const char *report_format_value(double value, int decimals, bool trim,
	const struct series_ranges *ranges, char text[static NUM_TEXT_BYTES]) {
	bool is_warning = range_breaches(ranges->warning, value);
	bool is_critical = range_breaches(ranges->critical, value);
	for (; decimals <= MAX_DECIMALS; decimals++) {
		double as_shown = num_format_shown(value, decimals, text);
		if (range_breaches(ranges->warning, as_shown) == is_warning &&
			range_breaches(ranges->critical, as_shown) == is_critical)
			break;
	}
	return trim ? num_trim_zeros(text) : text;
}

void report_add_value(struct buf *out, double value, int decimals, bool trim,
	const struct series_ranges *ranges) {
	char text[NUM_TEXT_BYTES];
	buf_adds(out, report_format_value(value, decimals, trim, ranges, text));
}

struct series_ranges report_ranges_of(const struct report_input *in,
	const struct series_verdict *v) {
	return service_ranges(&in->samples->services[v->service], v->metric);
}

static void add_percent(const struct report_input *in, const struct series_verdict *v, double value,
	struct buf *out) {
	const struct series_ranges ranges = report_ranges_of(in, v);
	report_add_value(out, value, 1, false, &ranges);
	buf_addc(out, '%');
}

void report_add_statistics(const struct rules *rules, struct buf *out) {
	const struct statistic *common = statistics_common(&rules->statistics, rules->metrics);
	const char *separator = "";
	if (common)
		buf_adds(out, common->name);
	for (int m = 0; !common && m < METRICS; m++) {
		if (!rules->metrics[m])
			continue;
		buf_addf(out, "%s%s %s", separator, metric_name((enum metric)m),
			statistics_of(&rules->statistics, (enum metric)m)->name);
		separator = ", ";
	}
}

static void add_subject(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	report_add_name(out, in->samples->services[v->service].name);
	buf_addf(out, " %s", metric_name(v->metric));
}

void report_add_finding(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	if (report_is_down(v) || report_has_share(v)) {
		report_add_running(in, v, out);
		return;
	}
	buf_addf(out, "%s ", metric_name(v->metric));
	if (v->reason == REASON_GROWTH) {
		report_add_reached(report_forecast_of(in, v), out);
		return;
	}
	if (v->reason != REASON_POINTS || !series_has_shown(v)) {
		bool lost = v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
		buf_adds(out, lost ? "not known" : "no data");
		return;
	}
	add_percent(in, v, v->shown, out);
	if (!report_is_over(in, v))
		return;
	buf_adds(out, " at ");
	report_add_time(in, v->shown_s, out);
}

void report_add_item(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	report_add_name(out, in->samples->services[v->service].name);
	buf_addc(out, ' ');
	report_add_finding(in, v, out);
}

static void add_points(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	buf_addc(out, ' ');
	add_percent(in, v, v->shown, out);
	buf_adds(out, " at ");
	report_add_time(in, v->shown_s, out);
	buf_adds(out, ", ");
	struct series_lasting l;
	series_lasting_find(in->rules, in->samples, in->detail, v, &l);
	lasting_text_add(&l.found, &l.points, out);
	if (v->held_until_s > 0)
		lasting_text_add_held(out, in->samples->now_s - v->held_until_s,
			in->rules->window.recover_s);
	if (v->state == STATE_OK && v->breaches.count > 0)
		buf_addf(out, "; a state takes %zu (--breaches)", in->rules->breaches);
	size_t end = out->len;
	buf_adds(out, "; ");
	size_t begin = out->len;
	lasting_text_add_average(out, l.average.then, l.average.highest);
	if (out->len == begin)
		buf_truncate(out, end);
}

/* "1st", "2nd", "3rd", "4th", but "11th". */
static const char *ordinal_ending(size_t n) {
	static const char *const endings[] = {"th", "st", "nd", "rd"};
	bool is_teen = n % 100 >= 11 && n % 100 <= 13;
	return n % 10 > 3 || is_teen ? "th" : endings[n % 10];
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
		buf_addf(out, ", its %zu%s nearest point", in->rules->breaches,
			ordinal_ending(in->rules->breaches));
}

static bool is_by_points(const struct series_verdict *v) {
	return v->reason == REASON_POINTS && series_has_shown(v);
}

void report_add_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	size_t start = out->len;
	const struct series *x = samples_series(in->samples, v->service, v->metric);
	bool lost = v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
	if (report_is_of_tasks(v) && !lost) {
		report_add_tasks_reason(in, v, out);
	} else if (v->reason == REASON_GROWTH) {
		report_add_growth(report_forecast_of(in, v), out);
	} else if (is_by_points(v) && x->status != SERIES_COMPLETE) {
		buf_adds(out, "the rest is not known: ");
		text_add_clean(out, report_failure_of(in, v), MAX_REASON_CHARS);
	} else if (!is_by_points(v) || v->is_silent) {
		report_add_silence(in, v, false, out);
	}
	/* A chart has it amid its own marks, where report_fit replaces nothing. */
	if (in->style->format != FORMAT_JSON)
		report_replace_brackets(out, start);
}

void report_add_url(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	if (report_is_of_tasks(v))
		return;
	const struct console_graph graph = {
		.host = in->target->console_host,
		.region = in->target->region,
		.cluster = in->target->name,
		.service = in->samples->services[v->service].name,
		.metric = v->metric,
		.statistic = statistics_of(&in->rules->statistics, v->metric)->name,
		.window = &in->samples->window,
	};
	console_link_add(out, &graph);
}

void report_add_link(const struct report_input *in, const struct series_verdict *v,
	const char *before, struct buf *out) {
	size_t start = out->len;
	buf_addf(out, "%s ", before);
	size_t indented = out->len;
	report_add_url(in, v, out);
	if (out->len == indented)
		buf_truncate(out, start);
	else
		buf_addc(out, '\n');
}

void report_add_series(const struct report_input *in, const struct series_verdict *v,
	struct buf *out, struct report_line *line) {
	const struct series *x = samples_series(in->samples, v->service, v->metric);
	*line = (struct report_line){.start = out->len};
	buf_addf(out, "[%s] ", state_name(v->state));
	bool for_service = report_is_for_service(in, v);
	if (for_service)
		report_add_name(out, in->samples->services[v->service].name);
	else
		add_subject(in, v, out);
	if (v->reason == REASON_GROWTH) {
		buf_addc(out, ' ');
		report_add_growth(report_forecast_of(in, v), out);
		buf_addc(out, ';');
	}
	if (is_by_points(v) || v->reason == REASON_GROWTH)
		add_points(in, v, out);
	if (v->reason == REASON_POINTS && report_forecast_of(in, v)->grows) {
		buf_adds(out, "; ");
		report_add_growth(report_forecast_of(in, v), out);
	}
	if (for_service) {
		buf_adds(out, ": ");
		report_add_silence(in, v, true, out);
	} else if (v->reason != REASON_GROWTH &&
		(!is_by_points(v) || v->is_silent || x->status != SERIES_COMPLETE)) {
		buf_adds(out, is_by_points(v) ? ", " : ": ");
		report_add_reason(in, v, out);
	}
	line->sparkline = out->len;
	if (v->points > 0 && !for_service) {
		buf_addc(out, ' ');
		sparkline_add(out, x->values, in->samples->window.points, in->utf8);
	}
	buf_addc(out, '\n');
	line->end = out->len;
}
