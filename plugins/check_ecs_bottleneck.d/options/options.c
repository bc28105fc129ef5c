#include "config.h"

#include "options/options.h"

#include "options/backtest.h"
#include "options/draft.h"
#include "options/jobs.h"
#include "options/metric_check.h"
#include "options/options_ini.h"
#include "options/table.h"
#include "options/usage.h"
#include "options/word_list.h"

#include "model/selection.h"

#include "base/ini.h"
#include "base/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getopt_long's values for options without a letter, and its return value for a non-option word. */
enum { FIRST_LONG_ONLY = 256, NOT_AN_OPTION = 1 };

/* --- getopt tables --- */

struct getopt_tables {
	char letters[3 * OPTIONS_MAX + 3];
	struct option names[OPTIONS_MAX + 1];
};

static int arguments_of(const struct option_spec *o) {
	if (o->kind == OPTION_HELP || o->kind == OPTION_OPTIONAL)
		return optional_argument;
	return o->argument ? required_argument : no_argument;
}

static void build_tables(struct getopt_tables *t) {
	size_t n = 0;
	*t = (struct getopt_tables){0};
	t->letters[n++] = '-'; /* return other words in order, as NOT_AN_OPTION */
	t->letters[n++] = ':'; /* distinguish a missing argument from an unknown option */
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		t->names[i] = (struct option){.name = o->name,
			.has_arg = arguments_of(o),
			.val = o->letter ? o->letter : FIRST_LONG_ONLY + (int)i};
		if (o->letter) {
			t->letters[n++] = o->letter;
			if (arguments_of(o) == required_argument)
				t->letters[n++] = ':';
		}
	}
}

static const struct option_spec *find_spec(int key) {
	for (size_t i = 0; i < option_count; i++)
		if (key ==
			(option_table[i].letter ? option_table[i].letter
						: FIRST_LONG_ONLY + (int)i))
			return &option_table[i];
	return NULL;
}

/* --- options that depend on each other --- */

enum { USUAL_TIMEOUT_S = 10, ADVISE_ALL_TIMEOUT_S = 120 };

static int finish_draft(struct draft *d, struct err *e) {
	struct rules *rules = d->rules;
	const struct style *style = d->style;
	const struct choice *choice = d->choice;
	rules->services_are_named = patterns_are_names(&rules->include);
	if (job_check_options(d, e))
		return -1;
	rules->window.with_filling = choice->job != JOB_BACKTEST &&
		statistics_need_filling(&rules->statistics, rules->metrics);
	if (metric_check_options(d, e) || window_check(&rules->window, e))
		return -1;
	if (rules->forecast_s > 0 && draft_check_forecast(rules, e))
		return -1;
	if (rules->advise == ADVISE_ALL && !d->timeout_given)
		d->choice->timeout_s = ADVISE_ALL_TIMEOUT_S;
	if (style->format == FORMAT_JSON && style->max_output.max > 0)
		return err_set(e, ERR_USAGE,
			"--max-output shortens text and cannot be combined with --output-format=json");
	if (style->format == FORMAT_JSON && style->chart == TERMINAL_ALWAYS)
		return err_set(e, ERR_USAGE,
			"--chart=always draws text and cannot be combined with --output-format=json");
	if (choice->external_id && !choice->role_arn)
		return err_set(e, ERR_USAGE,
			"--external-id needs --role-arn; for the role of a profile, set external_id in that profile");
	if (metric_check_breaches(rules, e))
		return -1;
	return choice->job == JOB_BACKTEST ? backtest_finish_options(d, e) : 0;
}

static void set_defaults(struct options *o) {
	*o = (struct options){
		.rules = {.metrics = {[METRIC_CPU] = true, [METRIC_MEMORY] = true},
			.window = {.window_s = 86400, .period_s = 3600},
			.statistics = statistics_default(),
			.breaches = 1,
			.with_detail = true,
			.timeout_state = STATE_UNKNOWN},
		.choice = {.timeout_s = USUAL_TIMEOUT_S},
	};
}

/* --- parsing --- */

/* Whether a value of the option that begins with a dash can only be another option. Patterns and
 * ranges may begin so; names hardly do. */
static bool takes_a_name(const struct option_spec *o) {
	return o->apply == apply_cluster || o->apply == apply_profile || o->apply == apply_region ||
		o->apply == apply_ca_bundle;
}

/* value is the next word of the command line, not a part of the option's own. */
static bool is_swallowed(const struct draft *d, const struct option_spec *o, const char *value,
	bool value_is_next_word) {
	if (!value_is_next_word || d->from_ini)
		return false;
	return option_table_has_word(value) ||
		(takes_a_name(o) && option_table_has_glued_value(value));
}

static int apply_one(struct draft *d, const struct option_spec *o, char *value,
	bool value_is_next_word, struct err *e) {
	char name[USAGE_NAME_BYTES];
	bool may_lack = o->kind == OPTION_OPTIONAL && !value;
	if (o->argument && !may_lack && (!value || !*value))
		usage_refuse_empty(o, e);
	else if (o->argument && value && !text_is_utf8(value, strlen(value)))
		(void)err_set(e, ERR_USAGE, "the value of %s is not valid UTF-8",
			usage_name(o, name));
	else if (o->argument && value && is_swallowed(d, o, value, value_is_next_word))
		usage_refuse_swallowed(o, value, e);
	else {
		const char *advice = value ? ini_advice(value, NULL) : NULL;
		d->text = value;
		int rc = o->apply(d, value, e);
		if (rc == 0 && !d->for_series && option_table_is_for_series(o))
			d->for_series = o;
		if (rc && advice)
			err_suffix(e, "; %s", advice);
		return rc;
	}
	return -1;
}

/* Reports what is wrong with a word that getopt_long rejects. key is getopt_long's return value,
 * index the position of the word. */
static void refuse_word(const struct arguments *a, const struct draft *d, int key, int index,
	struct err *e) {
	const char *word = a->argv[index < (int)a->count ? index : (int)a->count - 1];
	const struct option_spec *missing = key == ':' ? find_spec(optopt) : NULL;
	if (missing) {
		usage_refuse_missing(missing, e);
		if (options_ini_has(a, index))
			options_ini_refuse_value(a, index, missing, e);
	} else if (options_ini_has(a, index)) {
		options_ini_refuse_word(a, index, e);
	} else if (usage_refuse_dash(word, e)) {
		return;
	} else if (key == NOT_AN_OPTION) {
		usage_refuse_stray(word, d->last, d->choice->cluster != NULL, e);
	} else {
		usage_refuse_option(word, optopt, e);
	}
}

/* next: the word behind it, NULL if there is none. */
static enum options_outcome apply_help(const char *value, const char *next, struct err *e) {
	if (!value)
		return text_is_word(next, "all") ? OPTIONS_HELP_ALL : OPTIONS_HELP;
	if (word_list_choose("--help", value, "all", e) == 0)
		return OPTIONS_HELP_ALL;
	return OPTIONS_BAD;
}

/* The value begins with the "=" of "-w=80". */
static bool is_behind_equals(const char *word, const struct option_spec *o,
	bool value_is_next_word) {
	return word[0] == '-' && word[1] != '-' && o->kind == OPTION_VALUE && !value_is_next_word &&
		*optarg == '=';
}

/* Applies one option; words: the one it stands in, and those behind, up to a NULL. OPTIONS_RUN:
 * continue. */
static enum options_outcome apply_option(struct draft *d, const struct option_spec *o,
	bool value_is_next_word, char *const *words, struct err *e) {
	if (o->kind == OPTION_HELP)
		return apply_help(optarg, d->from_ini ? NULL : words[1], e);
	if (o->kind == OPTION_VERSION)
		return OPTIONS_VERSION;
	if (o->kind == OPTION_EXTRA_OPTS)
		(void)err_set(e, ERR_USAGE, "--extra-opts cannot be shortened: write it in full");
	/* A value from an ini file is never a separate word: the next word is another option. */
	else if (d->from_ini && value_is_next_word)
		usage_refuse_empty(o, e);
	else if (!d->from_ini && is_behind_equals(words[0], o, value_is_next_word))
		usage_refuse_equals(o, optarg, e);
	else if (apply_one(d, o, optarg, value_is_next_word, e) == 0)
		return OPTIONS_RUN;
	return OPTIONS_BAD;
}

static enum options_outcome parse_words(const struct arguments *a, struct draft *d, struct err *e) {
	struct getopt_tables tables;
	build_tables(&tables);
	opterr = 0;
	optind = 0; /* glibc, musl: restart, whatever was parsed before */
	for (;;) {
		int index = optind > 0 ? optind : 1;
		int key = getopt_long((int)a->count, a->argv, tables.letters, tables.names, NULL);
		if (key == -1)
			break;
		d->from_ini = options_ini_has(a, index);
		const struct option_spec *o = find_spec(key);
		if (!d->from_ini && usage_refuse_single_dash(a->argv[index], e))
			return OPTIONS_BAD;
		if (!o || (d->from_ini && options_ini_gives_flag_a_value(a->argv[index], o))) {
			refuse_word(a, d, key, index, e);
			return OPTIONS_BAD;
		}
		enum options_outcome outcome = apply_option(d, o, optind > index + 1,
			a->argv + index, e);
		d->last = o;
		if (o && !d->from_ini)
			d->given[o - option_table] = true;
		if (outcome == OPTIONS_BAD && d->from_ini)
			options_ini_refuse_value(a, index, o, e);
		if (outcome != OPTIONS_RUN)
			return outcome;
	}
	if (optind < (int)a->count) {
		refuse_word(a, d, NOT_AN_OPTION, optind, e);
		return OPTIONS_BAD;
	}
	return OPTIONS_RUN;
}

/* Parses the options needed before all are read (option_table_is_early). The last valid value of
 * each counts, whatever else is wrong. ini_count as in struct arguments. */
static void parse_early_options(int argc, char *const *argv, size_t ini_count,
	struct options *out) {
	struct draft draft = {.rules = &out->rules, .style = &out->style, .choice = &out->choice};
	struct getopt_tables tables;
	struct err unused;
	build_tables(&tables);
	/* The next word may be another option, or be missing. */
	for (struct option *o = tables.names; o->name; o++)
		if (strcmp(o->name, "extra-opts") == 0 || strcmp(o->name, "discover") == 0)
			o->has_arg = optional_argument;
	opterr = 0;
	optind = 0;
	for (;;) {
		int index = optind > 0 ? optind : 1;
		int key = getopt_long(argc, argv, tables.letters, tables.names, NULL);
		if (key == -1)
			return;
		const struct option_spec *o = find_spec(key);
		if ((size_t)index <= ini_count && optind > index + 1)
			optind = index + 1; /* as in apply_option: another option follows */
		else if (o && option_table_is_early(o))
			(void)o->apply(&draft, optarg, &unused);
	}
}

/* A program that reads the list expects its form or one line. */
static void settle_discovery(struct options *o) {
	if (o->choice.job != JOB_DISCOVER)
		return;
	o->style.format = FORMAT_MULTI_LINE;
	o->rules.timeout_state = STATE_UNKNOWN;
}

void options_foresee(int argc, char *const *argv, struct options *out) {
	set_defaults(out);
	parse_early_options(argc, argv, 0, out);
	settle_discovery(out);
}

static enum report_format find_format(int argc, char *const *argv, size_t ini_count) {
	struct options seen;
	set_defaults(&seen);
	parse_early_options(argc, argv, ini_count, &seen);
	return seen.style.format;
}

/* How many values the words can hold, separated by commas. */
static size_t count_values(const struct arguments *a) {
	size_t count = 1;
	for (size_t i = 0; i < a->count; i++) {
		count++;
		for (const char *at = strchr(a->argv[i], ','); at; at = strchr(at + 1, ','))
			count++;
	}
	return count;
}

enum options_outcome options_parse(int argc, char *const *argv, struct options *out,
	struct err *e) {
	struct draft draft = {.rules = &out->rules, .style = &out->style, .choice = &out->choice};
	set_defaults(out);
	out->style.format = find_format(argc, argv, 0);
	if (extra_opts_expand(argc, argv, PACKAGE_NAME, &out->arguments, e))
		return OPTIONS_BAD;
	out->style.format = find_format((int)out->arguments.count, out->arguments.argv,
		out->arguments.ini_count);
	const size_t most = count_values(&out->arguments);
	out->rules.include.items = calloc(most, sizeof *out->rules.include.items);
	out->rules.exclude.items = calloc(most, sizeof *out->rules.exclude.items);
	if (!out->rules.include.items || !out->rules.exclude.items) {
		(void)err_no_memory(e);
		return OPTIONS_BAD;
	}
	enum options_outcome outcome = parse_words(&out->arguments, &draft, e);
	if (outcome == OPTIONS_RUN && finish_draft(&draft, e))
		outcome = OPTIONS_BAD;
	settle_discovery(out);
	return outcome;
}

void options_free(struct options *o) {
	free(o->rules.include.items);
	free(o->rules.exclude.items);
	thresholds_free(&o->rules.thresholds);
	arguments_free(&o->arguments);
	*o = (struct options){0};
}
