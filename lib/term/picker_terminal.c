/* Terminal capabilities from terminfo. A separate file, since <term.h> defines common words as
 * macros. */
#include "config.h"

#include "term/picker_state.h"

#include "base/buf.h"

#include <string.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

/* tigetstr returns NULL for a capability that the terminal lacks, and -1 for an unknown name. */
static bool is_text(const char *capability) {
	return capability && (intptr_t)capability != -1;
}

/* The capability; NULL if the terminal lacks it, or if it contains pauses. */
static const char *capability(const char *name) {
	const char *text = tigetstr(name);
	return is_text(text) && !strstr(text, "$<") ? text : NULL;
}

bool picker_terminal_serves(struct buf *undo) {
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
	int found = 0;
	if (setupterm(NULL, STDERR_FILENO, &found) != OK)
		return false;
	bool serves = is_text(tigetstr("cup"));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *text = capability(names[i]);
		if (text)
			buf_adds(undo, text);
	}
	(void)del_curterm(cur_term);
	return serves;
}
