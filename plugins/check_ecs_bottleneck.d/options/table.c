#include "config.h"

#include "options/table.h"

#include "options/draft.h"

#include "harness/output_bound.h"

#include <string.h>

const char *const option_group_titles[OPTION_GROUPS] = {
	[GROUP_SERVICES] = "What to check",
	[GROUP_THRESHOLDS] = "When to alert",
	[GROUP_AWS] = "Access to AWS",
	[GROUP_RUN] = "The run",
	[GROUP_OUTPUT] = "Output",
	[GROUP_HELP] = "Help",
};

bool option_table_is_early(const struct option_spec *o) {
	return o->apply == apply_format || o->apply == apply_timeout ||
		o->apply == apply_timeout_result || o->apply == apply_discover;
}

bool option_table_is_optional(const struct option_spec *o) {
	return o->kind == OPTION_OPTIONAL || o->kind == OPTION_HELP || o->kind == OPTION_EXTRA_OPTS;
}

bool option_table_is_for_series(const struct option_spec *o) {
	return o->apply == apply_window || o->apply == apply_period ||
		o->apply == apply_statistic || o->apply == apply_breaches ||
		o->apply == apply_recover || o->apply == apply_no_data || o->apply == apply_detail;
}

const struct option_spec option_table[] = {
	{'c', "cluster", "NAME|ARN", "the cluster (default: the account's only one)", NULL,
		OPTION_VALUE, apply_cluster, GROUP_SERVICES},
	{'s', "service", "GLOB", "only services whose name matches; repeatable", NULL, OPTION_VALUE,
		apply_service, GROUP_SERVICES},
	{'x', "exclude", "GLOB", "leave out services whose name matches;\nrepeatable; beats -s",
		NULL, OPTION_VALUE, apply_exclude, GROUP_SERVICES},
	{'m', "metric", "LIST",
		"metrics to check, of cpu, memory, ebs and tasks\n(running ones); repeatable (default: cpu,memory)",
		METRIC_WORDS, OPTION_VALUE, apply_metric, GROUP_SERVICES},
	{'w', "warning", "[GLOB/][METRIC=]RANGE",
		"warning range in percent, for cpu, memory and\nebs or for some: memory=90, batch-*/cpu=~:;\nrepeatable (default: 80, tasks 100:)",
		NULL, OPTION_VALUE, apply_warning, GROUP_THRESHOLDS},
	{'C', "critical", "[GLOB/][METRIC=]RANGE",
		"critical range, likewise; repeatable\n(default: 95, tasks 50:)", NULL,
		OPTION_VALUE, apply_critical, GROUP_THRESHOLDS},
	{0, "window", "DURATION", "how far to look back: 90m, 24h, 7d (default: 24h)", NULL,
		OPTION_VALUE, apply_window, GROUP_THRESHOLDS},
	{0, "period", "DURATION", "size of a data point: 60s, 5m, 1h (default: 1h)", NULL,
		OPTION_VALUE, apply_period, GROUP_THRESHOLDS},
	{0, "statistic", "[METRIC=]NAME",
		"Maximum, Average, Minimum or a percentile: p95,\np99.9, for all metrics or one; repeatable\n(default: Maximum)",
		STATISTIC_WORDS, OPTION_VALUE, apply_statistic, GROUP_THRESHOLDS},
	{0, "breaches", "M", "alert only if at least M points of a series\nbreach (default: 1)",
		NULL, OPTION_VALUE, apply_breaches, GROUP_THRESHOLDS},
	{0, "recover", "DURATION",
		"keep a state until its rule has not held for so\nlong: 30m (default: none)", NULL,
		OPTION_VALUE, apply_recover, GROUP_THRESHOLDS},
	{0, "no-data", "POLICY",
		"state of a series without data: ok, warning,\ncritical, unknown, or auto, which asks ECS why\n(default: auto)",
		POLICY_WORDS, OPTION_VALUE, apply_no_data, GROUP_THRESHOLDS},
	{0, "detail", "CHOICE",
		"auto: one more call asks for 5-minute points of\nwhat alerts, to tell how long it lasted; or none\n(default: auto)",
		DETAIL_WORDS, OPTION_VALUE, apply_detail, GROUP_THRESHOLDS},
	{0, "forecast", "DURATION",
		"WARNING for memory and ebs that grow steadily and\nreach the end of the critical range within so\nlong (default: none)",
		NULL, OPTION_VALUE, apply_forecast, GROUP_THRESHOLDS},
	{0, "advise", "WHICH",
		"which task size would do, after a week's data,\nfor services with problems (problems, the same\nwithout a word), or for every one (all)\n(default: none)",
		ADVISE_WORDS, OPTION_OPTIONAL, apply_advise, GROUP_THRESHOLDS},
	{'r', "region", "REGION", "AWS region (default: as the AWS CLI finds it)", NULL,
		OPTION_VALUE, apply_region, GROUP_AWS},
	{'p', "profile", "NAME", "profile in the AWS config and credentials files", NULL,
		OPTION_VALUE, apply_profile, GROUP_AWS},
	{0, "role-arn", "ARN", "assume this role with the credentials found", NULL, OPTION_VALUE,
		apply_role_arn, GROUP_AWS},
	{0, "external-id", "ID", "external ID that the role of --role-arn requires", NULL,
		OPTION_VALUE, apply_external_id, GROUP_AWS},
	{0, "no-cache", NULL, "do not use or keep temporary keys on disk", NULL, OPTION_FLAG,
		apply_no_cache, GROUP_AWS},
	{0, "endpoint-url", "URL", "send the ECS and CloudWatch calls to this URL", NULL,
		OPTION_VALUE, apply_endpoint_url, GROUP_AWS},
	{0, "ca-bundle", "FILE", "trust only the certificates in this PEM file", NULL, OPTION_VALUE,
		apply_ca_bundle, GROUP_AWS},
	{'t', "timeout", "SECONDS[:STATE]",
		"deadline for the whole run, and the state if it\npasses; 60 seconds for --backtest, 120 for\n--advise=all (default: 10:UNKNOWN)",
		NULL, OPTION_VALUE, apply_timeout, GROUP_RUN},
	{0, "timeout-result", "STATE",
		"state if the deadline passes: ok, warning,\ncritical or unknown (default: UNKNOWN)",
		STATE_WORDS, OPTION_VALUE, apply_timeout_result, GROUP_RUN},
	{0, "discover", "FORMAT",
		"no check: list the services, as names, json, or\nicinga2 objects; failures go to standard error\n(default: none)",
		DISCOVERY_WORDS, OPTION_VALUE, apply_discover, GROUP_RUN},
	{0, "backtest", "DURATION",
		"judge the past so far back, at the end of each\nperiod or as often as --interval, instead of\nchecking\n(default: 14d, or what CloudWatch still has)",
		NULL, OPTION_OPTIONAL, apply_backtest, GROUP_RUN},
	{0, "probe", NULL,
		"ask whether a check could run (keys, network,\npermissions), ending OK or UNKNOWN\n(default: none)",
		NULL, OPTION_FLAG, apply_probe, GROUP_RUN},
	{0, "extra-opts", "[SECTION][@FILE]", "read options from an ini file; repeatable", NULL,
		OPTION_EXTRA_OPTS, NULL, GROUP_RUN},
	{'v', "verbose", NULL,
		"show every series; twice: also how the run was\nset up and what it cost; three times: also each\nHTTP request",
		NULL, OPTION_FLAG, apply_verbose, GROUP_OUTPUT},
	{0, "perfdata", "CHOICE",
		"performance data: all, problems, summary, none,\nor auto: none at a terminal, all elsewhere\n(default: auto)",
		PERFDATA_WORDS, OPTION_VALUE, apply_perfdata, GROUP_OUTPUT},
	{0, "output-format", "FORMAT",
		"multi-line, or json: one JSON object instead of\ntext and performance data (default: multi-line)",
		FORMAT_WORDS, OPTION_VALUE, apply_format, GROUP_OUTPUT},
	{0, "max-output", "BYTES|NAME",
		"leave out what matters least to stay within so\nmany bytes, or within what nagios, nrpe, nrpe2 or\nicingadb keep (default: none)",
		OUTPUT_BOUND_NAMES, OPTION_VALUE, apply_max_output, GROUP_OUTPUT},
	{0, "chart", "WHEN",
		"bar charts instead of lines: always, never, or\nauto: at a terminal (default: auto)",
		TERMINAL_WORDS, OPTION_VALUE, apply_chart, GROUP_OUTPUT},
	{0, "color", "WHEN", "colours in the charts: always, never, or auto\n(default: auto)",
		TERMINAL_WORDS, OPTION_VALUE, apply_color, GROUP_OUTPUT},
	{0, "links", "WHEN",
		"names in the charts as links: always, never, or\nauto, if the terminal is known to show them\n(default: auto)",
		TERMINAL_WORDS, OPTION_VALUE, apply_links, GROUP_OUTPUT},
	{0, "interval", "DURATION",
		"how often this check runs, for the monthly cost\nthat -vv shows (default: none; no cost is shown)",
		NULL, OPTION_VALUE, apply_interval, GROUP_OUTPUT},
	{'h', "help", "all", "print a short help; with all, this text", "all", OPTION_HELP, NULL,
		GROUP_HELP},
	{'V', "version", NULL, "print the version", NULL, OPTION_VERSION, NULL, GROUP_HELP},
};

const size_t option_count = sizeof option_table / sizeof option_table[0];

const struct option_spec *option_table_find_letter(char letter) {
	for (size_t i = 0; i < option_count; i++)
		if (letter && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

bool option_table_has_glued_value(const char *word) {
	if (word[0] != '-' || !word[1])
		return false;
	const struct option_spec *o = option_table_find_letter(word[1]);
	return strcmp(word, "--") == 0 || (o && o->kind == OPTION_VALUE && word[2]);
}

bool option_table_has_word(const char *word) {
	if (word[0] != '-' || !word[1])
		return false;
	if (word[1] != '-') {
		const struct option_spec *o = option_table_find_letter(word[1]);
		bool repeated = word[1 + strspn(word + 1, (const char[]){word[1], '\0'})] == '\0';
		return o && (!word[2] || (o->kind == OPTION_FLAG && repeated));
	}
	size_t n = strcspn(word + 2, "=");
	for (size_t i = 0; n > 0 && i < option_count; i++)
		if (strncmp(option_table[i].name, word + 2, n) == 0)
			return true;
	return false;
}
