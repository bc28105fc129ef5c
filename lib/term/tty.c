#include "config.h"

#include "term/tty.h"

#include "base/env.h"
#include "base/num.h"
#include "base/text.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { VTE_WITH_LINKS = 5000 /* 0.50 */ };

bool tty_is_terminal(int fd) {
	return isatty(fd) == 1;
}

bool tty_is_foreground(int fd) {
	pid_t group = tcgetpgrp(fd);
	return group <= 0 || group == getpgrp();
}

int tty_columns(int fd) {
	struct winsize size;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int tty_rows(int fd) {
	struct winsize size;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

bool tty_is_utf8(void) {
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool tty_wants_colour(int fd) {
	const char *term = env_get("TERM");
	return tty_is_terminal(fd) && !env_get("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

/* Whether value (NULL: no) is one of the names, the last of which is NULL. */
static bool is_one_of(const char *value, const char *const *names) {
	while (value && *names && strcmp(value, *names) != 0)
		names++;
	return value && *names;
}

bool tty_takes_links(int fd) {
	static const char *const programs[] = {"Hyper", "iTerm.app", "terminology", "WezTerm",
		"vscode", "ghostty", "zed", "mintty", NULL};
	static const char *const terminals[] = {"xterm-kitty", "alacritty", "alacritty-direct",
		"foot", "foot-extra", "xterm-ghostty", NULL};
	/* These show the sequence as text, whatever was inherited from another terminal. */
	static const char *const plain[] = {"dumb", "linux", NULL};
	const char *vte = env_get("VTE_VERSION");
	int64_t version = 0;
	if (!tty_is_terminal(fd) || !env_get("TERM") || is_one_of(env_get("TERM"), plain))
		return false;
	if (vte && num_parse_whole(vte, strlen(vte), INT32_MAX, &version) == 0 &&
		version >= VTE_WITH_LINKS)
		return true;
	return is_one_of(env_get("TERM_PROGRAM"), programs) ||
		is_one_of(env_get("TERM"), terminals);
}

/* The columns of the first character of n bytes; *bytes is its length. */
static int first_width(const char *text, size_t n, size_t *bytes) {
	uint32_t codepoint;
	*bytes = text_utf8_decode(text, n, &codepoint);
	if (*bytes == 0) {
		*bytes = 1;
		return 1;
	}
	int width = wcwidth((wchar_t)codepoint);
	return width < 0 ? 1 : width;
}

int tty_width(const char *text, size_t n) {
	int width = 0;
	size_t bytes;
	for (size_t i = 0; i < n; i += bytes)
		width += first_width(text + i, n - i, &bytes);
	return width;
}

size_t tty_fitting(const char *text, int columns) {
	size_t length = strlen(text);
	size_t i = 0;
	size_t bytes;
	for (int width = 0; i < length; i += bytes) {
		width += first_width(text + i, length - i, &bytes);
		if (width > columns)
			break;
	}
	return i;
}

size_t tty_fitting_end(const char *text, int columns) {
	int excess = tty_width(text, strlen(text)) - columns;
	size_t bytes;
	for (; excess > 0 && *text; text += bytes)
		excess -= first_width(text, strlen(text), &bytes);
	/* What combines with a character that is cut off goes with it. */
	while (*text && first_width(text, strlen(text), &bytes) == 0)
		text += bytes;
	return strlen(text);
}

size_t tty_rows_of(const char *text, int columns) {
	size_t rows = 0;
	while (*text) {
		size_t n = strcspn(text, "\n");
		int width = tty_width(text, n);
		rows += width > columns ? (size_t)((width + columns - 1) / columns) : 1;
		text += n + (text[n] == '\n');
	}
	return rows;
}
