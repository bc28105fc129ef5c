/* Text from others, for messages. */
#include "config.h"

#include "base/secrets.h"
#include "base/text.h"

/* The part examined: nothing after this is shown, whatever is removed before. */
enum { MAX_CHARS = 16 * 1024 };

void text_add_foreign(struct buf *out, const char *s, size_t max_chars) {
	struct buf whole, shown;
	buf_init(&whole, 4 * MAX_CHARS);
	buf_init(&shown, 4 * MAX_CHARS);
	/* Cleaned first, so that nothing invisible can split a secret; shortened last, so that no
	 * secret is cut to a piece that is not recognised. */
	text_add_clean(&whole, s, MAX_CHARS);
	secrets_hide(&whole);
	text_add_clean(&shown, buf_str(&whole), max_chars);
	/* Even "..." may be part of a password. */
	secrets_hide(&shown);
	if (whole.failed || shown.failed)
		out->failed = true;
	else
		text_add_clean(out, buf_str(&shown), max_chars);
	buf_wipe(&whole);
	buf_wipe(&shown);
}
