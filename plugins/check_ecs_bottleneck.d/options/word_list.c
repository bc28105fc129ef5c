#include "config.h"

#include "options/word_list.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

const char *word_list_find(const char *words, const char *value) {
	const size_t n = strlen(value);
	for (const char *at = words;; at++) {
		size_t word = strcspn(at, " ");
		if (word == n && text_equal_nocase(at, value, n))
			return at;
		at += word;
		if (!*at)
			return NULL;
	}
}

int word_list_refuse(const char *option, const char *value, const char *words, const char *further,
	struct err *e) {
	struct buf list;
	buf_init(&list, sizeof e->message);
	for (const char *at = words; *at;) {
		size_t n = strcspn(at, " ");
		bool is_last = !at[n] && !further;
		buf_adds(&list, at == words ? "" : is_last ? " or " : ", ");
		buf_add(&list, at, n);
		at += n + (at[n] == ' ');
	}
	if (further)
		buf_addf(&list, " or %s", further);
	(void)err_set(e, ERR_USAGE, "%s=%s: use %s", option, value, buf_str(&list));
	buf_free(&list);
	return nearest_explain_word(value, strlen(value), words, e);
}

int word_list_choose(const char *option, const char *value, const char *words, struct err *e) {
	const char *found = word_list_find(words, value);
	int place = 0;
	if (!found || memcmp(found, value, strlen(value)) != 0)
		return word_list_refuse(option, value, words, NULL, e);
	for (const char *at = words; at < found; at++)
		place += *at == ' ';
	return place;
}
