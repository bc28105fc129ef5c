#include "config.h"

#include "report/advice_table.h"

#include "base/num.h"
#include "report/words/advice.h"
#include "report/words/series.h"
#include "term/tty.h"

#include <stdlib.h>
#include <string.h>

enum { NAME, NOW, USED, TAKE, USE, NOTE, COLUMNS };
enum { GAP = 2, LEAST_NAME = 8, MAX_BYTES = 4096 };

static const char *const headings[COLUMNS] = {"", "size now", "used in 7 days", "would take",
	"would use", ""};

struct table_row {
	char letter;
	struct buf cells[COLUMNS];
	bool note_is_plain; /* the sizes say it as well */
};

struct table {
	struct table_row *rows; /* the first one is the heading */
	size_t count;
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
		t->widths[NAME] = t->widths[NAME] - excess > LEAST_NAME ? t->widths[NAME] - excess
									: LEAST_NAME;
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

int report_add_advice_table(const struct report_input *in, struct buf *out, struct err *e) {
	size_t count = 0;
	if (!in->advisor || !in->advisor->items)
		return 0;
	bool all = in->rules->advise == ADVISE_PROBLEMS || in->style->verbosity > 0;
	size_t *list = report_sort_advice(in, all, &count);
	struct table t = {.rows = calloc(count + 1, sizeof *t.rows), .count = count + 1};
	if (!list || !t.rows) {
		free(list);
		free(t.rows);
		return err_no_memory(e);
	}
	for (size_t i = 0; i < t.count; i++) {
		for (int c = 0; c < COLUMNS; c++)
			buf_init(&t.rows[i].cells[c], MAX_BYTES);
		t.rows[i].letter = ' ';
		if (i > 0)
			fill_row(in, list[i - 1], &t.rows[i]);
	}
	for (int c = 0; c < COLUMNS; c++)
		buf_adds(&t.rows[0].cells[c], headings[c]);
	lay_out(&t, in->columns - 1);
	for (size_t i = 0; count > 0 && i < t.count; i++)
		add_row(&t, &t.rows[i], in->columns - 1, out);
	report_add_advice_rest(in, all, "  ... ", out);
	buf_addc(out, '\n');
	for (size_t i = 0; i < t.count; i++)
		for (int c = 0; c < COLUMNS; c++)
			buf_free(&t.rows[i].cells[c]);
	free(t.rows);
	free(list);
	return 0;
}
