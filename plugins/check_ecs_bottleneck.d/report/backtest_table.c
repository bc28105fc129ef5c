#include "config.h"

#include "report/backtest_table.h"

#include "base/text.h"
#include "base/time.h"
#include "report/words/lasting_text.h"
#include "report/words/series.h"
#include "term/strip.h"
#include "term/tty.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMN_NAME, COLUMN_CRITICAL, COLUMN_WARNING, COLUMN_NO_DATA, COLUMN_LONGEST, COLUMN_LAST };
enum {
	COLUMNS = 6,
	GAP = 2,
	MAX_CELL_BYTES = 2048,
	MIN_STRIP = 10,
	GOOD_STRIP = 20, /* names give way to it at a terminal */
	MIN_NAME = 16,
	MAX_STRIP = 56,
	COLUMNS_ELSEWHERE = 120
};

/* --- cells --- */

/* Of a service with lost series what is told is the least, and nothing may be wrong. */
static const char *nothing_of(const struct replay_service *x) {
	return x->lost > 0 ? "not known" : "-";
}

static void add_times_of(struct buf *out, const struct replay_service *x, enum state state) {
	if (x->counts.by[state].times == 0)
		buf_adds(out, nothing_of(x));
	else
		report_backtest_add_times(out, &x->counts.by[state]);
}

void report_backtest_add_times(struct buf *out, const struct backtest_share *share) {
	if (share->times == 0) {
		buf_adds(out, "-");
		return;
	}
	buf_addf(out, "%zu time%s, ", share->times, text_plural(share->times));
	lasting_text_add_span(out, share->total_s);
}

/* " (cpu, memory not known)" of the lost series. */
static void add_lost_metrics(const struct backtest_report *r, const struct replay_service *x,
	struct buf *out) {
	const char *separator = " (";
	for (int m = 0; m < METRICS; m++) {
		if (!r->in->rules->metrics[m] || x->series[m].is_known)
			continue;
		buf_addf(out, "%s%s", separator, metric_name((enum metric)m));
		separator = ", ";
	}
	buf_adds(out, x->lost > 0 ? " not known)" : "");
}

/* The metrics that had a problem, or no data where none had one: "memory", "cpu, memory". */
static void add_metrics(const struct replay_service *x, struct buf *out) {
	bool problem = x->counts.by[STATE_CRITICAL].times + x->counts.by[STATE_WARNING].times > 0;
	bool first = true;
	for (int m = 0; m < METRICS; m++) {
		const struct backtest_share *by = x->series[m].counts.by;
		size_t times = problem ? by[STATE_CRITICAL].times + by[STATE_WARNING].times
				       : by[STATE_UNKNOWN].times;
		if (!x->series[m].is_known || times == 0)
			continue;
		buf_addf(out, "%s%s", first ? " " : ", ", metric_name((enum metric)m));
		first = false;
	}
}

static const struct backtest_share *worst_share(const struct replay_service *x) {
	const struct backtest_share *by = x->counts.by;
	return by[STATE_CRITICAL].times   ? &by[STATE_CRITICAL]
		: by[STATE_WARNING].times ? &by[STATE_WARNING]
					  : NULL;
}

static bool is_quiet(const struct replay_service *x) {
	return !worst_share(x) && x->lost == 0 && x->counts.by[STATE_UNKNOWN].times == 0;
}

/* What stands behind the name. */
static void add_what(const struct backtest_report *r, const struct replay_service *x,
	struct buf *out) {
	add_metrics(x, out);
	add_lost_metrics(r, x, out);
}

static void add_cell(const struct backtest_report *r, const struct replay_service *x, int column,
	struct buf *out) {
	const struct backtest_share *worst = worst_share(x);
	char time[TIME_MINUTE_BYTES];
	switch (column) {
	case COLUMN_NAME:
		report_add_name(out, r->in->samples->services[x->service].name);
		add_what(r, x, out);
		return;
	case COLUMN_CRITICAL:
		add_times_of(out, x, STATE_CRITICAL);
		return;
	case COLUMN_WARNING:
		add_times_of(out, x, STATE_WARNING);
		return;
	case COLUMN_NO_DATA:
		add_times_of(out, x, STATE_UNKNOWN);
		return;
	default:
		if (!worst)
			buf_adds(out, nothing_of(x));
		else if (column == COLUMN_LONGEST)
			lasting_text_add_span(out, worst->longest_s);
		else
			buf_adds(out,
				time_format_minute(r->replay->first_s +
						(int64_t)worst->last_from * r->replay->interval_s,
					time));
	}
}

/* --- rows --- */

struct table {
	const struct backtest_report *r;
	int widths[COLUMNS];
	bool has[COLUMNS];
	struct strip strip; /* cells 0: none */
	enum strip_mark *marks;
};

static const char *const titles[COLUMNS] = {"", "CRITICAL", "WARNING", "no data", "longest",
	"last began"};

static bool is_shown(const struct backtest_report *r, const struct replay_service *x) {
	return r->in->style->verbosity > 0 || !is_quiet(x);
}

static void measure(struct table *t) {
	struct buf cell;
	buf_init(&cell, MAX_CELL_BYTES);
	for (int c = 0; c < COLUMNS; c++)
		t->widths[c] = (int)strlen(titles[c]);
	for (size_t i = 0; i < t->r->replay->count; i++) {
		for (int c = 0; c < COLUMNS && is_shown(t->r, &t->r->replay->services[i]); c++) {
			buf_truncate(&cell, 0);
			add_cell(t->r, &t->r->replay->services[i], c, &cell);
			int width = tty_width(buf_str(&cell), cell.len);
			t->widths[c] = width > t->widths[c] ? width : t->widths[c];
		}
	}
	buf_free(&cell);
}

/* A name that is too long is cut at its end; what stands behind it stays. */
static void add_name(const struct table *t, const struct replay_service *x, struct buf *out) {
	const char *mark = t->strip.utf8 ? "…" : "...";
	struct buf what;
	buf_init(&what, MAX_CELL_BYTES);
	add_cell(t->r, x, COLUMN_NAME, out);
	if (tty_width(buf_str(out), out->len) > t->widths[COLUMN_NAME]) {
		add_what(t->r, x, &what);
		int room = t->widths[COLUMN_NAME] - tty_width(buf_str(&what), what.len) -
			tty_width(mark, strlen(mark));
		/* Names of services are ASCII: a byte is a column. */
		buf_truncate(out, room > 0 && (size_t)room < out->len ? (size_t)room : 0);
		buf_adds(out, mark);
		buf_adds(out, buf_str(&what));
	}
	buf_fail_with(out, &what);
	buf_free(&what);
}

/* At a terminal long names give way to a strip, to a long one if that leaves them enough. */
static void limit_names(struct table *t, int columns) {
	int room = t->r->in->columns - 1 - GOOD_STRIP - 2 * GAP;
	for (int c = COLUMN_NAME + 1; c < columns; c++)
		room -= t->widths[c] + GAP;
	if (room < MIN_NAME)
		room += GOOD_STRIP - MIN_STRIP;
	if (room >= MIN_NAME && t->widths[COLUMN_NAME] > room)
		t->widths[COLUMN_NAME] = room;
}

/* How many cells a strip beside the first columns has room for; 0: too few of them. */
static size_t strip_cells(const struct table *t, int columns) {
	const struct report_input *in = t->r->in;
	size_t instants = t->r->replay->instants;
	int room = (in->columns > 0 ? in->columns : COLUMNS_ELSEWHERE) - 1;
	for (int c = 0; c < columns; c++)
		room -= t->widths[c] + GAP;
	size_t cells = room > MAX_STRIP ? MAX_STRIP : room < 0 ? 0 : (size_t)room;
	if (cells >= instants)
		return instants;
	return room < MIN_STRIP ? 0 : cells;
}

/* At a terminal the strip tells when; where there is none, and with -v, columns do. */
static int begin_table(struct table *t, const struct backtest_report *r, struct err *e) {
	const struct report_input *in = r->in;
	bool has_all = in->style->verbosity > 0;
	*t = (struct table){.r = r, .strip = {.utf8 = in->utf8, .colour = in->colour}};
	measure(t);
	if (in->chart && in->columns > 0)
		limit_names(t, has_all ? COLUMNS : COLUMN_LONGEST);
	if (in->chart)
		t->strip.cells = strip_cells(t, has_all ? COLUMNS : COLUMN_LONGEST);
	for (int c = 0; c < COLUMNS; c++)
		t->has[c] = c < COLUMN_LONGEST || has_all || t->strip.cells == 0;
	if (t->strip.cells == 0)
		return 0;
	t->marks = calloc(r->replay->instants, sizeof *t->marks);
	return t->marks ? 0 : err_no_memory(e);
}

static void pad(struct buf *out, int columns) {
	while (columns-- > 0)
		buf_addc(out, ' ');
}

static void end_line(struct buf *out) {
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

static void add_titles(const struct table *t, struct buf *out) {
	const struct replay *p = t->r->replay;
	for (int c = 0; c < COLUMNS; c++) {
		if (!t->has[c])
			continue;
		buf_addf(out, "%-*s", t->widths[c] + GAP, titles[c]);
		if (c == COLUMN_NAME && t->strip.cells > 0) {
			strip_add_dates(out, &t->strip, p->first_s - p->interval_s,
				p->first_s - p->interval_s + replay_span_s(p));
			pad(out, GAP);
		}
	}
	end_line(out);
}

static void add_strip(const struct table *t, const struct replay_service *x, struct buf *out) {
	static const enum strip_mark mark_of[] = {[STATE_OK] = STRIP_QUIET,
		[STATE_WARNING] = STRIP_LOW,
		[STATE_CRITICAL] = STRIP_HIGH,
		[STATE_UNKNOWN] = STRIP_GAP};
	/* What is lost may have been worse than OK. */
	for (size_t i = 0; i < t->r->replay->instants; i++)
		t->marks[i] = x->lost > 0 && x->states[i] == STATE_OK ? STRIP_BLANK
								      : mark_of[x->states[i]];
	strip_add(out, &t->strip, t->marks, t->r->replay->instants);
	pad(out, GAP);
}

static void add_row(const struct table *t, const struct replay_service *x, struct buf *out) {
	struct buf cell;
	buf_init(&cell, MAX_CELL_BYTES);
	for (int c = 0; c < COLUMNS; c++) {
		if (!t->has[c])
			continue;
		buf_truncate(&cell, 0);
		if (c == COLUMN_NAME)
			add_name(t, x, &cell);
		else
			add_cell(t->r, x, c, &cell);
		buf_adds(out, buf_str(&cell));
		pad(out, t->widths[c] + GAP - tty_width(buf_str(&cell), cell.len));
		if (c == COLUMN_NAME && t->strip.cells > 0)
			add_strip(t, x, out);
	}
	end_line(out);
	buf_fail_with(out, &cell);
	buf_free(&cell);
}

static void add_rows(const struct table *t, struct buf *out) {
	static const char *const words[] = {[STRIP_QUIET] = "OK",
		[STRIP_GAP] = "no data",
		[STRIP_LOW] = "WARNING",
		[STRIP_HIGH] = "CRITICAL"};
	const struct replay *p = t->r->replay;
	size_t shown = 0;
	for (size_t i = 0; i < p->count; i++)
		shown += is_shown(t->r, &p->services[i]);
	if (shown > 0)
		add_titles(t, out);
	for (size_t i = 0; i < p->count && !out->failed; i++)
		if (is_shown(t->r, &p->services[i]))
			add_row(t, &p->services[i], out);
	if (shown < p->count)
		buf_addf(out, "... %zu service%s never\n", p->count - shown,
			text_plural(p->count - shown));
	if (shown > 0 && t->strip.cells > 0) {
		strip_add_legend(out, &t->strip, words);
		buf_addc(out, '\n');
	}
}

int report_backtest_add_table(const struct backtest_report *r, struct buf *out, struct err *e) {
	struct table table;
	if (begin_table(&table, r, e))
		return -1;
	add_rows(&table, out);
	free(table.marks);
	return 0;
}
