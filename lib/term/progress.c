#include "config.h"

#include "term/progress.h"

#include "term/tty.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Narrower terminals get no line. */
enum { MIN_COLUMNS = 10 };

bool progress_possible(void) {
	return tty_is_terminal(STDERR_FILENO);
}

static void write_if_ready(const char *bytes, size_t n) {
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
	if (!tty_is_foreground(STDERR_FILENO) || poll(&out, 1, 0) <= 0 || !(out.revents & POLLOUT))
		return;
	ssize_t written = write(STDERR_FILENO, bytes, n);
	(void)written;
}

/* The line has its full width from the start, so that the same bytes always erase it. It leaves one
 * column free: some terminals wrap when the last one is written. */
static bool begin_line(struct progress *p) {
	int columns = tty_columns(STDERR_FILENO);
	if (columns == 0 || columns > PROGRESS_COLUMNS)
		columns = PROGRESS_COLUMNS + 1;
	if (columns <= MIN_COLUMNS)
		return false;
	p->columns = (size_t)columns - 1;
	memset(p->undo, ' ', sizeof p->undo);
	p->undo[0] = p->undo[p->columns + 1] = '\r';
	p->undo[p->columns + 2] = '\0';
	if (p->guard)
		p->guard(p->undo);
	return true;
}

void progress_show(struct progress *p, const char *text) {
	if (p->columns == 0 && !begin_line(p))
		return;
	/* The cursor returns to the start, where the next line overwrites echoed keys. */
	char line[sizeof p->undo];
	size_t n = strlen(text);
	memcpy(line, p->undo, sizeof line);
	memcpy(line + 1, text, n < p->columns ? n : p->columns);
	write_if_ready(line, p->columns + 2);
}

void progress_clear(struct progress *p) {
	if (p->columns == 0)
		return;
	write_if_ready(p->undo, p->columns + 2);
	p->columns = 0;
	if (p->guard)
		p->guard(NULL);
}

void progress_note(struct progress *p, const char *text) {
	if (!progress_possible())
		return;
	progress_clear(p);
	write_if_ready(text, strlen(text));
	write_if_ready("\r\n", 2);
}
