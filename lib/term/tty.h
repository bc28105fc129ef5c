/* What a terminal is and can show. */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the descriptor is a terminal. */
bool tty_is_terminal(int fd);

/* Whether the process may use that terminal: it is in its foreground, or this is not its
 * controlling terminal. A background process would be stopped. */
bool tty_is_foreground(int fd);

/* The terminal's number of columns; 0: unknown. */
int tty_columns(int fd);

/* The terminal's number of rows; 0: unknown. */
int tty_rows(int fd);

/* Whether the locale (LC_CTYPE, set by main) encodes text as UTF-8. */
bool tty_is_utf8(void);

/* Whether the user wants colours there: it is a terminal, NO_COLOR (no-color.org) is unset or
 * empty, and TERM is set and not dumb. */
bool tty_wants_colour(int fd);

/* Whether it is a terminal that is known to show links (escape sequence OSC 8): VTE 0.50 or newer
 * by VTE_VERSION, or one that TERM_PROGRAM or TERM names. The names are those of the crate
 * supports-hyperlinks 3.2.0 (https://docs.rs/supports-hyperlinks) and of
 * https://github.com/Alhadis/OSC8-Adoption (foot, mintty). */
bool tty_takes_links(int fd);

/* How many columns n bytes of UTF-8 text take, and how many bytes fit into this many columns: wide
 * characters take two, combining ones none, by the locale (wcwidth); unknown ones take one. */
int tty_width(const char *text, size_t n);
size_t tty_fitting(const char *text, int columns);

/* How many bytes at the end of the text, whole characters, fit into this many columns. */
size_t tty_fitting_end(const char *text, int columns);

/* The rows that lines of text take in a terminal of so many columns, which breaks what is longer;
 * the last line may lack its end. */
size_t tty_rows_of(const char *text, int columns);

#endif
