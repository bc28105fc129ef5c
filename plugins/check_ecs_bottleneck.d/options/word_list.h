/* Values from a list of words separated by single blanks: "auto always never". */
#ifndef OPTIONS_WORD_LIST_H
#define OPTIONS_WORD_LIST_H

#include "base/err.h"

#include <stddef.h>

/* The index of the word that n bytes of value mean, from 0, in any case of ASCII letters: the word
 * itself or, from three letters on, the only word that begins so. -1: none. */
int word_list_find(const char *words, const char *value, size_t n);

/* The word with this index, *n bytes of words. */
const char *word_list_word(const char *words, int index, size_t *n);

/* The index of value as above, or -1 with e set as below. */
int word_list_choose(const char *option, const char *value, const char *words, struct err *e);

/* Sets e (ERR_USAGE) to "OPTION=VALUE is not valid; use WORD, WORD or WORD" and the nearest of
 * them. further (may be NULL) names what is accepted besides the words. Returns -1. */
int word_list_refuse(const char *option, const char *value, const char *words, const char *further,
	struct err *e);

#endif
