/* The texts of --help, --help=all and --version. */
#ifndef OPTIONS_HELP_H
#define OPTIONS_HELP_H

#include "base/buf.h"

/* Appends the short help: usage, examples, and the options by group, in at most 80 columns. */
void options_help(struct buf *out);

/* Appends the long help: each option with its text and default, by group. */
void options_help_all(struct buf *out);

/* Appends name and version. */
void options_version(struct buf *out);

#endif
