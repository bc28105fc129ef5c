/* The command line. One table of options drives the parser, --extra-opts, --help and the check of
 * the man page. The result is what the user wants; it does not change afterwards. */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include "base/buf.h"
#include "harness/extra_opts.h"
#include "model/choice.h"
#include "model/rules.h"
#include "model/style.h"

/* All strings are borrowed from arguments. The pattern lists have capacity for as many patterns as
 * the arguments can hold, separated by commas. */
struct options {
	struct arguments arguments;
	struct rules rules;
	struct style style;
	struct choice choice;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_HELP_ALL, OPTIONS_VERSION, OPTIONS_BAD };

/* Sets the defaults and reads only the output format, the timeout, its state and the job from the
 * command line: the last valid value of each, whatever else is wrong. For results needed before the
 * options are read, which may block (--extra-opts names a pipe). Nothing to free. */
void options_foresee(int argc, char *const *argv, struct options *out);

/* Parses the command line and its ini files. *out is always set; free it with options_free.
 * OPTIONS_BAD sets e: ERR_USAGE, ERR_CONFIG or ERR_MEMORY, one line that says what is wrong and
 * what to do. Only the format in *out is valid then. */
enum options_outcome options_parse(int argc, char *const *argv, struct options *out, struct err *e);
void options_free(struct options *o);

#endif
