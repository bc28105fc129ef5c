#include "config.h"

#include "term/picker_state.h"

#include "base/text.h"
#include "term/tty.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>

/* With a single column, ncurses 6.4 reads outside its own memory (seen with valgrind). */
enum { ESCAPE_MS = 100, MAX_CHARS = 512, MARGIN = 2, MIN_COLUMNS = 2 };
enum { CTRL_C = 3, CTRL_N = 14, CTRL_P = 16, CTRL_U = 21, CTRL_Z = 26, ESCAPE = 27, DELETE = 127 };

/* --- one name in one row --- */

/* A text as the terminal gets it, character by character. */
struct cells {
	wchar_t chars[MAX_CHARS];
	int widths[MAX_CHARS]; /* in columns */
	size_t count;
	size_t from, to; /* the marked part */
};

static void decode(struct cells *c, const char *text, size_t from, size_t to) {
	size_t n = strlen(text);
	*c = (struct cells){0};
	for (size_t i = 0; i < n && c->count < MAX_CHARS;) {
		uint32_t codepoint = '?';
		size_t length = text_utf8_decode(text + i, n - i, &codepoint);
		int width = wcwidth((wchar_t)codepoint);
		c->from += i < from;
		c->to += i < to;
		c->chars[c->count] = width < 0 ? L'?' : (wchar_t)codepoint;
		c->widths[c->count++] = width < 0 ? 1 : width;
		i += length ? length : 1;
	}
}

static int width_of(const struct cells *c, size_t from, size_t to) {
	int width = 0;
	for (size_t i = from; i < to; i++)
		width += c->widths[i];
	return width;
}

static void draw_cut(const wchar_t *ascii) {
	(void)addnwstr(tty_is_utf8() ? L"\u2026" : ascii, 1);
}

/* Draws the text in this many columns, with a sign at an end that is cut; the marked part is kept
 * if there is room. */
static void draw_text(const struct cells *c, int columns, attr_t plain) {
	size_t first = 0;
	while (first < c->from &&
		width_of(c, first, c->to) + (first > 0) + (c->to < c->count) > columns)
		first++;
	if (width_of(c, 0, c->count) <= columns)
		first = 0;
	if (first > 0)
		draw_cut(L"<");
	int left = columns - (first > 0);
	for (size_t i = first; i < c->count; i++) {
		bool rest_fits = width_of(c, i, c->count) <= left;
		if (!rest_fits && c->widths[i] > left - 1) {
			draw_cut(L">");
			break;
		}
		bool marked = i >= c->from && i < c->to;
		(void)attr_set(marked ? plain | A_BOLD | A_UNDERLINE : plain, 0, NULL);
		(void)addnwstr(&c->chars[i], 1);
		left -= c->widths[i];
		(void)attr_set(plain, 0, NULL);
	}
}

static void draw_line(int row, const char *text, attr_t attributes) {
	struct cells cells;
	decode(&cells, text, 0, 0);
	(void)attr_set(attributes, 0, NULL);
	(void)move(row, 0);
	draw_text(&cells, COLS, attributes);
	(void)attr_set(A_NORMAL, 0, NULL);
}

static void draw_name(const struct picker_list *l, int row, size_t shown) {
	const char *name = l->names[l->shown[shown]];
	bool pointed_at = shown == l->cursor;
	attr_t plain = pointed_at ? A_REVERSE : A_NORMAL;
	struct cells cells;
	size_t from;
	size_t to;
	picker_list_match(l, name, &from, &to);
	decode(&cells, name, from, to);
	(void)attr_set(plain, 0, NULL);
	(void)mvaddnstr(row, 0, pointed_at ? "> " : "  ", COLS < MARGIN ? COLS : MARGIN);
	if (COLS > MARGIN)
		draw_text(&cells, COLS - MARGIN, plain);
	(void)attr_set(A_NORMAL, 0, NULL);
}

/* --- the screen --- */

/* Rows above the list: fewer on a short screen. */
static int rows_above(void) {
	return LINES >= 4 ? 2 : LINES >= 2 ? 1 : 0;
}

static size_t list_rows(void) {
	int rows = LINES - rows_above() - (LINES >= 3);
	return rows > 0 ? (size_t)rows : 1;
}

static void draw(const struct picker *p, struct picker_list *l) {
	char line[PICKER_FILTER_BYTES + 100];
	size_t rows = list_rows();
	int above = rows_above();
	picker_list_scroll(l, rows);
	if (COLS < MIN_COLUMNS) {
		(void)untouchwin(stdscr); /* else waiting for a key would draw it */
		return;
	}
	(void)erase();
	if (above == 2)
		draw_line(0, p->title, A_BOLD);
	for (size_t i = 0; i < rows && l->top + i < l->shown_count; i++)
		draw_name(l, above + (int)i, l->top + i);
	if (LINES >= 3) {
		(void)snprintf(line, sizeof line,
			"%zu of %zu; Enter chooses, Esc leaves, typing narrows the list",
			l->shown_count, l->count);
		draw_line(LINES - 1, line, A_DIM);
	}
	if (above > 0) {
		(void)snprintf(line, sizeof line, "narrow: %s", l->filter);
		draw_line(above - 1, line, A_NORMAL);
	}
	(void)refresh();
}

/* --- keys --- */

static void on_function_key(struct picker_list *l, wint_t key) {
	long page = (long)list_rows();
	long all = (long)l->count;
	switch (key) {
	case KEY_UP:
		picker_list_move(l, -1);
		break;
	case KEY_DOWN:
		picker_list_move(l, 1);
		break;
	case KEY_PPAGE:
		picker_list_move(l, -page);
		break;
	case KEY_NPAGE:
		picker_list_move(l, page);
		break;
	case KEY_HOME:
		picker_list_move(l, -all);
		break;
	case KEY_END:
		picker_list_move(l, all);
		break;
	case KEY_BACKSPACE:
		picker_list_erase(l);
		break;
	case KEY_RESIZE:
		(void)clearok(stdscr, TRUE);
		break;
	default:
		break;
	}
}

static void on_character(struct picker_list *l, wint_t c) {
	switch (c) {
	case CTRL_N:
		picker_list_move(l, 1);
		break;
	case CTRL_P:
		picker_list_move(l, -1);
		break;
	case CTRL_U:
		picker_list_narrow(l, "");
		break;
	case CTRL_Z:
		(void)kill(0, SIGTSTP); /* the whole job, as the terminal would do it */
		break;
	case '\b':
	case DELETE:
		picker_list_erase(l);
		break;
	default:
		picker_list_type(l, (uint32_t)c);
	}
}

/* Whether standard input can give nothing more. Does not wait. */
static bool input_is_gone(void) {
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&in, 1, 0) > 0 && !(in.revents & POLLIN);
}

static enum picker_end run(const struct picker *p, struct picker_list *l, size_t *index) {
	draw(p, l);
	for (;;) {
		wint_t c = 0;
		int kind = get_wch(&c);
		if (*p->stop)
			return PICKER_STOPPED;
		if (kind == ERR) {
			if (input_is_gone())
				return PICKER_LEFT;
			continue;
		}
		bool enter = kind == KEY_CODE_YES ? c == KEY_ENTER : c == '\r' || c == '\n';
		if (enter && l->shown_count > 0) {
			*index = l->shown[l->cursor];
			return PICKER_CHOSEN;
		}
		if (kind != KEY_CODE_YES && (c == ESCAPE || c == CTRL_C))
			return PICKER_LEFT;
		if (kind == KEY_CODE_YES)
			on_function_key(l, c);
		else if (!enter)
			on_character(l, c);
		draw(p, l);
	}
}

/* --- the terminal, set up and restored --- */

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static void set_up(void) {
	(void)raw(); /* no key may end the process before the terminal is restored */
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(ESCAPE_MS);
	timeout(PICKER_LOOK_MS);
	(void)curs_set(0);
}

bool picker_screen(const struct picker *p, struct picker_list *list, size_t *index,
	enum picker_end *end) {
	struct sigaction before[SIGNALS];
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	for (int i = 0; i < SIGNALS; i++)
		(void)sigaction(signals[i], NULL, &before[i]);
	SCREEN *screen = newterm(NULL, out, stdin);
	if (screen) {
		set_up();
		*end = run(p, list, index);
		(void)endwin();
		delscreen(screen);
	}
	/* ncurses installs handlers where there were none. */
	for (int i = 0; i < SIGNALS; i++)
		(void)sigaction(signals[i], &before[i], NULL);
	(void)fclose(out);
	return screen != NULL;
}
