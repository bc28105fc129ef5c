#include "config.h"

#include "options/table.h"

#include "options/word_list.h"

#include "aws/service/arn.h"
#include "base/nearest.h"
#include "base/num.h"
#include "base/text.h"
#include "harness/output_bound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)CHOICE_FIELD_BYTES == (int)ARN_FIELD_BYTES, "a field of an ARN fits");

enum { MAX_TIMEOUT_S = 86400, MAX_BREACHES = 1000000 };

/* Accepted values, separated by spaces; in the order of their enumeration, if there is one. */
#define STATE_WORDS "ok warning critical unknown"
static const char metric_words[] = "cpu ebs memory";
static const char state_words[] = STATE_WORDS;
static const char policy_words[] = "auto " STATE_WORDS;
static const char statistic_words[] = "Maximum Average Minimum";
static const char perfdata_words[] = "auto all problems summary none";
static const char terminal_words[] = "auto always never";
static const char format_words[] = "multi-line json";

static int apply_cluster_arn(struct choice *c, const char *value, struct err *e) {
	struct arn arn;
	if (arn_parse(value, &arn) || !arn_is_cluster(&arn) || !arn.region[0] || !arn.partition[0])
		return err_set(e, ERR_USAGE,
			"-c %s is no ARN of an ECS cluster (arn:aws:ecs:REGION:ACCOUNT:cluster/NAME)",
			value);
	c->cluster_name = arn.name;
	(void)snprintf(c->cluster_region, sizeof c->cluster_region, "%s", arn.region);
	(void)snprintf(c->cluster_account, sizeof c->cluster_account, "%s", arn.account);
	return 0;
}

static int apply_cluster(struct draft *d, const char *value, struct err *e) {
	struct choice *c = d->choice;
	if (d->cluster_on_command_line)
		return err_set(e, ERR_USAGE,
			"-c is given twice (%s, %s), but it names the one cluster: the critical range is -C",
			c->cluster, value);
	d->cluster_on_command_line = !d->from_ini;
	c->cluster = c->cluster_name = value;
	c->cluster_region[0] = c->cluster_account[0] = '\0';
	if (text_starts_with(value, "arn:"))
		return apply_cluster_arn(c, value, e);
	if (arn_is_ecs_name(value))
		return 0;
	if (range_is_valid(value))
		return err_set(e, ERR_USAGE,
			"-c %s looks like a range, but -c names the cluster: the critical range is -C",
			value);
	return err_set(e, ERR_USAGE,
		"-c %.80s is no cluster: its name has up to 255 letters, digits, '-' and '_'",
		value);
}

/* [METRIC=]RANGE. level: 0 warning, 1 critical. */
static int apply_range(struct draft *d, int level, const char *value, struct err *e) {
	const char *option = level ? "-C" : "-w";
	const char *equals = strchr(value, '=');
	enum metric metric = METRIC_CPU;
	struct range range;
	if (equals && metric_parse(value, (size_t)(equals - value), &metric)) {
		(void)err_set(e, ERR_USAGE,
			"%s %s: unknown metric, use cpu, memory or ebs before the '='", option,
			value);
		return nearest_explain_word(value, (size_t)(equals - value), metric_words, e);
	}
	if (range_parse(equals ? equals + 1 : value, &range, e)) {
		err_prefix(e, "%s", option);
		e->code = ERR_USAGE;
		return -1;
	}
	if (!equals) {
		d->plain[level] = range;
		return 0;
	}
	d->special[level][metric] = range;
	d->special_given[level][metric] = true;
	return 0;
}

static int apply_warning(struct draft *d, const char *value, struct err *e) {
	return apply_range(d, 0, value, e);
}

static int apply_critical(struct draft *d, const char *value, struct err *e) {
	return apply_range(d, 1, value, e);
}

static int apply_service(struct draft *d, const char *value, struct err *e) {
	struct patterns *p = &d->rules->include;
	(void)e;
	p->items[p->count++] = value;
	return 0;
}

static int apply_exclude(struct draft *d, const char *value, struct err *e) {
	struct patterns *p = &d->rules->exclude;
	(void)e;
	p->items[p->count++] = value;
	return 0;
}

/* Lists accumulate, on the command line and in ini files; the command line replaces the ini files'
 * list. */
static int apply_metric(struct draft *d, const char *value, struct err *e) {
	bool wanted[METRICS] = {false};
	for (const char *at = value;; at++) {
		size_t n = strcspn(at, ",");
		enum metric m;
		if (metric_parse(at, n, &m)) {
			(void)err_set(e, ERR_USAGE,
				"-m %s: the list may hold cpu, memory and ebs, separated by commas",
				value);
			return nearest_explain_word(at, n, metric_words, e);
		}
		wanted[m] = true;
		at += n;
		if (*at == '\0')
			break;
	}
	bool adds = d->metrics_given && d->metrics_from_ini == d->from_ini;
	for (int m = 0; m < METRICS; m++)
		d->rules->metrics[m] = wanted[m] || (adds && d->rules->metrics[m]);
	d->metrics_given = true;
	d->metrics_from_ini = d->from_ini;
	return 0;
}

static int apply_window(struct draft *d, const char *value, struct err *e) {
	if (num_parse_duration(value, &d->rules->window.window_s))
		return err_set(e, ERR_USAGE, "--window=%s is no duration (90m, 24h, 7d)", value);
	return 0;
}

static int apply_period(struct draft *d, const char *value, struct err *e) {
	if (num_parse_duration(value, &d->rules->window.period_s))
		return err_set(e, ERR_USAGE, "--period=%s is no duration (60s, 5m, 1h)", value);
	return 0;
}

/* "p95", "p99.9": above 0, at most 100, at most two decimals. */
static bool is_percentile(const char *s) {
	double number;
	const char *point = strchr(s, '.');
	return *s == 'p' && s[1 + strspn(s + 1, "0123456789.")] == '\0' &&
		num_parse(s + 1, strlen(s + 1), &number) == 0 && number > 0 && number <= 100 &&
		s[1] != '.' && (!point || (point[1] && strlen(point + 1) <= 2));
}

static int apply_statistic(struct draft *d, const char *value, struct err *e) {
	struct rules *rules = d->rules;
	const char *found = word_list_find(statistic_words, value);
	rules->is_percentile = is_percentile(value);
	if (rules->is_percentile && strlen(value) < sizeof rules->statistic)
		found = value;
	if (!found)
		return word_list_refuse("--statistic", value, statistic_words,
			"a percentile such as p95", e);
	(void)snprintf(rules->statistic, sizeof rules->statistic, "%.*s", (int)strlen(value),
		found);
	return 0;
}

static int apply_breaches(struct draft *d, const char *value, struct err *e) {
	int64_t number;
	if (num_parse_whole(value, strlen(value), MAX_BREACHES, &number) || number < 1)
		return err_set(e, ERR_USAGE, "--breaches=%s: must be a whole number from 1", value);
	d->rules->breaches = (size_t)number;
	return 0;
}

static int apply_no_data(struct draft *d, const char *value, struct err *e) {
	struct rules *rules = d->rules;
	bool is_auto = strcmp(value, "auto") == 0;
	rules->no_data = is_auto ? NO_DATA_AUTO : NO_DATA_STATE;
	if (is_auto || state_parse(value, &rules->no_data_state) == 0)
		return 0;
	return word_list_refuse("--no-data", value, policy_words, NULL, e);
}

static int apply_region(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->region = value;
	d->choice->region_is_private = d->from_ini;
	return 0;
}

static int apply_profile(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->profile = value;
	d->choice->profile_is_private = d->from_ini;
	return 0;
}

static int apply_role_arn(struct draft *d, const char *value, struct err *e) {
	if (!arn_is_role(value))
		return err_set(e, ERR_USAGE,
			"--role-arn=%.120s is no ARN of a role (arn:aws:iam::ACCOUNT:role/NAME)",
			value);
	d->choice->role_arn = value;
	return 0;
}

static int apply_external_id(struct draft *d, const char *value, struct err *e) {
	if (!arn_is_external_id(value))
		return err_set(e, ERR_USAGE,
			"--external-id=%.120s: it has 2 to 1224 letters, digits and _+=,.@:/-",
			value);
	d->choice->external_id = value;
	return 0;
}

static int apply_no_cache(struct draft *d, const char *value, struct err *e) {
	(void)value;
	(void)e;
	d->choice->no_cache = true;
	return 0;
}

static int apply_endpoint_url(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->endpoint_url = value;
	return 0;
}

static int apply_ca_bundle(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->ca_bundle = value;
	d->choice->ca_bundle_is_private = d->from_ini;
	return 0;
}

static int apply_timeout_result(struct draft *d, const char *value, struct err *e) {
	if (state_parse(value, &d->rules->timeout_state) == 0)
		return 0;
	return word_list_refuse("--timeout-result", value, state_words, "0-3", e);
}

/* N, N:, N:STATE, :STATE: the forms that both plugin families accept. */
static int apply_timeout(struct draft *d, const char *value, struct err *e) {
	int64_t seconds = d->choice->timeout_s;
	size_t n = strcspn(value, ":");
	bool has_state = value[n] == ':' && value[n + 1];
	if ((n == 0 && !has_state) ||
		(n > 0 && (num_parse_whole(value, n, MAX_TIMEOUT_S, &seconds) || seconds < 1)))
		return err_set(e, ERR_USAGE,
			"-t %s: use whole seconds from 1 to %d, and a state behind a colon if wanted (10, 10:CRITICAL)",
			value, MAX_TIMEOUT_S);
	if (has_state && state_parse(value + n + 1, &d->rules->timeout_state)) {
		(void)err_set(e, ERR_USAGE,
			"-t %s: the state must be ok, warning, critical, unknown or 0-3", value);
		return nearest_explain_word(value + n + 1, strlen(value + n + 1), state_words, e);
	}
	d->choice->timeout_s = (int)seconds;
	return 0;
}

static int apply_perfdata(struct draft *d, const char *value, struct err *e) {
	int place = word_list_choose("--perfdata", value, perfdata_words, e);
	if (place >= 0)
		d->style->perfdata = (enum perfdata_choice)place;
	return place < 0 ? -1 : 0;
}

static int apply_format(struct draft *d, const char *value, struct err *e) {
	int place = word_list_choose("--output-format", value, format_words, e);
	if (place >= 0)
		d->style->format = (enum report_format)place;
	return place < 0 ? -1 : 0;
}

bool option_table_is_early(const struct option_spec *o) {
	return o->apply == apply_format || o->apply == apply_timeout ||
		o->apply == apply_timeout_result;
}

static int apply_terminal_choice(const char *option, const char *value, enum terminal_choice *out,
	struct err *e) {
	int place = word_list_choose(option, value, terminal_words, e);
	if (place >= 0)
		*out = (enum terminal_choice)place;
	return place < 0 ? -1 : 0;
}

static int apply_chart(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--chart", value, &d->style->chart, e);
}

static int apply_color(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--color", value, &d->style->colour, e);
}

static int apply_links(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--links", value, &d->style->links, e);
}

static int apply_max_output(struct draft *d, const char *value, struct err *e) {
	return output_bound_parse(value, &d->style->max_output_bytes, e);
}

static int apply_interval(struct draft *d, const char *value, struct err *e) {
	if (num_parse_duration(value, &d->style->interval_s))
		return err_set(e, ERR_USAGE, "--interval=%s is no duration (60s, 5m, 1h)", value);
	return 0;
}

static int apply_verbose(struct draft *d, const char *value, struct err *e) {
	(void)value;
	(void)e;
	d->style->verbosity += d->style->verbosity < 3;
	return 0;
}

const struct option_spec option_table[] = {
	{'c', "cluster", "NAME|ARN", "the cluster (default: the account's only one)", NULL,
		OPTION_VALUE, apply_cluster},
	{'w', "warning", "[METRIC=]RANGE",
		"warning range in percent, for all metrics or one;\nrepeatable (default: 80)", NULL,
		OPTION_VALUE, apply_warning},
	{'C', "critical", "[METRIC=]RANGE", "critical range, likewise (default: 95)", NULL,
		OPTION_VALUE, apply_critical},
	{'s', "service", "GLOB", "only services whose name matches; repeatable", NULL, OPTION_VALUE,
		apply_service},
	{'x', "exclude", "GLOB", "leave out services whose name matches;\nrepeatable, beats -s",
		NULL, OPTION_VALUE, apply_exclude},
	{'m', "metric", "LIST", "of cpu, memory, ebs; repeatable\n(default: cpu,memory)",
		metric_words, OPTION_VALUE, apply_metric},
	{0, "window", "DURATION", "how far to look back: 90m, 24h, 7d\n(default: 24h)", NULL,
		OPTION_VALUE, apply_window},
	{0, "period", "DURATION", "size of a data point: 60s, 5m, 1h (default: 1h)", NULL,
		OPTION_VALUE, apply_period},
	{0, "statistic", "NAME",
		"Maximum, Average, Minimum or a percentile: p95,\np99.9 (default: Maximum)",
		statistic_words, OPTION_VALUE, apply_statistic},
	{0, "breaches", "M", "alert only when at least M points of a series\nbreach (default: 1)",
		NULL, OPTION_VALUE, apply_breaches},
	{0, "no-data", "POLICY",
		"state of a series without data: ok, warning,\ncritical, unknown, or auto: ask ECS why\n(default: auto)",
		policy_words, OPTION_VALUE, apply_no_data},
	{'r', "region", "REGION", "AWS region (default: as the AWS CLI finds it)", NULL,
		OPTION_VALUE, apply_region},
	{'p', "profile", "NAME", "profile of the AWS config and credentials files", NULL,
		OPTION_VALUE, apply_profile},
	{0, "role-arn", "ARN", "assume this role, with the credentials found", NULL, OPTION_VALUE,
		apply_role_arn},
	{0, "external-id", "ID", "what the role of --role-arn asks for", NULL, OPTION_VALUE,
		apply_external_id},
	{0, "no-cache", NULL, "neither use nor keep temporary keys on disk", NULL, OPTION_FLAG,
		apply_no_cache},
	{0, "endpoint-url", "URL", "send ECS and CloudWatch calls there", NULL, OPTION_VALUE,
		apply_endpoint_url},
	{0, "ca-bundle", "FILE", "trust only the certificates in this PEM file", NULL, OPTION_VALUE,
		apply_ca_bundle},
	{'t', "timeout", "SECONDS[:STATE]",
		"one deadline for the whole run, and the state\nwhen it strikes (default: 10:UNKNOWN)",
		NULL, OPTION_VALUE, apply_timeout},
	{0, "timeout-result", "STATE", "the state when the deadline strikes\n(default: UNKNOWN)",
		state_words, OPTION_VALUE, apply_timeout_result},
	{0, "perfdata", "CHOICE",
		"all, problems, summary, none, or auto: none at a\nterminal, all elsewhere (default: auto)",
		perfdata_words, OPTION_VALUE, apply_perfdata},
	{0, "output-format", "FORMAT",
		"multi-line, or json: one JSON object instead of\ntext and performance data (default: multi-line)",
		format_words, OPTION_VALUE, apply_format},
	{0, "max-output", "BYTES|NAME",
		"leave out what matters least to stay within these\nbytes, or what nagios, nrpe, nrpe2 or icingadb\nkeep (default: none)",
		OUTPUT_BOUND_NAMES, OPTION_VALUE, apply_max_output},
	{0, "chart", "WHEN",
		"bar charts instead of lines: always, never, or\nauto: at a terminal (default: auto)",
		terminal_words, OPTION_VALUE, apply_chart},
	{0, "color", "WHEN", "colours in the charts, likewise (default: auto)", terminal_words,
		OPTION_VALUE, apply_color},
	{0, "links", "WHEN",
		"names in the charts as links: always, never, or\nauto: where the terminal is known to show them\n(default: auto)",
		terminal_words, OPTION_VALUE, apply_links},
	{0, "interval", "DURATION",
		"how often this check runs, for the monthly cost\nat -vv (default: not told)", NULL,
		OPTION_VALUE, apply_interval},
	{0, "extra-opts", "[SECTION][@FILE]", "read options from an ini file", NULL,
		OPTION_EXTRA_OPTS, NULL},
	{'v', "verbose", NULL,
		"show every service; twice: how the run was set up\nand what it cost; three times: a line for each\nHTTP request",
		NULL, OPTION_FLAG, apply_verbose},
	{'V', "version", NULL, "print the version", NULL, OPTION_VERSION, NULL},
	{'h', "help", NULL, "print this help", NULL, OPTION_HELP, NULL},
};

const size_t option_count = sizeof option_table / sizeof option_table[0];
