#include "config.h"

#include "report/row_parts.h"

#include "report/words/lasting.h"
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

static void add_ago(struct buf *out, int64_t seconds) {
	report_add_rough_duration(out, seconds > 0 ? seconds : 0);
	buf_adds(out, " ago");
}

void report_add_tail(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const struct breaches *b = &v->breaches;
	const struct samples *s = in->samples;
	if (b->count == 0)
		return;
	bool is_now = b->is_newest && window_is_current(&s->window, v->newest_s, s->now_s);
	bool is_one_run = b->count > 1 && b->longest_run == b->count;
	if (v->direction == DIRECTION_BELOW || v->direction == DIRECTION_INSIDE) {
		const struct series_ranges ranges = report_ranges_of(in, v);
		report_add_value(out, v->shown, 1, false, &ranges);
		buf_adds(out, "%, ");
	}
	if (is_one_run)
		report_add_rough_duration(out, (int64_t)b->count * s->window.period_s);
	else
		buf_addf(out, "%zu of %zu", b->count, v->points);
	buf_adds(out, ", ");
	if (is_one_run)
		buf_adds(out, "until ");
	if (is_now)
		buf_adds(out, "now");
	else
		add_ago(out, s->now_s - b->last_s - (is_one_run ? s->window.period_s : 0));
}
