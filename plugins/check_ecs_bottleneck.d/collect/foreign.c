#include "config.h"

#include "collect/foreign.h"

#include "base/text.h"

enum { MOST_SHOWN_CHARS = 100, MOST_SHOWN_BYTES = 4 * MOST_SHOWN_CHARS + 16 };

int foreign_arn(struct err *e, const char *what, const char *text) {
	struct buf shown;
	buf_init(&shown, MOST_SHOWN_BYTES);
	text_add_foreign(&shown, text, MOST_SHOWN_CHARS);
	(void)err_set(e, ERR_SYNTAX, "%s: '%s'", what, buf_str(&shown));
	buf_free(&shown);
	return -1;
}
