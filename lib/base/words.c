#include "config.h"

#include "base/words.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

/* Read and write positions. */
struct cursor {
	const char *from;
	char *to;
};

static int unclosed(char quote, struct err *e) {
	return err_set(e, ERR_SYNTAX, "a quote (%c) is not closed", quote);
}

/* Starts after the opening quote, ends after the closing one. */
static int take_quoted(struct cursor *c, char quote, struct err *e) {
	for (; *c->from != quote; *c->to++ = *c->from++) {
		if (quote == '"' && c->from[0] == '\\' && (c->from[1] == '"' || c->from[1] == '\\'))
			c->from++;
		if (*c->from == '\0')
			return unclosed(quote, e);
	}
	c->from++;
	return 0;
}

/* Starts at a word's first character, ends at the blank or NUL after it. */
static int take_word(struct cursor *c, struct err *e) {
	while (*c->from && !strchr(blanks, *c->from)) {
		char next = *c->from++;
		if (next == '\'' || next == '"') {
			if (take_quoted(c, next, e))
				return -1;
			continue;
		}
		if (next == '\\') {
			next = *c->from;
			if (next == '\0')
				return err_set(e, ERR_SYNTAX, "nothing follows the last backslash");
			c->from++;
		}
		*c->to++ = next;
	}
	*c->to++ = '\0';
	return 0;
}

int words_split(const char *line, struct words *out, struct err *e) {
	size_t n = strlen(line);
	/* A word is never longer than its source, and the blank after it makes room for its NUL;
	 * two words have a blank between them. */
	*out = (struct words){.list = calloc((n + 1) / 2 + 1, sizeof *out->list),
		.text = calloc(n + 1, 1),
		.text_bytes = n + 1};
	if (!out->list || !out->text) {
		words_free(out);
		return err_no_memory(e);
	}
	struct cursor c = {.from = line, .to = out->text};
	int rc = 0;
	while (rc == 0) {
		c.from += strspn(c.from, blanks);
		if (*c.from == '\0')
			break;
		out->list[out->count++] = c.to;
		rc = take_word(&c, e);
	}
	if (rc)
		words_free(out);
	return rc;
}

void words_free(struct words *w) {
	if (w->text)
		crypto_wipe(w->text, w->text_bytes);
	free(w->text);
	free(w->list);
	*w = (struct words){0};
}
