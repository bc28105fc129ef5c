/* Errors about words of the command line: which one, what is wrong with it, and the right form. */
#ifndef OPTIONS_USAGE_H
#define OPTIONS_USAGE_H

#include "base/err.h"
#include "options/table.h"

/* "-c (--cluster)", "--window". */
enum { USAGE_NAME_BYTES = 80 };
const char *usage_name(const struct option_spec *o, char out[static USAGE_NAME_BYTES]);

/* What the option takes, in words: "NAME or ARN" (a '|' would begin performance data). */
const char *usage_argument(const struct option_spec *o, char out[static USAGE_NAME_BYTES]);

/* Sets e for a word that begins with a character that only looks like a hyphen, as web pages and
 * word processors write it. false: it does not. */
bool usage_refuse_dash(const char *word, struct err *e);

/* Sets e for a long name, or its only beginning of at least four letters, behind one dash
 * ("-critical", which getopt_long reads as -c ritical). false: the word is not one, or "-help". */
bool usage_refuse_single_dash(const char *word, struct err *e);

/* Sets e for a letter's value that begins with "=" ("-w=80"; getopt takes "=" as its beginning). */
void usage_refuse_equals(const struct option_spec *o, const char *value, struct err *e);

/* Appends what is wrong with an option's name of n bytes, "--" excluded, that getopt_long does not
 * take (it is unknown, the beginning of several names, or a flag with a value). prefix ("--" or "")
 * stands before each name; spelled (NULL: a general word) is how the unknown one is shown. Sets e
 * (ERR_USAGE). */
void usage_refuse_name(const char *name, size_t n, const char *prefix, const char *spelled,
	struct err *e);

/* Sets e for a word of the command line that getopt_long does not take. letter: the one letter that
 * it did not know, 0 for a long option. */
void usage_refuse_option(const char *word, int letter, struct err *e);

/* Sets e for an option without the value that it needs. */
void usage_refuse_missing(const struct option_spec *o, struct err *e);

/* Sets e for an option whose value is empty, as by a macro that is not set. */
void usage_refuse_empty(const struct option_spec *o, struct err *e);

/* Sets e for an option that took another option for its value ("-p -c prod"). */
void usage_refuse_swallowed(const struct option_spec *o, const char *value, struct err *e);

/* Sets e for a word that is neither an option nor a value. last: the option before it, NULL: none.
 */
void usage_refuse_stray(const char *word, const struct option_spec *last, bool cluster_is_named,
	struct err *e);

#endif
