/* Internals of the picker, for its own files only. */
#ifndef TERM_PICKER_STATE_H
#define TERM_PICKER_STATE_H

#include "term/picker.h"
#include "term/picker_list.h"

enum { PICKER_LOOK_MS = 200 }; /* how often the stop flag is checked */

/* The numbered prompt: line by line, the terminal's modes unchanged. */
enum picker_end picker_prompt(const struct picker *p, struct picker_list *list, size_t *index);

#ifdef HAVE_NCURSES
struct buf;

/* Whether the terminal named by TERM can position its cursor. Appends to undo what restores it
 * after a full-screen program. */
bool picker_terminal_serves(struct buf *undo);

/* The list on a full screen. false: the terminal could not be set up, and nothing was drawn. */
bool picker_screen(const struct picker *p, struct picker_list *list, size_t *index,
	enum picker_end *end);
#endif

#endif
