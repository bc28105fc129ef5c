#include "config.h"

#include "term/picker_state.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "term/tty.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LISTED = 50, MAX_TEXT_BYTES = 64 * 1024, MAX_LINE_BYTES = 512 };

static void write_and_free(struct buf *text) {
	(void)file_write(STDERR_FILENO, buf_str(text), text->len);
	buf_free(text);
}

/* Without UTF-8, one '?' replaces each character that cannot be shown. */
static void add_text(struct buf *out, const char *name) {
	bool utf8 = tty_is_utf8();
	for (const char *c = name; *c; c++) {
		if (utf8 || ((unsigned char)*c & 0x80U) == 0)
			buf_addc(out, *c);
		else if (((unsigned char)*c & 0xC0U) != 0x80U)
			buf_addc(out, '?');
	}
}

static void show_list(const struct picker *p, const struct picker_list *l) {
	struct buf text;
	buf_init(&text, MAX_TEXT_BYTES);
	buf_addf(&text, "%s\n", p->title);
	for (size_t i = 0; i < l->shown_count && i < MAX_LISTED; i++) {
		buf_addf(&text, "%5zu) ", l->shown[i] + 1);
		add_text(&text, l->names[l->shown[i]]);
		buf_addc(&text, '\n');
	}
	if (l->shown_count > MAX_LISTED)
		buf_addf(&text, "       and %zu more\n", l->shown_count - MAX_LISTED);
	if (l->shown_count == 0) {
		buf_adds(&text, "       no name contains ");
		add_text(&text, l->filter);
		buf_addc(&text, '\n');
	}
	buf_adds(&text, "Type a number or part of a name, or press Enter to leave: ");
	write_and_free(&text);
}

/* Later output must not follow the question on its line. */
static void end_line(void) {
	struct buf text;
	buf_init(&text, 1);
	buf_addc(&text, '\n');
	write_and_free(&text);
}

/* Waits for a line; the stop flag and the loss of the terminal also end the wait. */
static enum picker_end read_line(const struct picker *p, char line[static MAX_LINE_BYTES]) {
	for (;;) {
		struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
		int ready = poll(&in, 1, PICKER_LOOK_MS);
		if (*p->stop)
			return PICKER_STOPPED;
		if (ready < 0 && errno != EINTR)
			return PICKER_LEFT;
		if (ready <= 0)
			continue;
		ssize_t n = read(STDIN_FILENO, line, MAX_LINE_BYTES - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return PICKER_LEFT;
		line[n] = '\0';
		return PICKER_CHOSEN;
	}
}

/* Narrows by what was typed. Returns whether it selects a name. */
static bool apply_input(struct picker_list *l, const char *typed, size_t n, size_t *index) {
	char text[MAX_LINE_BYTES];
	int64_t number;
	memcpy(text, typed, n);
	text[n] = '\0';
	if (num_parse_whole(text, n, (int64_t)l->count, &number) == 0 && number > 0) {
		*index = (size_t)number - 1;
		return true;
	}
	picker_list_narrow(l, text);
	for (size_t i = 0; i < l->shown_count; i++)
		if (strcmp(l->names[l->shown[i]], text) == 0) {
			*index = l->shown[i];
			return true;
		}
	if (l->shown_count == 1)
		*index = l->shown[0];
	return l->shown_count == 1;
}

enum picker_end picker_prompt(const struct picker *p, struct picker_list *list, size_t *index) {
	for (;;) {
		char line[MAX_LINE_BYTES];
		show_list(p, list);
		enum picker_end end = read_line(p, line);
		if (end != PICKER_CHOSEN) {
			end_line();
			return end;
		}
		const char *typed = line;
		size_t n = strlen(line);
		text_trim(&typed, &n);
		if (n == 0)
			return PICKER_LEFT;
		if (apply_input(list, typed, n, index))
			return PICKER_CHOSEN;
	}
}
