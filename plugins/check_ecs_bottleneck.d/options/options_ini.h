/* What is wrong with an option out of an ini file: file, line and name, never a value. Any ini file
 * can be named, an AWS credentials file too, and its values and half-written lines may be secrets.
 */
#ifndef OPTIONS_INI_H
#define OPTIONS_INI_H

#include "harness/extra_opts.h"
#include "options/table.h"

/* Whether argv[index] came from an ini file. */
bool options_ini_has(const struct arguments *a, int index);

/* Whether the word gives a value to a flag of one letter: getopt would take "-vword" for five
 * flags. The letter itself may stand there again ("v=vv"). */
bool options_ini_gives_flag_a_value(const char *word, const struct option_spec *o);

/* Sets e (ERR_USAGE) for a word that is none of the options, or gives a value to a flag. */
void options_ini_refuse_word(const struct arguments *a, int index, struct err *e);

/* Sets e for a word whose option exists but whose value cannot be taken; e holds why, with
 * ERR_USAGE in words that may quote the value. Other errors stay. */
void options_ini_refuse_value(const struct arguments *a, int index, const struct option_spec *o,
	struct err *e);

#endif
