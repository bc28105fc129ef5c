/* The command line: one table of options that feeds the parser, --extra-opts, --help and the man
 * page's check; the result is one configuration that stays as it is. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "aws/service/arn.h"
#include "aws/client/session.h"
#include "base/buf.h"
#include "harness/extra_opts.h"
#include "harness/range.h"
#include "harness/state.h"
#include "model/metric.h"
#include "model/window.h"

enum no_data_policy { NO_DATA_AUTO, NO_DATA_STATE };
enum perfdata_choice {
	PERFDATA_AUTO,
	PERFDATA_ALL,
	PERFDATA_PROBLEMS,
	PERFDATA_SUMMARY,
	PERFDATA_NONE
};

enum terminal_choice { TERMINAL_AUTO, TERMINAL_ALWAYS, TERMINAL_NEVER };

enum report_format { FORMAT_MULTI_LINE, FORMAT_JSON };

/* A list of strings, borrowed from the arguments; there is room for as many as there are arguments.
 */
struct patterns {
	const char **items;
	size_t count;
};

/* All strings are borrowed from arguments. */
struct config {
	struct arguments arguments;
	const char *cluster;      /* name or ARN as given; NULL: to be found */
	const char *cluster_name; /* its name; NULL likewise */
	struct arn cluster_arn;   /* filled when an ARN was given: then account is not empty */
	struct range warning[METRICS], critical[METRICS];
	bool metrics[METRICS];
	struct patterns include, exclude;
	struct window_spec window;
	char statistic[16];
	bool is_percentile;
	size_t breaches;
	enum no_data_policy no_data;
	enum state no_data_state; /* with NO_DATA_STATE */
	struct session_options session;
	int timeout_s;
	enum state timeout_state;
	enum perfdata_choice perfdata;
	enum report_format format;
	enum terminal_choice chart, colour;
	size_t max_output_bytes; /* 0: no bound */
	int64_t interval_s;      /* between two runs; 0: not told */
	int verbosity;           /* 0-3 */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_BAD };

/* The configuration before any option was read. Nothing to free. */
void config_defaults(struct config *c);

/* The same with the form of the output, the timeout and its state, as far as the words of the
 * command line tell them: the last proper value of each, whatever else is wrong with the words. For
 * results that come before the options are read, which may block (--extra-opts names a pipe).
 * Nothing to free. */
void options_foresee(int argc, char *const *argv, struct config *out);

/* Reads the command line with its ini files. *out is set in any case; free it with config_free.
 * OPTIONS_BAD comes with e set: ERR_USAGE, ERR_CONFIG or ERR_MEMORY, one line that says what is
 * wrong and what to do; of *out only the format counts then. */
enum options_outcome options_parse(int argc, char *const *argv, struct config *out, struct err *e);
void config_free(struct config *c);

/* Append the texts of --help and --version. */
void options_help(struct buf *out);
void options_version(struct buf *out);

/* Whether a cluster's name reads as a threshold range: a sign of "-c" taken for the critical range.
 */
bool options_looks_like_range(const char *name);

#endif
