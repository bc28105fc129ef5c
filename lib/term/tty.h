/* What the terminal is and can show. */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the descriptor is a terminal. */
bool tty_is_terminal(int fd);

/* Whether the process may use that terminal: it is in its foreground, or no job control of its own
 * holds there. In the background the terminal would stop it. */
bool tty_is_foreground(int fd);

/* How many columns the terminal has; 0: it does not tell. */
int tty_columns(int fd);

/* Whether the locale (LC_CTYPE, set by main) encodes text as UTF-8. */
bool tty_is_utf8(void);

/* Whether a person at the terminal wants colours: NO_COLOR (no-color.org) is not set or empty, and
 * TERM names a terminal that is not dumb. */
bool tty_wants_colour(int fd);

/* How many columns n bytes of UTF-8 text take, and how many bytes fit into so many columns: wide
 * characters take two, combining ones none, as the locale has it (wcwidth); what it does not know
 * takes one. */
int tty_width(const char *text, size_t n);
size_t tty_fitting(const char *text, int columns);

#endif
