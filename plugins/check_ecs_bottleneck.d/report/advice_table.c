#include "config.h"

#include "report/advice_table.h"

#include "base/num.h"
#include "report/words/advice.h"
#include "report/words/series.h"
#include "term/tty.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAME, NOW, USED, TAKE, USE, NOTE, COLUMNS };
enum { GAP = 2, MIN_NAME = 8, MAX_BYTES = 4096 };

static const char *const headings[COLUMNS] = {"", "size now", "used in 7 days", "would take",
	"would use", ""};

struct table_row {
	char letter;
	struct buf cells[COLUMNS];
	bool note_is_plain; /* the sizes say it as well */
	enum advice_verdict verdict;
};

struct table {
	struct table_row *rows; /* the first one is the heading */
	size_t count;
	size_t with_problem; /* the end of the rows of services with problems */
	bool has_kept;       /* services that keep their size have rows as well */
	int widths[COLUMNS];
	int columns; /* how many are shown */
};

/* --- cells --- */

static void add_shares(struct buf *out, const struct task_size *size, double cpu, double memory) {
	char text[NUM_TEXT_BYTES];
	if (size->cpu_units > 0)
		buf_addf(out, "%s%% cpu", num_format_fixed(cpu, 0, text));
	if (size->cpu_units > 0 && size->memory_mib > 0)
		buf_adds(out, ", ");
	if (size->memory_mib > 0)
		buf_addf(out, "%s%% mem", num_format_fixed(memory, 0, text));
}

/* What the same use would be of another size. */
static double share_of(double used, int64_t size, int64_t other) {
	return other > 0 ? used * (double)size / (double)other : 0;
}

static char letter_of(const struct report_input *in, size_t service) {
	static const char letters[] = {[STATE_OK] = ' ',
		[STATE_WARNING] = 'W',
		[STATE_CRITICAL] = 'C',
		[STATE_UNKNOWN] = 'U'};
	enum state worst = STATE_OK;
	for (size_t i = 0; i < in->verdict->series_count; i++)
		if (in->verdict->series[i].service == service)
			worst = state_worse(worst, in->verdict->series[i].state);
	return letters[worst];
}

static void fill_row(const struct report_input *in, size_t service, struct table_row *row) {
	const struct advice *a = &in->advisor->items[service].advice;
	const struct task_size *now = &a->size;
	const struct task_size *take = &a->suggested;
	bool of_fargate = in->samples->services[service].description.host == TASK_ON_FARGATE;
	row->letter = letter_of(in, service);
	report_add_name(&row->cells[NAME], in->samples->services[service].name);
	report_add_task_size(&row->cells[NOW], now, of_fargate);
	add_shares(&row->cells[USED], now, a->used_cpu, a->used_memory);
	if (a->verdict != ADVICE_LARGEST) {
		report_add_task_size(&row->cells[TAKE], take, of_fargate);
		add_shares(&row->cells[USE], take,
			share_of(a->used_cpu, now->cpu_units, take->cpu_units),
			share_of(a->used_memory, now->memory_mib, take->memory_mib));
	}
	row->verdict = a->verdict;
	row->note_is_plain = a->verdict == ADVICE_SMALLER || a->verdict == ADVICE_KEEP;
	if (a->verdict == ADVICE_SMALLER)
		buf_adds(&row->cells[NOTE], "could be smaller");
	else if (a->verdict == ADVICE_KEEP)
		buf_adds(&row->cells[NOTE], "keep");
	else
		report_add_advice_reason(in, service, &row->cells[NOTE]);
}

/* --- layout --- */

static int width_of(const struct buf *cell) {
	return tty_width(buf_str(cell), cell->len);
}

static int whole_width(const struct table *t, int columns) {
	int width = 2;
	for (int i = 0; i < columns; i++)
		width += t->widths[i] + (i > 0 ? GAP : 0);
	return width;
}

/* Of notes no column is made: one that does not fit takes a line of its own. */
static void lay_out(struct table *t, int room) {
	for (size_t i = 0; i < t->count; i++)
		for (int c = 0; c < NOTE; c++)
			if (width_of(&t->rows[i].cells[c]) > t->widths[c])
				t->widths[c] = width_of(&t->rows[i].cells[c]);
	t->columns = NOTE;
	while (t->columns > TAKE + 1 && whole_width(t, t->columns) > room)
		t->columns--;
	int excess = whole_width(t, t->columns) - room;
	if (excess > 0)
		t->widths[NAME] = t->widths[NAME] - excess > MIN_NAME ? t->widths[NAME] - excess
								      : MIN_NAME;
}

static void pad(struct buf *out, int columns) {
	for (; columns > 0 && !out->failed; columns--)
		buf_addc(out, ' ');
}

static void add_cell(const struct table *t, const struct table_row *row, int c, struct buf *out) {
	const struct buf *cell = &row->cells[c];
	size_t n = width_of(cell) <= t->widths[c] ? cell->len
						  : tty_fitting(buf_str(cell), t->widths[c] - 3);
	buf_add(out, buf_str(cell), n);
	int width = tty_width(buf_str(cell), n);
	if (n < cell->len) {
		buf_adds(out, "...");
		width += 3;
	}
	if (c + 1 < t->columns)
		pad(out, t->widths[c] - width + GAP);
}

static void add_row(const struct table *t, const struct table_row *row, int room, struct buf *out) {
	const struct buf *note = &row->cells[NOTE];
	size_t start = out->len;
	buf_addc(out, row->letter);
	buf_addc(out, ' ');
	for (int c = 0; c < t->columns; c++)
		add_cell(t, row, c, out);
	int width = whole_width(t, t->columns);
	if (note->len > 0 && width + GAP + width_of(note) <= room) {
		pad(out, width - tty_width(buf_str(out) + start, out->len - start) + GAP);
		buf_adds(out, buf_str(note));
	} else if (note->len > 0 && !row->note_is_plain) {
		buf_addf(out, "\n    %s", buf_str(note));
	}
	while (!out->failed && out->len > start && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
	for (int c = 0; c < COLUMNS; c++)
		buf_fail_with(out, &row->cells[c]);
}

/* --- the rows there is room for --- */

static void free_table(struct table *t) {
	for (size_t i = 0; t->rows && i < t->count; i++)
		for (int c = 0; c < COLUMNS; c++)
			buf_free(&t->rows[i].cells[c]);
	free(t->rows);
}

/* Services with problems come first, each kind in the order of the advice. */
static int fill_table(const struct report_input *in, struct table *t, bool all, struct err *e) {
	size_t count = 0;
	size_t *list = report_sort_advice(in, all, &count);
	*t = (struct table){.rows = calloc(count + 1, sizeof *t->rows), .count = count + 1};
	if (!list || !t->rows) {
		free(list);
		return err_no_memory(e);
	}
	for (size_t i = 0; i < t->count; i++)
		for (int c = 0; c < COLUMNS; c++)
			buf_init(&t->rows[i].cells[c], MAX_BYTES);
	t->rows[0].letter = ' ';
	for (int c = 0; c < COLUMNS; c++)
		buf_adds(&t->rows[0].cells[c], headings[c]);
	size_t n = 1;
	for (int of_problems = 1; of_problems >= 0; of_problems--)
		for (size_t i = 0; i < count; i++)
			if ((letter_of(in, list[i]) != ' ') == (of_problems == 1))
				fill_row(in, list[i], &t->rows[n++]);
	t->with_problem = 1;
	while (t->with_problem < n && t->rows[t->with_problem].letter != ' ')
		t->with_problem++;
	free(list);
	return 0;
}

/* Appends so much of text as stays within the rows; returns what it takes of them. */
static size_t add_within(const struct report_input *in, const struct buf *text, size_t rows,
	struct buf *out) {
	size_t taken = tty_rows_of(buf_str(text), in->columns);
	buf_fail_with(out, text);
	if (taken > rows)
		return 0;
	buf_add(out, buf_str(text), text->len);
	return taken;
}

/* Appends the rows from the first one to the end that fit, *rows less then. Returns the first one
 * that does not. */
static size_t add_rows(const struct report_input *in, const struct table *t, size_t first,
	size_t end, size_t *rows, struct buf *out) {
	struct buf text;
	buf_init(&text, REPORT_MAX_BYTES);
	for (; first < end; first++) {
		buf_truncate(&text, 0);
		if (first == 1)
			add_row(t, &t->rows[0], in->columns - 1, &text);
		add_row(t, &t->rows[first], in->columns - 1, &text);
		size_t taken = add_within(in, &text, *rows, out);
		if (taken == 0)
			break;
		*rows -= taken;
	}
	buf_free(&text);
	return first;
}

static void add_part(struct buf *out, size_t start, size_t count, const char *words) {
	if (count > 0)
		buf_addf(out, "%s%zu %s", out->len > start ? ", " : "", count, words);
}

/* "  ... 9 more would be larger, 6 smaller; -v shows them". rest: what follows the table is left
 * out as well. */
static void add_count(const struct report_input *in, const struct table *t, size_t shown, bool rest,
	struct buf *out) {
	size_t counts[ADVICE_LARGEST + 1] = {0};
	for (size_t i = shown; i < t->count; i++)
		counts[t->rows[i].verdict]++;
	const struct advisor *a = in->advisor;
	for (size_t i = 0; rest && i < a->count; i++) {
		const struct service_advice *x = &a->items[i];
		bool is_kept = x->is_known && x->advice.verdict == ADVICE_KEEP;
		if (x->is_asked && is_kept && !t->has_kept)
			counts[ADVICE_KEEP]++;
		if (x->is_asked && (!x->is_known || x->advice.verdict == ADVICE_UNKNOWN))
			counts[ADVICE_UNKNOWN]++;
	}
	struct buf note;
	buf_init(&note, MAX_BYTES);
	add_part(&note, 0, counts[ADVICE_LARGER] + counts[ADVICE_LARGEST],
		shown > 1 ? "more would be larger" : "would be larger");
	add_part(&note, 0, counts[ADVICE_SMALLER], note.len > 0 ? "smaller" : "would be smaller");
	add_part(&note, 0, counts[ADVICE_KEEP], "the same");
	add_part(&note, 0, counts[ADVICE_UNKNOWN], "without advice");
	if (note.len > 0) {
		static const char before[] = "  ... ";
		static const char how[] = "; -v shows them";
		const int room = in->columns - 1 - (int)strlen(before);
		bool fits = (int)(note.len + strlen(how)) <= room;
		buf_addf(out, "%s%.*s%s\n", before, (int)tty_fitting(buf_str(&note), room),
			buf_str(&note), fits ? how : "");
	}
	buf_fail_with(out, &note);
	buf_free(&note);
}

/* Rows of problems, what is to be said of all, other rows; what there is no room for is counted. */
static void add_what_fits(const struct report_input *in, const struct table *t, size_t rows,
	const struct buf *rest, struct buf *out) {
	const size_t count_row = 1;
	size_t left = rows > count_row ? rows - count_row : 0;
	size_t rest_rows = tty_rows_of(buf_str(rest), in->columns);
	size_t shown = add_rows(in, t, 1, t->with_problem, &left, out);
	bool has_rest = shown == t->with_problem && rest_rows <= left;
	if (has_rest) {
		left -= rest_rows;
		shown = add_rows(in, t, shown, t->count, &left, out);
	}
	add_count(in, t, shown, !has_rest, out);
	if (has_rest)
		buf_adds(out, buf_str(rest));
}

int report_add_advice_table(const struct report_input *in, size_t rows, struct buf *out,
	struct err *e) {
	struct table t;
	struct buf rest;
	if (!in->advisor || !in->advisor->items)
		return 0;
	bool all = in->rules->advise == ADVISE_PROBLEMS || in->style->verbosity > 0;
	if (fill_table(in, &t, all, e)) {
		free_table(&t);
		return -1;
	}
	t.has_kept = all;
	lay_out(&t, in->columns - 1);
	buf_init(&rest, REPORT_MAX_BYTES);
	report_add_advice_rest(in, all, "  ... ", &rest);
	size_t start = out->len;
	size_t unbound = SIZE_MAX;
	(void)add_rows(in, &t, 1, t.count, &unbound, out);
	buf_adds(out, buf_str(&rest));
	if (!out->failed && tty_rows_of(buf_str(out) + start, in->columns) > rows) {
		buf_truncate(out, start);
		add_what_fits(in, &t, rows, &rest, out);
	}
	buf_fail_with(out, &rest);
	buf_free(&rest);
	free_table(&t);
	return 0;
}
