/* The table of all options. Each entry has its names, its --help text and the function that applies
 * its value to the draft. */
#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H

#include "base/err.h"
#include "model/choice.h"
#include "model/rules.h"
#include "model/style.h"

/* The options while they are being read. What depends on several of them is checked at the end. */
struct draft {
	struct rules *rules;
	struct style *style;
	struct choice *choice;
	bool from_ini; /* the value being applied came from an ini file */
	bool cluster_on_command_line;
	bool metrics_given, metrics_from_ini; /* -m was; last in an ini file */
	struct range plain[2];                /* [0] warning, [1] critical: for all metrics */
	struct range special[2][METRICS];
	bool special_given[2][METRICS];
};

enum option_kind { OPTION_VALUE, OPTION_FLAG, OPTION_HELP, OPTION_VERSION, OPTION_EXTRA_OPTS };

struct option_spec {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* as shown: "NAME|ARN"; NULL for flags */
	const char *help;     /* lines separated by newlines */
	const char *words;    /* accepted values, separated by spaces; NULL: no list */
	enum option_kind kind;
	int (*apply)(struct draft *d, const char *value,
		struct err *e); /* NULL for help, version and extra-opts */
};

/* Whether the option takes effect before all options are read: it determines the output format, the
 * deadline or the state at the deadline. Its function changes nothing but the options, and only if
 * the value is valid. */
bool option_table_is_early(const struct option_spec *o);

extern const struct option_spec option_table[];
extern const size_t option_count;

#endif
