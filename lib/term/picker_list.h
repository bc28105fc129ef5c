/* The names shown, the selected one, and the text typed to narrow them: a picker without its
 * terminal. */
#ifndef TERM_PICKER_LIST_H
#define TERM_PICKER_LIST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { PICKER_FILTER_BYTES = 256 };

struct picker_list {
	const char *const *names; /* borrowed */
	size_t count;
	char filter[PICKER_FILTER_BYTES]; /* what was typed, UTF-8 */
	size_t *shown; /* indices of the names that contain the filter, in the order of names */
	size_t shown_count;
	size_t cursor; /* in shown; 0 when it is empty */
	size_t top;    /* in shown: the first one on the screen */
};

/* Shows all names and selects the first. 0, or -1 with ERR_MEMORY. Free it with picker_list_free,
 * which accepts a zeroed struct. */
int picker_list_init(struct picker_list *l, const char *const *names, size_t count, struct err *e);
void picker_list_free(struct picker_list *l);

/* Moves the cursor, up if steps is negative; it stops at either end. */
void picker_list_move(struct picker_list *l, long steps);

/* Change the filter: set it (cut at its bound; "" for none), append a character (ignored if it does
 * not fit or is invisible), remove the last one. ASCII case is ignored. The cursor stays on its
 * name while that is shown, else it goes to the first one. */
void picker_list_narrow(struct picker_list *l, const char *filter);
void picker_list_type(struct picker_list *l, uint32_t codepoint);
void picker_list_erase(struct picker_list *l);

/* Scrolls a screen of this many rows (at least 1) so that it shows the cursor and leaves no row
 * needlessly empty. */
void picker_list_scroll(struct picker_list *l, size_t rows);

/* The filter's position in name: bytes from *from to before *to, both 0 without filter. */
void picker_list_match(const struct picker_list *l, const char *name, size_t *from, size_t *to);

#endif
