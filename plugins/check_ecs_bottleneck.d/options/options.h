/* The command line: one table of options that feeds the parser, --extra-opts, --help and the man
 * page's check; the result is what the user wants, and stays as it is. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/buf.h"
#include "harness/extra_opts.h"
#include "model/choice.h"
#include "model/rules.h"
#include "model/style.h"

/* All strings are borrowed from arguments; lists of patterns have room for as many as there are
 * arguments. */
struct options {
	struct arguments arguments;
	struct rules rules;
	struct style style;
	struct choice choice;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_BAD };

/* As if no option were given, but for the form of the output, the timeout and its state, as far as
 * the words of the command line tell them: the last proper value of each, whatever else is wrong
 * with the words. For results that come before the options are read, which may block (--extra-opts
 * names a pipe). Nothing to free. */
void options_foresee(int argc, char *const *argv, struct options *out);

/* Reads the command line with its ini files. *out is set in any case; free it with options_free.
 * OPTIONS_BAD comes with e set: ERR_USAGE, ERR_CONFIG or ERR_MEMORY, one line that says what is
 * wrong and what to do; of *out only the format counts then. */
enum options_outcome options_parse(int argc, char *const *argv, struct options *out, struct err *e);
void options_free(struct options *o);

/* Append the texts of --help and --version. */
void options_help(struct buf *out);
void options_version(struct buf *out);

#endif
