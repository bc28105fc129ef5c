#include "config.h"

#include "report/fold.h"

#include "report/words/order.h"

#include <stdlib.h>

static bool is_ok(const struct screen_row *row) {
	return row->series->state == STATE_OK;
}

static void set_kept(struct screen_section *s, struct screen_row *row, bool is_kept) {
	s->kept += (size_t)is_kept - (size_t)row->is_kept;
	row->is_kept = is_kept;
}

size_t fold_rows(const struct screen_rows *r, size_t context_rows, enum fold_form form) {
	size_t spacing = form == FOLD_SPACED ? 1 : 0;
	size_t rows = spacing * (context_rows + 1);
	bool is_folded = false;
	for (size_t i = 0; i < r->section_count; i++) {
		const struct screen_section *s = &r->sections[i];
		bool has_note = s->kept < s->count && form != FOLD_WORST;
		is_folded = is_folded || s->kept < s->count;
		if (s->kept > 0 || has_note)
			rows += (s->kept > 0 ? 1 + s->kept : 0) + (has_note ? 1 : 0) + spacing;
	}
	return rows + (form == FOLD_WORST && is_folded ? 1 : 0);
}

/* Keeps what is not OK; of the rest what of_rest says, by section. */
static void keep(struct screen_rows *r, bool bars, bool words) {
	for (size_t i = 0; i < r->section_count; i++) {
		struct screen_section *s = &r->sections[i];
		for (size_t j = 0; j < s->count; j++)
			set_kept(s, &s->rows[j],
				!is_ok(&s->rows[j]) || (s->is_of_bars ? bars : words));
	}
}

size_t fold_least_rows(struct screen_rows *r, size_t context_rows, enum fold_form form) {
	keep(r, false, false);
	return fold_rows(r, context_rows, form);
}

/* The row of a section that is next to be shown: OK, and nearest to a threshold; of equals the
 * first. NULL: none. */
static struct screen_row *nearest_folded(const struct screen_section *s) {
	struct screen_row *found = NULL;
	for (size_t j = 0; s->is_of_bars && j < s->count; j++)
		if (!s->rows[j].is_kept && (!found || s->rows[j].distance < found->distance))
			found = &s->rows[j];
	return found;
}

/* Shows rows again as long as there is room, one in each section in turn. */
static void unfold(struct screen_rows *r, size_t rows, size_t context_rows, enum fold_form form) {
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < r->section_count; i++) {
			struct screen_section *s = &r->sections[i];
			struct screen_row *row = nearest_folded(s);
			if (!row)
				continue;
			set_kept(s, row, true);
			if (fold_rows(r, context_rows, form) <= rows)
				changed = true;
			else
				set_kept(s, row, false);
		}
	}
}

struct candidate {
	struct screen_section *section;
	struct screen_row *row;
};

static int compare_worst(const void *x, const void *y) {
	const struct candidate *a = x;
	const struct candidate *b = y;
	return report_compare_worst(a->row->series, b->row->series);
}

static int keep_worst(struct screen_rows *r, size_t rows, struct err *e) {
	size_t count = 0;
	for (size_t i = 0; i < r->section_count; i++)
		count += r->sections[i].kept;
	struct candidate *list = calloc(count + 1, sizeof *list);
	if (!list)
		return err_no_memory(e);
	size_t n = 0;
	for (size_t i = 0; i < r->section_count; i++) {
		struct screen_section *s = &r->sections[i];
		for (size_t j = 0; j < s->count; j++) {
			if (s->rows[j].is_kept)
				list[n++] = (struct candidate){s, &s->rows[j]};
			set_kept(s, &s->rows[j], false);
		}
	}
	if (n > 1)
		qsort(list, n, sizeof *list, compare_worst);
	for (size_t i = 0; i < n; i++) {
		set_kept(list[i].section, list[i].row, true);
		if (fold_rows(r, 0, FOLD_WORST) <= rows)
			continue;
		/* The worst one is shown whatever there is room for. */
		set_kept(list[i].section, list[i].row, i == 0);
		break;
	}
	free(list);
	return 0;
}

int fold(struct screen_rows *r, size_t rows, size_t context_rows, enum fold_form *form,
	struct err *e) {
	*form = FOLD_SPACED;
	keep(r, true, true);
	if (rows == 0 || fold_rows(r, context_rows, *form) <= rows)
		return 0;
	keep(r, true, false);
	if (fold_rows(r, context_rows, *form) <= rows)
		return 0;
	keep(r, false, false);
	if (fold_rows(r, context_rows, *form) > rows)
		*form = FOLD_DENSE;
	if (fold_rows(r, context_rows, *form) > rows) {
		*form = FOLD_WORST;
		return keep_worst(r, rows, e);
	}
	unfold(r, rows, context_rows, *form);
	return 0;
}
