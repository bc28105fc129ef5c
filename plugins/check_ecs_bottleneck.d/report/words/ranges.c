#include "config.h"

#include "report/words/ranges.h"

#include "base/text.h"
#include "report/words/series.h"

enum { MAX_RANGE_CHARS = 300, NAMES_COLUMNS = 60, MAX_DESCRIBED = 100 };

void report_add_origin(const struct threshold *x, struct buf *out) {
	bool is_critical = x->level == THRESHOLD_CRITICAL;
	if (!x->text) {
		buf_adds(out, "default");
		return;
	}
	if (x->from_file)
		buf_adds(out, is_critical ? "critical=" : "warning=");
	else
		buf_adds(out, is_critical ? "-C " : "-w ");
	text_add_clean(out, x->text, MAX_RANGE_CHARS);
	buf_adds(out, x->from_file ? " in an ini file" : "");
}

void report_add_idle_ranges(const struct report_input *in, struct buf *out) {
	const struct thresholds *t = &in->rules->thresholds;
	bool is_first = true;
	for (size_t i = 0; in->style->verbosity > 0 && i < t->count; i++) {
		if (!samples_threshold_is_idle(in->samples, t, i))
			continue;
		buf_adds(out, is_first ? "no service matches the range of " : ", ");
		report_add_origin(&t->items[i], out);
		is_first = false;
	}
	if (!is_first)
		buf_addc(out, '\n');
}

/* Whether the entry serves a checked metric of the service; adds to the counts of metrics. */
static bool serves(const struct rules *rules, const struct service *service,
	const struct threshold *x, size_t counts[ALL_METRICS]) {
	bool found = false;
	for (int m = 0; m < ALL_METRICS; m++) {
		bool is_own = rules->metrics[m] && service->thresholds.by[m][x->level] == x;
		counts[m] += is_own;
		found = found || is_own;
	}
	return found;
}

/* "-w api/cpu=70 serves cpu of 1 service (api)". A default that serves none is left out. */
static void describe_range(const struct rules *rules, const struct samples *s,
	const struct threshold *x, struct buf *out) {
	size_t counts[ALL_METRICS] = {0};
	size_t services = 0;
	struct buf names;
	buf_init(&names, REPORT_MAX_BYTES);
	for (size_t i = 0; i < s->service_count; i++) {
		if (!serves(rules, &s->services[i], x, counts))
			continue;
		services++;
		if (names.len > NAMES_COLUMNS)
			continue;
		buf_adds(&names, services > 1 ? ", " : "");
		report_add_name(&names, s->services[i].name);
	}
	if (x->text) {
		report_add_origin(x, out);
	} else if (services > 0) {
		buf_adds(out, x->level == THRESHOLD_CRITICAL ? "critical " : "warning ");
		range_format(&x->range, out);
		buf_adds(out, " (default)");
	}
	const char *separator = " serves ";
	for (int m = 0; m < ALL_METRICS; m++) {
		if (counts[m] == 0)
			continue;
		buf_addf(out, "%s%s of %zu service%s", separator, metric_name((enum metric)m),
			counts[m], text_plural(counts[m]));
		separator = ", ";
	}
	if (services > 0 && services < s->service_count)
		buf_addf(out, " (%s)", buf_str(&names));
	if (services > 0)
		buf_addc(out, '\n');
	else if (x->text)
		buf_adds(out, " serves no series\n");
	buf_fail_with(out, &names);
	buf_free(&names);
}

void report_describe_ranges(const struct rules *rules, const struct samples *s, struct buf *out) {
	const struct thresholds *t = &rules->thresholds;
	for (int level = 0; level < THRESHOLD_LEVELS; level++)
		describe_range(rules, s, threshold_default((enum threshold_level)level, METRIC_CPU),
			out);
	for (size_t i = 0; i < t->count && i < MAX_DESCRIBED; i++)
		describe_range(rules, s, &t->items[i], out);
	if (t->count > MAX_DESCRIBED)
		buf_addf(out, "%zu further ranges\n", t->count - MAX_DESCRIBED);
}
