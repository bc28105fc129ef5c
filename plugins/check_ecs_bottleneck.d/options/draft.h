/* The options while they are being read, and the functions that apply one value each. Shared by the
 * files of this room. */
#ifndef OPTIONS_DRAFT_H
#define OPTIONS_DRAFT_H

#include "base/err.h"
#include "base/text.h"
#include "model/choice.h"
#include "model/rules.h"
#include "model/style.h"

#include <stdint.h>

struct option_spec;

enum { OPTIONS_MAX = 64 }; /* in the table */

/* What depends on several options is checked when all are read. */
struct draft {
	struct rules *rules;
	struct style *style;
	struct choice *choice;
	char *text;    /* the value being applied, to be cut at its commas; of the arguments */
	bool from_ini; /* it came from an ini file */
	const struct option_spec *last; /* the option applied last; NULL: none */
	bool cluster_on_command_line;
	bool timeout_given;                   /* its seconds were */
	bool timeout_has_state;               /* not UNKNOWN, by -t on the command line */
	bool given[OPTIONS_MAX];              /* by place in the table: on the command line */
	bool metrics_given, metrics_from_ini; /* -m was; last in an ini file */
	const struct option_spec *for_series; /* the first one for series alone; NULL: none */
};

/* Accepted words, separated by blanks; in the order of their enumeration, if there is one. */
#define METRIC_WORDS    "cpu ebs memory tasks"
#define STATE_WORDS     "ok warning critical unknown"
#define POLICY_WORDS    "auto " STATE_WORDS
#define STATISTIC_WORDS "Maximum Average Minimum"
#define DETAIL_WORDS    "auto none"
#define PERFDATA_WORDS  "auto all problems summary none"
#define TERMINAL_WORDS  "auto always never"
#define FORMAT_WORDS    "multi-line json"
#define ADVISE_WORDS    "problems all"
#define DISCOVERY_WORDS "names json icinga2"

/* For "%.*s": a value, shortened to what a message has room for. */
#define SHOWN(value) (int)text_fitting((value), 80), (value)

/* Each applies the value of one option (NULL for a flag) to the draft. 0, or -1 with ERR_USAGE:
 * what is wrong with the value and its right form. What can mean only one thing is taken: a list
 * with commas, a word's unique beginning, a unit. */
int apply_cluster(struct draft *d, const char *value, struct err *e);
int apply_region(struct draft *d, const char *value, struct err *e);
int apply_profile(struct draft *d, const char *value, struct err *e);
int apply_role_arn(struct draft *d, const char *value, struct err *e);
int apply_external_id(struct draft *d, const char *value, struct err *e);
int apply_no_cache(struct draft *d, const char *value, struct err *e);
int apply_endpoint_url(struct draft *d, const char *value, struct err *e);
int apply_ca_bundle(struct draft *d, const char *value, struct err *e);
int apply_timeout(struct draft *d, const char *value, struct err *e);
int apply_timeout_result(struct draft *d, const char *value, struct err *e);
int apply_discover(struct draft *d, const char *value, struct err *e);
int apply_probe(struct draft *d, const char *value, struct err *e);

int apply_warning(struct draft *d, const char *value, struct err *e);
int apply_critical(struct draft *d, const char *value, struct err *e);
int apply_service(struct draft *d, const char *value, struct err *e);
int apply_exclude(struct draft *d, const char *value, struct err *e);
int apply_metric(struct draft *d, const char *value, struct err *e);
int apply_window(struct draft *d, const char *value, struct err *e);
int apply_period(struct draft *d, const char *value, struct err *e);
int apply_statistic(struct draft *d, const char *value, struct err *e);
int apply_recover(struct draft *d, const char *value, struct err *e);
int apply_backtest(struct draft *d, const char *value, struct err *e);
int apply_breaches(struct draft *d, const char *value, struct err *e);
int apply_no_data(struct draft *d, const char *value, struct err *e);
int apply_forecast(struct draft *d, const char *value, struct err *e);
int apply_advise(struct draft *d, const char *value, struct err *e);
int apply_detail(struct draft *d, const char *value, struct err *e);

int apply_perfdata(struct draft *d, const char *value, struct err *e);
int apply_format(struct draft *d, const char *value, struct err *e);
int apply_max_output(struct draft *d, const char *value, struct err *e);
int apply_chart(struct draft *d, const char *value, struct err *e);
int apply_color(struct draft *d, const char *value, struct err *e);
int apply_links(struct draft *d, const char *value, struct err *e);
int apply_interval(struct draft *d, const char *value, struct err *e);
int apply_verbose(struct draft *d, const char *value, struct err *e);

/* Cuts the next item off *list at a comma, without the white space around it. *list is NULL after
 * the last one. */
char *draft_next_item(char **list);

/* Finds a metric by n bytes: its name, the name's beginning, or CloudWatch's name. 0 or -1. */
int draft_find_metric(const char *name, size_t n, enum metric *out);

/* Sets e to say that the n bytes of word are no metric: OPTION and the value, then what to write,
 * with further behind it, and the nearest metric. Returns -1. */
int draft_refuse_metric(const char *option, const char *value, const char *word, size_t n,
	const char *further, struct err *e);

/* Whether --forecast has something to look at: growth has to be on its way to somewhere. Ranges of
 * single services may be without an end: their series have no forecast. 0, or -1 with ERR_USAGE. */
int draft_check_forecast(const struct rules *rules, struct err *e);

/* Reads a duration; examples as in "90m, 24h or 7d". 0, or -1 with e set as above. */
int draft_read_duration(const char *option, const char *value, const char *examples, int64_t *out,
	struct err *e);

#endif
