/* Errors about options from an ini file: file, line and name, never a value. The file can be any
 * ini file, even an AWS credentials file; its values and half-written lines may be secrets. */
#ifndef OPTIONS_OPTIONS_INI_H
#define OPTIONS_OPTIONS_INI_H

#include "harness/extra_opts.h"
#include "options/table.h"

/* Whether argv[index] came from an ini file. */
bool options_ini_has(const struct arguments *a, int index);

/* Whether the word gives a value to a flag of one letter; getopt would read "-vword" as five flags.
 * The letter itself may be repeated ("v=vv"). */
bool options_ini_gives_flag_a_value(const char *word, const struct option_spec *o);

/* Sets e (ERR_USAGE) for a word that is no option or gives a value to a flag. */
void options_ini_refuse_word(const struct arguments *a, int index, struct err *e);

/* Sets e for an option that exists but whose value was rejected. e holds the reason; a message with
 * ERR_USAGE may quote the value and is replaced. Other errors stay. */
void options_ini_refuse_value(const struct arguments *a, int index, const struct option_spec *o,
	struct err *e);

#endif
