/* Options from an ini file, as the Monitoring Plugins define --extra-opts. */
#ifndef HARNESS_EXTRA_OPTS_H
#define HARNESS_EXTRA_OPTS_H

#include "base/err.h"

#include <stddef.h>

/* An argument vector of its own: all strings and the array belong to it. */
struct arguments {
	char **argv;      /* count strings and a NULL */
	size_t count;     /* argv[0] included */
	size_t ini_count; /* how many of them, right behind argv[0], came from ini files */
};

/* Replaces each --extra-opts[=[SECTION][@FILE]] of the command line (or "--extra-opts LOC" when the
 * next word has no leading dash) by the options of that section, put right behind argv[0] so that
 * the command line wins. SECTION defaults to default_section, FILE to the search of the Monitoring
 * Plugins (MP_CONFIG_FILE, NAGIOS_CONFIG_PATH, then the usual directories); "-" is standard input.
 * Each key gives one word: a value never stands in the next one, so that an empty value cannot
 * swallow another option. out is initialised here; free it with arguments_free. 0, or -1 with
 * ERR_USAGE / ERR_CONFIG / ERR_MEMORY. */
int extra_opts_expand(int argc, char *const *argv, const char *default_section,
	struct arguments *out, struct err *e);

/* Frees the vector; takes a zeroed struct. */
void arguments_free(struct arguments *a);

#endif
