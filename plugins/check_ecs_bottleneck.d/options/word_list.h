/* Values out of a list of words, which are separated by single blanks: "auto always never". */
#ifndef WORD_LIST_H
#define WORD_LIST_H

#include "base/err.h"

/* Where value stands among words, ASCII letters' case ignored; NULL: nowhere. */
const char *word_list_find(const char *words, const char *value);

/* The place of value among words, from 0, letters' case minded; -1 with e set as below. */
int word_list_choose(const char *option, const char *value, const char *words, struct err *e);

/* Sets e (ERR_USAGE) to "OPTION=VALUE: use WORD, WORD or WORD" and the nearest of them; further
 * (NULL: none) is what may stand there beside the words. Returns -1. */
int word_list_refuse(const char *option, const char *value, const char *words, const char *further,
	struct err *e);

#endif
