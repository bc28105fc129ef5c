/* What the terminal is and can show. */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>

/* Whether the descriptor is a terminal. */
bool tty_is_terminal(int fd);

/* Whether the process may use that terminal: it is in its foreground, or no job control of its own
 * holds there. In the background the terminal would stop it. */
bool tty_is_foreground(int fd);

/* How many columns the terminal has; 0: it does not tell. */
int tty_columns(int fd);

/* Whether the locale (LC_CTYPE, set by main) encodes text as UTF-8. */
bool tty_is_utf8(void);

#endif
