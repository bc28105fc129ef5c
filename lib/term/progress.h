/* One line on standard error that tells a person how far a long run has got, and that is gone when
 * the run is over. */
#ifndef TERM_PROGRESS_H
#define TERM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PROGRESS_COLUMNS = 72 };

/* Zeroed, but for guard: nothing is shown. */
struct progress {
	/* Told of the bytes that take the line away should the process have to end without our
	 * help, and of NULL once it is gone. NULL: nobody wants to know. */
	void (*guard)(const char *undo);
	size_t columns; /* that the line takes; 0: it is not there */
	char undo[PROGRESS_COLUMNS + 3];
};

/* Whether there is somebody to look: standard error is a terminal. */
bool progress_possible(void);

/* Shows text (one line, ASCII) in place of what was shown, cut to the terminal's width. Nothing
 * happens while the process is in the background there, or while the terminal takes nothing
 * (Ctrl-S): nobody waits for a picture. p has to stay where it is until progress_clear. */
void progress_show(struct progress *p, const char *text);

/* Takes the line away, if there is one. */
void progress_clear(struct progress *p);

#endif
