#include "config.h"

#include "report/rows.h"

#include "base/text.h"
#include "report/words/cause.h"
#include "report/words/headline.h"
#include "report/words/order.h"
#include "report/row_parts.h"
#include "report/words/series.h"
#include "report/words/silence.h"
#include "report/words/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 * 1024 };

static const struct series *series_of(const struct report_input *in,
	const struct series_verdict *v) {
	return samples_series(in->samples, v->service, v->metric);
}

/* Why too few tasks run is more than a bar. */
static bool has_bar(const struct report_input *in, const struct series_verdict *v) {
	if (report_is_of_tasks(v))
		return report_has_share(v) && !report_is_down(v) &&
			!report_has_lack_explained(in, v);
	return (v->reason == REASON_POINTS && series_has_shown(v)) ||
		(v->reason == REASON_GROWTH && v->points > 0);
}

/* The length of the bar: where --recover alone keeps the state, by the point that decided. */
static double percent_of(const struct series_verdict *v) {
	if (report_is_of_tasks(v))
		return v->running_pct;
	return v->held_until_s > 0 ? v->shown : v->peak;
}

/* --- what a row says --- */

static size_t marks_of(const struct report_input *in, const struct series_verdict *v,
	struct chart_mark out[CHART_MAX_MARKS]) {
	const struct series_ranges own = report_ranges_of(in, v);
	const struct range *ranges[] = {own.warning, own.critical};
	size_t n = 0;
	for (int i = 0; i < 2; i++) {
		const double ends[] = {ranges[i]->start, ranges[i]->end};
		for (int end = 0; end < 2; end++)
			if (isfinite(ends[end]) && ends[end] > 0)
				out[n++] = (struct chart_mark){ends[end], i == 1};
	}
	return n;
}

static double distance_to(const struct range *r, double lowest, double highest) {
	double distance = INFINITY;
	if (isfinite(r->end))
		distance = fabs(r->end - highest);
	if (isfinite(r->start) && r->start > 0 && fabs(lowest - r->start) < distance)
		distance = fabs(lowest - r->start);
	return distance;
}

static double distance_of(const struct report_input *in, const struct series_verdict *v) {
	const struct measure *x = &series_of(in, v)->measure;
	double highest = percent_of(v);
	double lowest = x->is_taken && x->points > 0 ? x->lowest : highest;
	const struct series_ranges ranges = report_ranges_of(in, v);
	double warning = distance_to(ranges.warning, lowest, highest);
	double critical = distance_to(ranges.critical, lowest, highest);
	if (!has_bar(in, v))
		return INFINITY;
	/* A full share is at its threshold, and of least interest. */
	return report_is_of_tasks(v) ? v->running_pct : fmin(warning, critical);
}

static void set_state(struct chart_row *row, enum state s) {
	static const char letters[] = {[STATE_OK] = ' ',
		[STATE_WARNING] = 'W',
		[STATE_CRITICAL] = 'C',
		[STATE_UNKNOWN] = 'U'};
	static const enum chart_tone tones[] = {[STATE_OK] = CHART_PLAIN,
		[STATE_WARNING] = CHART_YELLOW,
		[STATE_CRITICAL] = CHART_RED,
		[STATE_UNKNOWN] = CHART_CYAN};
	row->letter = letters[s];
	row->tone = tones[s];
}

/* Takes the text of a buffer, which may have failed: NULL then. */
static char *taken(struct buf *text) {
	char *taken_text = buf_take(text);
	buf_free(text);
	return taken_text;
}

static int fill_bar(struct screen_row *r, const struct report_input *in, struct err *e) {
	const struct series_verdict *v = r->series;
	struct buf value;
	struct buf tail;
	buf_init(&value, MAX_BYTES);
	buf_init(&tail, MAX_BYTES);
	const struct series_ranges ranges = report_ranges_of(in, v);
	report_add_value(&value, percent_of(v), 1, false, &ranges);
	if (report_is_of_tasks(v)) {
		const char *excuse = report_excuse_of(v);
		report_add_counts(in, v, &tail);
		buf_addf(&tail, "%s%s", excuse ? ", " : "", excuse ? excuse : "");
	} else {
		report_add_tail(in, v, &tail);
	}
	r->value = taken(&value);
	r->tail = taken(&tail);
	r->row.kind = CHART_BAR;
	r->row.pct = percent_of(v);
	r->row.value = r->value;
	r->row.tail = r->tail;
	r->row.mark_count = marks_of(in, v, r->row.marks);
	r->row.points = series_of(in, v)->values;
	r->row.point_count = in->samples->window.points;
	return r->value && r->tail ? 0 : err_no_memory(e);
}

static int fill_words(struct screen_row *r, const struct report_input *in, bool of_service,
	enum chart_kind kind, struct err *e) {
	const struct series_verdict *v = r->series;
	struct report_input brief = *in;
	struct buf name;
	struct buf tail;
	buf_init(&name, MAX_BYTES);
	buf_init(&tail, MAX_BYTES);
	buf_addf(&name, "%s%s%s", r->row.name, of_service ? "" : " ",
		of_service ? "" : metric_name(v->metric));
	/* With -v nothing is cut, and words are those of the lines. */
	brief.is_brief = in->style->verbosity == 0;
	if (of_service && !report_is_lost(v))
		report_add_silence(&brief, v, true, &tail);
	else
		report_add_reason(&brief, v, &tail);
	report_replace_brackets(&tail, 0);
	r->name = taken(&name);
	r->tail = taken(&tail);
	r->row.kind = kind;
	r->row.name = r->name;
	r->row.value = "";
	r->row.tail = r->tail;
	return r->name && r->tail ? 0 : err_no_memory(e);
}

/* --- which rows there are --- */

/* Whether all series of the service were lost for one reason. */
static bool is_lost_as_a_whole(const struct report_input *in, const struct series_verdict *v) {
	const struct series_verdict *first = report_first_of_service(in, v);
	for (const struct series_verdict *x = first; report_is_of_service(in, x, v->service); x++)
		if (!report_is_lost(x) ||
			strcmp(report_failure_of(in, x), report_failure_of(in, first)) != 0)
			return false;
	return true;
}

/* Whether all series were: the first line says it. */
static bool is_all_lost(const struct report_input *in) {
	const struct verdict *v = in->verdict;
	for (size_t i = 0; i < v->series_count; i++)
		if (!is_lost_as_a_whole(in, &v->series[i]) ||
			strcmp(report_failure_of(in, &v->series[i]),
				report_failure_of(in, &v->series[0])) != 0)
			return false;
	return v->series_count > 0 && v->problems == 0;
}

static struct screen_section *add_section(struct screen_rows *r, const struct report_input *in,
	const char *title, bool is_of_bars) {
	struct screen_section *s = &r->sections[r->section_count];
	struct buf heading;
	buf_init(&heading, MAX_BYTES);
	for (; *title; title++)
		buf_addc(&heading,
			*title >= 'a' && *title <= 'z' ? (char)(*title - 'a' + 'A') : *title);
	row_names_add_prefix(&r->names, &heading);
	*s = (struct screen_section){.heading = taken(&heading), .is_of_bars = is_of_bars};
	/* A series has a bar at most, and a row of words at most. */
	s->rows = calloc(in->verdict->series_count + 1, sizeof *s->rows);
	r->section_count++;
	return s->heading && s->rows ? s : NULL;
}

static struct screen_row *add_row(struct screen_rows *r, struct screen_section *s,
	const struct report_input *in, const struct series_verdict *v) {
	struct screen_row *row = &s->rows[s->count++];
	row->series = v;
	row->services = 1;
	row->distance = distance_of(in, v);
	row->row.name = row_names_get(&r->names, v->service);
	set_state(&row->row, v->state);
	return row;
}

static bool has_same_marks(const struct chart_row *a, const struct chart_row *b) {
	size_t i = 0;
	while (i < a->mark_count && i < b->mark_count &&
		a->marks[i].is_critical == b->marks[i].is_critical &&
		!(a->marks[i].pct < b->marks[i].pct) && !(a->marks[i].pct > b->marks[i].pct))
		i++;
	return i == a->mark_count && i == b->mark_count;
}

/* The scale has the marks that all of its rows have; those of other rows stand in their bars alone.
 */
static void set_marks_of_scale(struct screen_section *s) {
	if (s->count == 0)
		return;
	const struct chart_row *first = &s->rows[0].row;
	for (size_t i = 1; i < s->count; i++)
		if (!has_same_marks(&s->rows[i].row, first))
			return;
	memcpy(s->marks, first->marks, sizeof s->marks);
	s->mark_count = first->mark_count;
}

static int add_bars(struct screen_rows *r, const struct report_input *in, enum metric m,
	struct err *e) {
	const struct verdict *v = in->verdict;
	struct screen_section *s = add_section(r, in, metric_name(m), true);
	if (!s)
		return err_no_memory(e);
	s->metric = m;
	for (size_t i = 0; i < v->series_count; i++) {
		const struct series_verdict *x = &v->series[i];
		if (x->metric == m && has_bar(in, x) && fill_bar(add_row(r, s, in, x), in, e))
			return -1;
	}
	set_marks_of_scale(s);
	return 0;
}

/* Whether something is to be said of the series in words, beside its bar if it has one. */
static bool needs_words(const struct report_input *in, const struct series_verdict *v) {
	bool whole = report_is_of_tasks(v) || series_of(in, v)->status == SERIES_COMPLETE;
	return (!has_bar(in, v) || v->is_silent || !whole) && !report_is_told_elsewhere(in, v);
}

/* Whether the row, if there is one, tells the reason for which the series was lost as well. */
static bool tells_loss_of(const struct report_input *in, const struct screen_row *row,
	const struct series_verdict *v) {
	return row && strcmp(report_failure_of(in, row->series), report_failure_of(in, v)) == 0;
}

/* Names the row of services that were lost for one reason: "250 services". */
static int name_group(struct screen_row *row, struct err *e) {
	struct buf name;
	if (row->services < 2)
		return 0;
	buf_init(&name, MAX_BYTES);
	buf_addf(&name, "%zu service%s", row->services, text_plural(row->services));
	free(row->name);
	row->name = taken(&name);
	row->row.name = row->name;
	return row->name ? 0 : err_no_memory(e);
}

/* The sections of rows in words. */
enum words { WORDS_DOWN, WORDS_LACK, WORDS_NO_DATA };

static enum words words_of(const struct report_input *in, const struct series_verdict *v) {
	if (report_is_down(v))
		return WORDS_DOWN;
	return report_has_lack_explained(in, v) ? WORDS_LACK : WORDS_NO_DATA;
}

static int add_words(struct screen_rows *r, const struct report_input *in, enum words words,
	struct err *e) {
	static const char *const titles[] = {[WORDS_DOWN] = "DOWN",
		[WORDS_LACK] = "TOO FEW TASKS",
		[WORDS_NO_DATA] = "NO DATA"};
	const struct verdict *v = in->verdict;
	const struct series_verdict *last = NULL; /* of a service that has its row */
	struct screen_row *lost = NULL;           /* the last row of a service that was lost */
	struct screen_section *s = add_section(r, in, titles[words], false);
	if (!s)
		return err_no_memory(e);
	for (size_t i = 0; i < v->series_count; i++) {
		const struct series_verdict *x = &v->series[i];
		if (words_of(in, x) != words || !needs_words(in, x) ||
			(last && last->service == x->service))
			continue;
		bool is_lost = is_lost_as_a_whole(in, x);
		bool of_service = words == WORDS_DOWN || is_lost || report_is_for_service(in, x);
		last = of_service ? x : NULL;
		if (is_lost && in->style->verbosity == 0 && tells_loss_of(in, lost, x)) {
			lost->services++;
			continue;
		}
		struct screen_row *row = add_row(r, s, in, x);
		lost = is_lost ? row : lost;
		/* Of what ECS says of a failure, the end has the reason. */
		if (fill_words(row, in, of_service,
			    words == WORDS_NO_DATA ? CHART_WORDS : CHART_WORDS_TO_END, e))
			return -1;
	}
	for (size_t i = 0; i < s->count; i++)
		if (name_group(&s->rows[i], e))
			return -1;
	return 0;
}

/* --- order --- */

static int compare_peaks(const void *x, const void *y) {
	const struct screen_row *a = x;
	const struct screen_row *b = y;
	int by_peak = (b->row.pct > a->row.pct) - (b->row.pct < a->row.pct);
	if (report_is_of_tasks(a->series))
		by_peak = -by_peak;
	return by_peak != 0 ? by_peak : (a->series > b->series) - (a->series < b->series);
}

static int compare_states(const void *x, const void *y) {
	const struct screen_row *a = x;
	const struct screen_row *b = y;
	int rank = state_rank(b->series->state) - state_rank(a->series->state);
	return rank != 0 ? rank : (a->series > b->series) - (a->series < b->series);
}

int screen_rows_make(struct screen_rows *r, const struct report_input *in, struct err *e) {
	*r = (struct screen_rows){.section_count = 0};
	if (row_names_make(&r->names, in, e))
		return -1;
	if (is_all_lost(in))
		return 0;
	for (int m = 0; m < ALL_METRICS; m++)
		if (in->rules->metrics[m] && add_bars(r, in, (enum metric)m, e))
			return -1;
	if (add_words(r, in, WORDS_DOWN, e) || add_words(r, in, WORDS_LACK, e) ||
		add_words(r, in, WORDS_NO_DATA, e))
		return -1;
	for (size_t i = 0; i < r->section_count; i++) {
		struct screen_section *s = &r->sections[i];
		if (s->count > 1)
			qsort(s->rows, s->count, sizeof *s->rows,
				s->is_of_bars ? compare_peaks : compare_states);
	}
	return 0;
}

void screen_rows_free(struct screen_rows *r) {
	for (size_t i = 0; i < r->section_count; i++) {
		struct screen_section *s = &r->sections[i];
		for (size_t j = 0; s->rows && j < s->count; j++) {
			free(s->rows[j].name);
			free(s->rows[j].value);
			free(s->rows[j].tail);
		}
		free(s->rows);
		free(s->heading);
	}
	row_names_free(&r->names);
	*r = (struct screen_rows){.section_count = 0};
}
