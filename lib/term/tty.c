#include "config.h"

#include "term/tty.h"

#include "base/env.h"
#include "base/text.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

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

bool tty_is_utf8(void) {
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool tty_wants_colour(int fd) {
	const char *term = env_get("TERM");
	return tty_is_terminal(fd) && !env_get("NO_COLOR") && term && strcmp(term, "dumb") != 0;
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
