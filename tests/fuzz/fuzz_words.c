/* Splitting a command line: every way to quote the words gives them back. */
#include "config.h"

#include "fuzz.h"

#include "base/words.h"

#include <stdlib.h>

/* A word in single quotes; its own single quotes stand escaped outside them. */
static void add_single(struct buf *line, const char *word) {
	buf_addc(line, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_adds(line, "'\\''");
		else
			buf_addc(line, *word);
	}
	buf_addc(line, '\'');
}

static void add_double(struct buf *line, const char *word) {
	buf_addc(line, '"');
	for (; *word; word++)
		buf_addf(line, *word == '"' || *word == '\\' ? "\\%c" : "%c", *word);
	buf_addc(line, '"');
}

static void add_escaped(struct buf *line, const char *word) {
	if (*word == '\0')
		buf_adds(line, "''");
	for (; *word; word++)
		buf_addf(line, "\\%c", *word);
}

static void must_come_back(const struct words *w, void (*add)(struct buf *line, const char *word)) {
	struct buf line = fuzz_buf();
	struct words again;
	struct err e = {.code = ERR_NONE};
	for (size_t i = 0; i < w->count; i++) {
		buf_adds(&line, i > 0 ? " " : "");
		add(&line, w->list[i]);
	}
	fuzz_must(words_split(buf_str(&line), &again, &e) == 0, "a quoted line can be split");
	fuzz_must(again.count == w->count, "it has as many words");
	for (size_t i = 0; i < w->count; i++)
		fuzz_must(strcmp(w->list[i], again.list[i]) == 0, "they are the same");
	words_free(&again);
	buf_free(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct words w;
	struct err e = {.code = ERR_NONE};
	char *line = fuzz_rest(&in);
	if (words_split(line, &w, &e)) {
		fuzz_must_explain(&e);
		fuzz_must(!w.list && !w.text && w.count == 0, "a failure leaves nothing");
	} else {
		fuzz_must(w.list[w.count] == NULL, "the list ends with a NULL");
		must_come_back(&w, add_single);
		must_come_back(&w, add_double);
		must_come_back(&w, add_escaped);
		words_free(&w);
	}
	free(line);
	return 0;
}
