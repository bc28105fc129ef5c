/* Options from an ini file, as the Monitoring Plugins define --extra-opts. */
#ifndef HARNESS_EXTRA_OPTS_H
#define HARNESS_EXTRA_OPTS_H

#include "base/err.h"

#include <stddef.h>

/* Where a word stood. */
struct argument_origin {
	const char *file; /* as it may be shown; borrowed from the arguments */
	int line;
};

/* An argument vector of its own: all strings and the arrays belong to it. */
struct arguments {
	char **argv;      /* count strings and a NULL */
	size_t count;     /* argv[0] included */
	size_t ini_count; /* how many of them, right behind argv[0], came from ini files */
	struct argument_origin *origins; /* of argv[1] to argv[ini_count] */
	char **files;
	size_t file_count;
};

/* Replaces each --extra-opts[=[SECTION][@FILE]] of the command line (or "--extra-opts LOC" when the
 * next word has no leading dash) by the options of that section, put right behind argv[0] so that
 * the command line wins. SECTION defaults to default_section, FILE to the search of the Monitoring
 * Plugins (MP_CONFIG_FILE, NAGIOS_CONFIG_PATH, then the usual directories); "-" is standard input.
 * Each key gives one word: a value never stands in the next one, so that an empty value cannot
 * swallow another option. out is initialised here; free it with arguments_free. 0, or -1 with
 * ERR_USAGE / ERR_CONFIG / ERR_MEMORY: a message names file and line, and quotes nothing of them,
 * since any ini file can be named and what stands in it may be a password. */
int extra_opts_expand(int argc, char *const *argv, const char *default_section,
	struct arguments *out, struct err *e);

/* Frees the vector; takes a zeroed struct. */
void arguments_free(struct arguments *a);

#endif
