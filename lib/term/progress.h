/* One line on standard error that shows a user the progress of a long run, removed at its end. */
#ifndef TERM_PROGRESS_H
#define TERM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PROGRESS_COLUMNS = 72 };

/* Zeroed except for guard: nothing is shown. */
struct progress {
	/* Called with the bytes that remove the line if the process has to end early, and with NULL
	 * once it is removed. NULL: not called. */
	void (*guard)(const char *undo);
	size_t columns; /* of the line; 0: it is not shown */
	char undo[PROGRESS_COLUMNS + 3];
};

/* Whether a user can see it: standard error is a terminal. */
bool progress_possible(void);

/* Shows text (one line, ASCII) in place of the last one, cut to the terminal's width. Does nothing
 * while the process is in the background there, or while the terminal accepts no output (Ctrl-S):
 * it never waits. p must not move until progress_clear. */
void progress_show(struct progress *p, const char *text);

/* Writes text as a line that stays, as far as the terminal takes it at once; nothing where
 * progress_show shows nothing. A line of progress is removed before. */
void progress_note(struct progress *p, const char *text);

/* Removes the line, if there is one. */
void progress_clear(struct progress *p);

#endif
