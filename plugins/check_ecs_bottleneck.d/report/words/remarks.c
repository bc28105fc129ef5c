#include "config.h"

#include "report/words/remarks.h"

#include "base/nearest.h"
#include "base/text.h"
#include "report/words/series.h"

#include <string.h>

enum { MAX_PATTERN_CHARS = 120 };

void report_add_remarks(const struct samples *s, struct buf *out) {
	for (size_t i = 0; i < s->remark_count; i++) {
		const struct remark *r = &s->remarks[i];
		buf_adds(out, "CloudWatch's message");
		if (r->service) {
			buf_adds(out, " about ");
			report_add_name(out, r->service);
			buf_addf(out, " %s", metric_name(r->metric));
		}
		if (r->service && r->further > 0)
			buf_addf(out, " and %zu more series", r->further);
		buf_addf(out, ": %s\n", r->text);
	}
}

void report_add_pattern(const struct report_input *in, size_t i, struct buf *out) {
	const struct samples *s = in->samples;
	const char *pattern = in->rules->include.items[i];
	struct nearest near;
	struct err suggestion = {.message = ""};
	buf_adds(out, "no service matches -s '");
	text_add_clean(out, pattern, MAX_PATTERN_CHARS);
	buf_adds(out, "'");
	nearest_begin(&near, pattern, strlen(pattern));
	for (size_t k = 0; k < s->passed_over_count; k++)
		nearest_consider(&near, s->passed_over[k], strlen(s->passed_over[k]));
	for (size_t k = 0; k < s->service_count; k++) {
		if (service_is_missing(&s->services[k]))
			continue;
		nearest_consider(&near, s->services[k].name, strlen(s->services[k].name));
	}
	(void)nearest_explain(&near, "", &suggestion);
	buf_adds(out, suggestion.message);
}

size_t report_first_unmatched(const struct report_input *in) {
	size_t i = 0;
	while (i < in->rules->include.count && !samples_pattern_is_idle(in->samples, i))
		i++;
	return i;
}

void report_add_no_service(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	size_t pattern = report_first_unmatched(in);
	if (s->listed_count == 0)
		buf_addf(out, "no services in this cluster in %s: check -c and -r",
			in->target->region);
	else if (pattern < in->rules->include.count)
		report_add_pattern(in, pattern, out);
	else if (s->service_count > 0)
		buf_addf(out, "none of %zu service%s is active", s->service_count,
			text_plural(s->service_count));
	else
		buf_addf(out, "-s and -x leave none of %zu service%s", s->listed_count,
			text_plural(s->listed_count));
}

void report_add_passed_over(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	bool has_some = in->rules->services_are_named ? in->verdict->services > 0
						      : s->service_count > 0;
	if (in->style->verbosity == 0 || has_some || s->passed_over_count == 0)
		return;
	buf_adds(out, "the services of ");
	report_add_name(out, in->target->name);
	for (size_t k = 0; k < s->passed_over_count; k++) {
		buf_adds(out, k == 0 ? ": " : ", ");
		report_add_name(out, s->passed_over[k]);
	}
	buf_addc(out, '\n');
}

/* A missing service that was named has a line of its own. */
static bool is_left_out(const struct report_input *in, const struct description *d) {
	return !in->rules->services_are_named && d->status == DESCRIPTION_GONE &&
		d->fault < FAULT_ANSWER;
}

void report_add_dropped(const struct report_input *in, struct buf *out) {
	const struct samples *s = in->samples;
	const struct verdict *v = in->verdict;
	size_t at = 0; /* the verdict's series are in the order of the services */
	for (size_t i = 0; in->style->verbosity > 0 && i < s->service_count; i++) {
		while (at < v->series_count && v->series[at].service < i)
			at++;
		bool is_judged = at < v->series_count && v->series[at].service == i;
		if (is_judged || !is_left_out(in, &s->services[i].description))
			continue;
		buf_adds(out, "left out: ");
		report_add_name(out, s->services[i].name);
		buf_adds(out, " (");
		text_add_clean(out,
			s->services[i].description.text ? s->services[i].description.text : "gone",
			MAX_PATTERN_CHARS);
		buf_adds(out, ")\n");
	}
}
