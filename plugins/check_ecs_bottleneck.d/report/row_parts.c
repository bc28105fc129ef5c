#include "config.h"

#include "report/row_parts.h"

#include "judge/closer_look.h"
#include "report/words/brief.h"
#include "report/words/fit.h"
#include "report/words/growth.h"
#include "report/words/series.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 * 1024 };

/* --- names --- */

/* Shortens a common prefix of n bytes so that it ends at a "-" or "_" and is not a whole name. */
static size_t whole_words(const char *name, size_t n) {
	while (n > 0 && (name[n] == '\0' || (name[n - 1] != '-' && name[n - 1] != '_')))
		n--;
	return n;
}

static void find_prefix(struct row_names *n) {
	const char *first = NULL;
	size_t shown = 0;
	for (size_t i = 0; i < n->count; i++) {
		const char *name = buf_str(&n->names[i]);
		if (!*name)
			continue;
		if (shown++ == 0) {
			n->first = i;
			n->prefix = strlen(name);
			first = name;
		}
		size_t common = 0;
		while (common < n->prefix && name[common] == first[common])
			common++;
		n->prefix = whole_words(name, common);
	}
	if (shown < 2)
		n->prefix = 0;
}

int row_names_make(struct row_names *n, const struct report_input *in, struct err *e) {
	const struct verdict *v = in->verdict;
	*n = (struct row_names){.count = in->samples->service_count};
	n->names = calloc(n->count + 1, sizeof *n->names);
	for (size_t i = 0; n->names && i < v->series_count; i++) {
		struct buf *name = &n->names[v->series[i].service];
		if (name->len > 0)
			continue;
		buf_init(name, MAX_BYTES);
		report_add_name(name, in->samples->services[v->series[i].service].name);
		if (in->columns > 0)
			report_replace_brackets(name, 0);
		if (name->failed)
			return err_no_memory(e);
	}
	if (!n->names)
		return err_no_memory(e);
	find_prefix(n);
	return 0;
}

void row_names_free(struct row_names *n) {
	for (size_t i = 0; n->names && i < n->count; i++)
		buf_free(&n->names[i]);
	free(n->names);
	*n = (struct row_names){0};
}

const char *row_names_get(const struct row_names *n, size_t service) {
	return buf_str(&n->names[service]) + n->prefix;
}

void row_names_add_prefix(const struct row_names *n, struct buf *out) {
	if (n->prefix == 0)
		return;
	buf_adds(out, ", of ");
	buf_add(out, buf_str(&n->names[n->first]), n->prefix);
	buf_adds(out, "...");
}

/* --- tails --- */

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* Rounded down: "90 min" below two hours, "47 h" below two days, then "2 d". */
static void add_rough_span(struct buf *out, int64_t seconds) {
	if (seconds < (int64_t)2 * HOUR_S && (seconds < HOUR_S || seconds % HOUR_S != 0))
		buf_addf(out, "%lld min", (long long)(seconds / MINUTE_S));
	else if (seconds < (int64_t)2 * DAY_S)
		buf_addf(out, "%lld h", (long long)(seconds / HOUR_S));
	else
		buf_addf(out, "%lld d", (long long)(seconds / DAY_S));
}

/* Points that tell time. */
static void add_spans(const struct report_input *in, const struct lasting *l, struct buf *out) {
	bool by_run = l->is_present || l->runs == 1;
	buf_adds(out, by_run && l->newest.from_beginning ? "at least " : "");
	add_rough_span(out, by_run ? lasting_run_s(&l->newest) : l->total_s);
	buf_adds(out, l->is_present ? " now" : by_run ? "" : " in all");
	if (l->is_present && l->runs > 1) {
		buf_adds(out, ", ");
		add_rough_span(out, l->total_s);
		buf_adds(out, " in all");
	} else if (!l->is_present) {
		bool is_point = l->breaching == 1;
		buf_adds(out, is_point ? ", at " : ", until ");
		report_add_brief_time(in, is_point ? l->newest.from_s : l->newest.to_s, out);
	}
}

static void add_counts(const struct report_input *in, const struct lasting *l, struct buf *out) {
	buf_addf(out, "%zu of %zu, %s", l->breaching, l->points,
		l->breaching > 1 ? "last " : "at ");
	report_add_brief_time(in, l->last_s, out);
}

void report_add_tail(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	struct series_lasting l;
	if (v->reason == REASON_GROWTH)
		report_add_reached(report_forecast_of(in, v), out);
	if (v->breaches.count == 0)
		return;
	if (v->held_until_s > 0) {
		buf_adds(out, "ended ");
		add_rough_span(out, in->samples->now_s - v->held_until_s);
		buf_adds(out, " ago, held for ");
		add_rough_span(out, in->rules->window.recover_s);
		return;
	}
	if (v->direction == DIRECTION_BELOW || v->direction == DIRECTION_INSIDE) {
		const struct series_ranges ranges = report_ranges_of(in, v);
		report_add_value(out, v->shown, 1, false, &ranges);
		buf_adds(out, "%, ");
	}
	series_lasting_find(in->rules, in->samples, in->detail, v, &l);
	if (l.found.tells_time)
		add_spans(in, &l.found, out);
	else
		add_counts(in, &l.found, out);
}
