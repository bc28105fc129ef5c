/* Lets a user at a terminal choose one of many names: a list to navigate and to narrow by typing
 * (ncurses), or a numbered prompt if there is no ncurses or the terminal cannot position the
 * cursor. Drawn on standard error, so that standard output may be redirected. */
#ifndef TERM_PICKER_H
#define TERM_PICKER_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* All borrowed. */
struct picker {
	const char *title;                 /* one line above the list */
	const char *const *names;          /* clean UTF-8 text, one line each */
	size_t count;                      /* at least 1 */
	const volatile sig_atomic_t *stop; /* non-zero ends it */
	/* Called with the bytes that restore the terminal if the process has to end without the
	 * picker (its modes are those at the time of the call), and with NULL once there is nothing
	 * to restore. NULL: not called. */
	void (*guard)(const char *undo);
};

enum picker_end {
	PICKER_CHOSEN,
	PICKER_LEFT,    /* the user wants none, or the terminal is gone */
	PICKER_STOPPED, /* the stop flag is set */
	PICKER_FAILED   /* the error says why: ERR_MEMORY */
};

/* Whether a user can be asked: standard input and standard error are terminals, and the process is
 * in the foreground there. */
bool picker_possible(void);

/* Asks, for as long as the user takes; sets *index only with PICKER_CHOSEN. Restores the terminal
 * and the signal handlers. */
enum picker_end picker_choose(const struct picker *p, size_t *index, struct err *e);

#endif
