#include "config.h"

#include "term/picker_state.h"

#include "base/buf.h"
#include "term/tty.h"

#include <unistd.h>

bool picker_possible(void) {
	return tty_is_terminal(STDIN_FILENO) && tty_is_terminal(STDERR_FILENO) &&
		tty_is_foreground(STDERR_FILENO);
}

static enum picker_end choose(const struct picker *p, struct picker_list *list, size_t *index) {
#ifdef HAVE_NCURSES
	enum { MAX_UNDO_BYTES = 512 };
	struct buf undo;
	enum picker_end end = PICKER_LEFT;
	buf_init(&undo, MAX_UNDO_BYTES);
	bool drawn = picker_terminal_serves(&undo);
	if (drawn) {
		if (p->guard)
			p->guard(buf_str(&undo));
		drawn = picker_screen(p, list, index, &end);
		if (p->guard)
			p->guard(NULL);
	}
	buf_free(&undo);
	if (drawn)
		return end;
#endif
	return picker_prompt(p, list, index);
}

enum picker_end picker_choose(const struct picker *p, size_t *index, struct err *e) {
	struct picker_list list;
	if (picker_list_init(&list, p->names, p->count, e))
		return PICKER_FAILED;
	enum picker_end end = choose(p, &list, index);
	picker_list_free(&list);
	return end;
}
