/* The inside of the picker, shared by its files. Nobody else includes it. */
#ifndef TERM_PICKER_STATE_H
#define TERM_PICKER_STATE_H

#include "term/picker.h"
#include "term/picker_list.h"

enum { PICKER_LOOK_MS = 200 }; /* how often the stop flag is looked at */

/* The numbered prompt: lines in and out, the terminal's modes untouched. */
enum picker_end picker_prompt(const struct picker *p, struct picker_list *list, size_t *index);

#ifdef HAVE_NCURSES
struct buf;

/* Whether the terminal that TERM names can place its cursor; undo gets what brings it back from a
 * full-screen program. */
bool picker_terminal_serves(struct buf *undo);

/* The list on a full screen. false: the terminal could not be set up, nothing was drawn. */
bool picker_screen(const struct picker *p, struct picker_list *list, size_t *index,
	enum picker_end *end);
#endif

#endif
