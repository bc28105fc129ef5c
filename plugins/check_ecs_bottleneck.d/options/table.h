/* The table of all options. Each row has an option's names, its help, its group and the function
 * that applies its value. Parser, --extra-opts, help, shell completion and the check of the man
 * page follow from it. */
#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct draft;

/* OPTION_OPTIONAL, OPTION_HELP and OPTION_EXTRA_OPTS: the argument is optional. */
enum option_kind {
	OPTION_VALUE,
	OPTION_OPTIONAL, /* a value behind '=', or NULL */
	OPTION_FLAG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_EXTRA_OPTS
};

/* The rows of a group stand together, in this order. */
enum option_group {
	GROUP_SERVICES,
	GROUP_THRESHOLDS,
	GROUP_AWS,
	GROUP_RUN,
	GROUP_OUTPUT,
	GROUP_HELP,
	OPTION_GROUPS
};

struct option_spec {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* as shown: "NAME|ARN"; NULL for flags */
	const char *help;     /* lines separated by newlines */
	const char *words;    /* accepted values, separated by spaces; NULL: no list */
	enum option_kind kind;
	int (*apply)(struct draft *d, const char *value,
		struct err *e); /* NULL for help, version and extra-opts */
	enum option_group group;
};

/* Whether the option takes effect before all options are read: it determines the job, the output
 * format, the deadline or the state at the deadline. Its function changes nothing but the options,
 * and only if the value is valid. */
bool option_table_is_early(const struct option_spec *o);

/* Whether the option concerns series of points alone, not the running tasks. */
bool option_table_is_for_series(const struct option_spec *o);

/* The option with this letter; NULL: none. */
const struct option_spec *option_table_find_letter(char letter);

/* Whether the word is spelled as an option: a letter of the table behind a dash, such a flag
 * repeated ("-vv"), or "--" and a name or its beginning, with or without "=VALUE". */
bool option_table_has_word(const char *word);

/* Whether the word is a letter of the table behind a dash with the option's value glued to it
 * ("-reu-west-1"), or "--". */
bool option_table_has_glued_value(const char *word);

/* Whether the argument may be left out, and stands only behind '='. */
bool option_table_is_optional(const struct option_spec *o);

extern const struct option_spec option_table[];
extern const size_t option_count;

/* The heading of each group. */
extern const char *const option_group_titles[OPTION_GROUPS];

#endif
