/* Values from a list of words separated by single spaces: "auto always never". */
#ifndef OPTIONS_WORD_LIST_H
#define OPTIONS_WORD_LIST_H

#include "base/err.h"

/* Finds value in words, ignoring the case of ASCII letters; NULL if it is not there. */
const char *word_list_find(const char *words, const char *value);

/* The index of value in words, from 0, case-sensitive; -1 with e set as below. */
int word_list_choose(const char *option, const char *value, const char *words, struct err *e);

/* Sets e (ERR_USAGE) to "OPTION=VALUE: use WORD, WORD or WORD" and the nearest of them. further
 * (may be NULL) names what is accepted besides the words. Returns -1. */
int word_list_refuse(const char *option, const char *value, const char *words, const char *further,
	struct err *e);

#endif
