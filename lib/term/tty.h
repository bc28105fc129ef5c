/* What the terminal is and can show. */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>

/* Whether the descriptor is a terminal. */
bool tty_is_terminal(int fd);

/* Whether the locale (LC_CTYPE, set by main) encodes text as UTF-8. */
bool tty_is_utf8(void);

#endif
