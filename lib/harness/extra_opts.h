/* Options from an ini file, as the Monitoring Plugins define --extra-opts. */
#ifndef HARNESS_EXTRA_OPTS_H
#define HARNESS_EXTRA_OPTS_H

#include "base/err.h"

#include <stddef.h>

/* The source of a word. */
struct argument_origin {
	const char *file; /* as messages may show it; borrowed from the arguments */
	int line;
};

/* An argument vector that owns its strings and arrays. */
struct arguments {
	char **argv;      /* count strings and a NULL */
	size_t count;     /* argv[0] included */
	size_t ini_count; /* how many of them, directly after argv[0], came from ini files */
	struct argument_origin *origins; /* of argv[1] to argv[ini_count] */
	char **files;
	size_t file_count;
};

/* Replaces each --extra-opts[=[SECTION][@FILE]] of the command line (or "--extra-opts LOC" if the
 * next word has no leading dash) with the options of that section, placed directly after argv[0] so
 * that the command line takes precedence. SECTION defaults to default_section, FILE to the
 * Monitoring Plugins' search (MP_CONFIG_FILE, NAGIOS_CONFIG_PATH, then the usual directories); "-"
 * is standard input. Each key becomes one word: its value is never the next one, so that an empty
 * value cannot swallow another option. Initialises out; free it with arguments_free. 0, or -1 with
 * ERR_USAGE, ERR_CONFIG, ERR_LIMIT or ERR_MEMORY. A message names file and line but quotes nothing
 * from them: any ini file can be named, and its content may be a password. */
int extra_opts_expand(int argc, char *const *argv, const char *default_section,
	struct arguments *out, struct err *e);

/* Frees the vector; accepts a zeroed struct. */
void arguments_free(struct arguments *a);

#endif
