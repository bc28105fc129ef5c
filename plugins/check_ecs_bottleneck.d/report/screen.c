#include "config.h"

#include "report/screen.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"
#include "report/advice_table.h"
#include "report/fold.h"
#include "report/words/order.h"
#include "report/row_parts.h"
#include "report/words/series.h"
#include "term/tty.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_BYTES = 64 * 1024,
	PROMPT_ROWS = 1,
	INDENT = 2 /* of wrapped text */,
	FEW_ADVICE_ROWS = 6
};

struct screen {
	const struct report_input *in;
	const struct report_parts *parts;
	struct screen_rows rows;
	struct chart_layout layout;
	enum fold_form form;
	struct buf context, verdict; /* wrapped, without a line end and perfdata */
	struct buf advice;           /* whole lines */
};

/* --- texts of more than one row --- */

/* Appends text, broken at blanks so that no row has more than so many columns. The rows behind the
 * first one are indented: no text of others begins a line. */
static void add_wrapped(struct buf *out, const char *text, int columns) {
	int at = 0;
	while (*text) {
		size_t n = strcspn(text, " ");
		int width = tty_width(text, n);
		bool fits = at == 0 || at + 1 + width <= columns;
		if (at > 0)
			buf_adds(out, fits ? " " : "\n  ");
		buf_add(out, text, n);
		at = (at == 0 ? 0 : fits ? at + 1 : INDENT) + width;
		/* A word longer than a row is broken by the terminal. */
		at = at > columns ? at % (columns + 1) : at;
		text += n;
		text += strspn(text, " ");
	}
}

static void add_context(const struct screen *s, struct buf *out) {
	const struct report_input *in = s->in;
	char period[32];
	char window[32];
	char end[TIME_MINUTE_BYTES];
	struct buf line;
	buf_init(&line, MAX_BYTES);
	if (in->samples->account[0]) {
		buf_adds(&line, "account ");
		text_add_clean(&line, in->samples->account, sizeof in->samples->account);
		buf_adds(&line, ", ");
	}
	buf_addf(&line, "%s, ", in->target->region);
	if (rules_have_series(in->rules)) {
		report_add_statistics(in->rules, &line);
		buf_addf(&line, " per %s, %s until %s",
			num_format_duration(in->samples->window.period_s, period),
			num_format_duration(in->rules->window.window_s, window),
			time_format_minute(in->samples->window.end_s, end));
	} else {
		buf_addf(&line, "running tasks at %s", time_format_minute(in->samples->now_s, end));
	}
	add_wrapped(out, buf_str(&line), in->columns - 1);
	buf_fail_with(out, &line);
	buf_free(&line);
}

/* --- what is not shown --- */

static size_t count_folded(const struct screen_section *s, enum state state) {
	size_t count = 0;
	for (size_t i = 0; i < s->count; i++)
		if (!s->rows[i].is_kept && s->rows[i].series->state == state)
			count += s->rows[i].services;
	return count;
}

/* Appends what is true of the peaks of all folded rows, if they are not above those of the others:
 * " below 75%", or " at 68.7% or below" where some are the same. Nothing otherwise. */
static void add_bound_of_folded(const struct screen_section *s, struct buf *out) {
	const double tenth = 10;
	char text[NUM_TEXT_BYTES];
	double highest = 0;
	double lowest_kept = INFINITY;
	for (size_t i = 0; i < s->count; i++) {
		double peak = s->rows[i].row.pct;
		if (!s->rows[i].is_kept)
			highest = fmax(highest, peak);
		else
			lowest_kept = fmin(lowest_kept, peak);
	}
	double bound = floor(highest) + 1;
	if (bound > lowest_kept)
		bound = (floor(highest * tenth) + 1) / tenth;
	if (bound > highest && bound <= lowest_kept)
		buf_addf(out, " below %s%%", num_format_exact(bound, text));
	else if (highest <= lowest_kept)
		buf_addf(out, " at %s%% or below",
			num_format_exact(ceil(highest * tenth) / tenth, text));
}

static size_t count_of(const struct screen *s, size_t from_end) {
	return s->rows.section_count >= from_end
		? s->rows.sections[s->rows.section_count - from_end].count
		: 0;
}

/* "  ... 96 services below 75% (-v shows them); 1 is down" */
static void add_note(const struct screen *s, const struct screen_section *x, bool is_first,
	struct buf *out) {
	size_t count = x->count - x->kept;
	struct buf note;
	buf_init(&note, MAX_BYTES);
	if (x->is_of_bars) {
		buf_adds(&note, "... ");
		if (x->kept == 0) /* and has no heading */
			buf_addf(&note, "%s of ", metric_name(x->metric));
		buf_addf(&note, "%zu service%s", count, count == 1 ? "" : "s");
		size_t before = note.len;
		if (x->metric == METRIC_TASKS)
			buf_adds(&note, count == 1 ? " that is OK" : " that are OK");
		else
			add_bound_of_folded(x, &note);
		if (note.len == before)
			buf_addf(&note, " further from %s thresholds",
				count == 1 ? "its" : "their");
	} else {
		buf_addf(&note, "... %zu without data that %s OK", count,
			count == 1 ? "is" : "are");
	}
	if (is_first)
		buf_adds(&note, count == 1 ? " (-v shows it)" : " (-v shows them)");
	size_t down = count_of(s, 3);
	if (is_first && x->is_of_bars && down > 0)
		buf_addf(&note, "; %zu %s down", down, down == 1 ? "is" : "are");
	buf_adds(out, "  ");
	chart_add_label(out, buf_str(&note), NULL,
		tty_width(buf_str(&note), note.len) < s->in->columns - 3
			? tty_width(buf_str(&note), note.len)
			: s->in->columns - 3,
		s->in->utf8);
	buf_addc(out, '\n');
	buf_fail_with(out, &note);
	buf_free(&note);
}

/* "  ... and 31 CRITICAL, 5 WARNING, 960 OK series (-v shows them)": rows of all sections, where a
 * service has one for each metric. */
static void add_total_note(const struct screen *s, struct buf *out) {
	static const enum state states[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN, STATE_OK};
	const size_t start = out->len;
	bool first = true;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		size_t count = 0;
		for (size_t j = 0; j < s->rows.section_count; j++)
			count += count_folded(&s->rows.sections[j], states[i]);
		if (count > 0)
			buf_addf(out, "%s %zu %s", first ? "  ... and" : ",", count,
				state_name(states[i]));
		first = first && count == 0;
	}
	if (first)
		return;
	static const char advice[] = " (-v shows them)";
	buf_adds(out, " series");
	int width = tty_width(buf_str(out) + start, out->len - start) + (int)strlen(advice);
	buf_addf(out, "%s\n", width < s->in->columns ? advice : "");
}

/* --- the parts --- */

static void add_section_rows(const struct screen *s, const struct screen_section *x,
	struct buf *out) {
	struct buf url;
	buf_init(&url, REPORT_MAX_BYTES);
	for (size_t i = 0; i < x->count; i++) {
		if (!x->rows[i].is_kept)
			continue;
		struct chart_row row = x->rows[i].row;
		buf_truncate(&url, 0);
		if (s->in->links && x->rows[i].series->points > 0)
			report_add_url(s->in, x->rows[i].series, &url);
		row.url = url.len > 0 ? buf_str(&url) : NULL;
		chart_add_row(out, &s->layout, &row, s->in->style->verbosity > 0);
	}
	buf_fail_with(out, &url);
	buf_free(&url);
}

static void add_heading(const struct screen *s, const struct screen_section *x, struct buf *out) {
	if (x->is_of_bars) {
		char span[32];
		bool is_of_tasks = x->metric == METRIC_TASKS;
		(void)num_format_duration(s->in->rules->window.window_s, span);
		const struct chart_heading heading = {.text = x->heading,
			.value = is_of_tasks ? "now" : "peak",
			.marks = x->marks,
			.mark_count = x->mark_count,
			.span = is_of_tasks ? "" : span};
		chart_add_heading(out, &s->layout, &heading);
	} else {
		buf_addf(out, "%s\n", x->heading);
	}
}

static void add_sections(const struct screen *s, struct buf *out) {
	bool has_note = false;
	for (size_t i = 0; i < s->rows.section_count; i++) {
		const struct screen_section *x = &s->rows.sections[i];
		bool is_folded = x->kept < x->count && s->form != FOLD_WORST;
		if (x->kept > 0) {
			add_heading(s, x, out);
			add_section_rows(s, x, out);
		}
		if (is_folded) {
			add_note(s, x, !has_note, out);
			has_note = true;
		}
		if (s->form == FOLD_SPACED && (x->kept > 0 || is_folded))
			buf_addc(out, '\n');
	}
	if (s->form == FOLD_WORST)
		add_total_note(s, out);
}

static bool is_not_ok(const struct series_verdict *v) {
	return v->state != STATE_OK;
}

/* With -v, "api memory: https://..." for each series with data that is not OK, the worst first. */
static void add_links(const struct screen *s, struct buf *out) {
	size_t count = 0;
	size_t before = out->len;
	const struct series_verdict **list = report_sorted(s->in->verdict, is_not_ok, &count);
	struct buf url;
	buf_init(&url, REPORT_MAX_BYTES);
	out->failed = out->failed || !list;
	for (size_t i = 0; list && s->in->style->verbosity > 0 && i < count; i++) {
		const struct series_verdict *x = list[i];
		buf_truncate(&url, 0);
		if (x->points > 0)
			report_add_url(s->in, x, &url);
		if (url.len == 0)
			continue;
		report_add_name(out, s->in->samples->services[x->service].name);
		buf_addf(out, " %s: %s\n", metric_name(x->metric), buf_str(&url));
	}
	if (out->len > before)
		buf_addc(out, '\n');
	buf_fail_with(out, &url);
	buf_free(&url);
	free(list);
}

static void add_context_line(const struct screen *s, struct buf *out) {
	const struct report_parts *p = s->parts;
	if (s->form != FOLD_SPACED && p->item_count == 0)
		return;
	buf_adds(out, buf_str(&s->context));
	for (size_t i = 0; i < p->item_count; i++) {
		buf_adds(out, i == 0 ? " |" : " ");
		buf_add(out, buf_str(&p->items_text) + p->items[i].start,
			p->items[i].end - p->items[i].start);
	}
	buf_adds(out, "\n\n");
}

static void lay_out(struct screen *s) {
	const struct report_input *in = s->in;
	s->layout = (struct chart_layout){.utf8 = in->utf8,
		.colour = in->colour,
		.columns = in->columns};
	for (size_t i = 0; i < s->rows.section_count; i++) {
		const struct screen_section *x = &s->rows.sections[i];
		if (x->is_of_bars && x->count > 0)
			chart_layout_measure_heading(&s->layout, x->heading);
		for (size_t j = 0; j < x->count; j++)
			chart_layout_measure(&s->layout, &x->rows[j].row);
	}
	chart_layout_set(&s->layout);
}

/* Room for all that is not OK comes before advice, and advice before what is OK. Blank lines have
 * to leave a few rows for it. */
static int fold_advice(struct screen *s, size_t room, size_t context_rows, struct err *e) {
	const struct report_input *in = s->in;
	if (report_add_advice_table(in, SIZE_MAX, &s->advice, e))
		return -1;
	size_t wanted = tty_rows_of(buf_str(&s->advice), in->columns);
	if (in->style->verbosity > 0 || wanted == 0)
		return 0;
	size_t few = wanted < FEW_ADVICE_ROWS ? wanted : FEW_ADVICE_ROWS;
	size_t taken = fold_least_rows(&s->rows, context_rows + 1, FOLD_SPACED);
	if (taken + few > room)
		taken = fold_least_rows(&s->rows, 0, FOLD_DENSE);
	buf_truncate(&s->advice, 0);
	return report_add_advice_table(in, room > taken ? room - taken : 1, &s->advice, e);
}

static int fold_screen(struct screen *s, struct err *e) {
	const struct report_input *in = s->in;
	struct buf last;
	buf_init(&last, REPORT_MAX_BYTES);
	buf_addf(&last, "%s%s", buf_str(&s->verdict), buf_str(&s->parts->summary));
	size_t outside = tty_rows_of(buf_str(&last), in->columns) +
		tty_rows_of(buf_str(&s->parts->body), in->columns) + PROMPT_ROWS;
	s->verdict.failed = s->verdict.failed || last.failed;
	buf_free(&last);
	size_t height = in->rows > 0 ? (size_t)in->rows : REPORT_USUAL_ROWS;
	size_t room = height > outside ? height - outside : 1;
	size_t context_rows = tty_rows_of(buf_str(&s->context), in->columns);
	if (fold_advice(s, room, context_rows, e))
		return -1;
	size_t advice_rows = tty_rows_of(buf_str(&s->advice), in->columns);
	room = room > advice_rows ? room - advice_rows : 1;
	/* Behind advice stands a blank line where there are such lines at all. */
	return fold(&s->rows, in->style->verbosity > 0 ? 0 : room,
		context_rows + (advice_rows > 0 ? 1 : 0), &s->form, e);
}

static void draw(const struct screen *s, struct buf *out) {
	const struct buf *const texts[] = {&s->context, &s->verdict, &s->advice,
		&s->parts->headline, &s->parts->summary, &s->parts->body, &s->parts->items_text};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		buf_fail_with(out, texts[i]);
	buf_adds(out, s->in->diagnosis);
	add_context_line(s, out);
	add_sections(s, out);
	add_links(s, out);
	buf_adds(out, buf_str(&s->advice));
	if (s->advice.len > 0 && s->form == FOLD_SPACED)
		buf_addc(out, '\n');
	buf_adds(out, buf_str(&s->parts->body));
	buf_addf(out, "%s%s\n", buf_str(&s->verdict), buf_str(&s->parts->summary));
}

int report_screen(const struct report_input *in, const struct report_parts *p, struct buf *out,
	struct err *e) {
	struct screen s = {.in = in, .parts = p};
	buf_init(&s.context, MAX_BYTES);
	buf_init(&s.verdict, REPORT_MAX_BYTES);
	buf_init(&s.advice, REPORT_MAX_BYTES);
	add_context(&s, &s.context);
	add_wrapped(&s.verdict, buf_str(&p->headline), in->columns - 1);
	int rc = screen_rows_make(&s.rows, in, e);
	if (rc == 0)
		rc = fold_screen(&s, e);
	if (rc == 0) {
		lay_out(&s);
		draw(&s, out);
		rc = buf_check(out, "report", e);
	}
	screen_rows_free(&s.rows);
	buf_free(&s.context);
	buf_free(&s.verdict);
	buf_free(&s.advice);
	return rc;
}
