#include "config.h"

#include "options/word_list.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

enum { MIN_BEGINNING = 3, MAX_VALUE_CHARS = 60 };

int word_list_find(const char *words, const char *value, size_t n) {
	int found = -1;
	int index = 0;
	size_t beginnings = 0;
	for (const char *at = words; *at; index++) {
		size_t word = strcspn(at, " ");
		if (word >= n && text_equal_nocase(at, value, n)) {
			if (word == n)
				return index;
			found = index;
			beginnings++;
		}
		at += word + (at[word] == ' ');
	}
	return n >= MIN_BEGINNING && beginnings == 1 ? found : -1;
}

const char *word_list_word(const char *words, int index, size_t *n) {
	for (; index > 0; index--)
		words += strcspn(words, " ") + 1;
	*n = strcspn(words, " ");
	return words;
}

int word_list_refuse(const char *option, const char *value, const char *words, const char *further,
	struct err *e) {
	struct buf text;
	buf_init(&text, sizeof e->message);
	buf_addf(&text, "%s=", option);
	text_add_clean(&text, value, MAX_VALUE_CHARS);
	buf_adds(&text, " is not valid; use ");
	for (const char *at = words; *at;) {
		size_t n = strcspn(at, " ");
		bool is_last = !at[n] && !further;
		buf_adds(&text, at == words ? "" : is_last ? " or " : ", ");
		buf_add(&text, at, n);
		at += n + (at[n] == ' ');
	}
	if (further)
		buf_addf(&text, " or %s", further);
	int rc = buf_check(&text, "message", e);
	if (rc == 0)
		(void)err_set(e, ERR_USAGE, "%s", buf_str(&text));
	buf_free(&text);
	bool has_choice = strchr(words, ' ') != NULL; /* the only word stands in the message */
	return rc || !has_choice ? -1 : nearest_explain_word(value, strlen(value), words, e);
}

int word_list_choose(const char *option, const char *value, const char *words, struct err *e) {
	int found = word_list_find(words, value, strlen(value));
	return found < 0 ? word_list_refuse(option, value, words, NULL, e) : found;
}
