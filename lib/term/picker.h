/* Lets a person at a terminal choose one of many names: a list to move in and to narrow by typing
 * (ncurses), or a numbered prompt where there is no ncurses or the terminal cannot place the
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
	/* Told of bytes that put the terminal right should the process have to end without the
	 * picker's help (its modes are those at the time of the call), and of NULL once nothing is
	 * left to put right. NULL: nobody wants to know. */
	void (*guard)(const char *undo);
};

enum picker_end {
	PICKER_CHOSEN,
	PICKER_LEFT,    /* the person does not want any, or the terminal is gone */
	PICKER_STOPPED, /* the stop flag is set */
	PICKER_FAILED   /* the error says why: ERR_MEMORY */
};

/* Whether there is somebody to ask: standard input and standard error are terminals, and the
 * process is in the foreground there. */
bool picker_possible(void);

/* Asks; *index is set with PICKER_CHOSEN only. Takes as long as the person does. The terminal and
 * the signals' handlers are afterwards as they were. */
enum picker_end picker_choose(const struct picker *p, size_t *index, struct err *e);

#endif
