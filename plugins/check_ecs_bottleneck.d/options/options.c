#include "config.h"

#include "options/options.h"

#include "options/table.h"
#include "options/options_ini.h"

#include "base/ini.h"
#include "base/nearest.h"
#include "base/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getopt_long's values for options without a letter, and its return value for a non-option word. */
enum { FIRST_LONG_ONLY = 256, NOT_AN_OPTION = 1 };
enum { MAX_OPTIONS = 64, HELP_COLUMN = 30 };

/* --- getopt tables --- */

struct getopt_tables {
	char letters[3 * MAX_OPTIONS + 3];
	struct option names[MAX_OPTIONS + 1];
};

static void build_tables(struct getopt_tables *t) {
	size_t n = 0;
	*t = (struct getopt_tables){0};
	t->letters[n++] = '-'; /* return other words in order, as NOT_AN_OPTION */
	t->letters[n++] = ':'; /* distinguish a missing argument from an unknown option */
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		t->names[i] = (struct option){.name = o->name,
			.has_arg = o->argument ? required_argument : no_argument,
			.val = o->letter ? o->letter : FIRST_LONG_ONLY + (int)i};
		if (o->letter) {
			t->letters[n++] = o->letter;
			if (o->argument)
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

/* Sets e to a message that quotes a word of the command line, cleaned and shortened. */
static void set_usage_error(struct err *e, const char *before, const char *word,
	const char *after) {
	struct buf b;
	const size_t max_chars = 60;
	buf_init(&b, 1024);
	buf_adds(&b, before);
	text_add_clean(&b, word, max_chars);
	buf_adds(&b, after);
	(void)err_set(e, ERR_USAGE, "%s", buf_str(&b));
	buf_free(&b);
}

/* --- options that depend on each other --- */

static int resolve_ranges(struct draft *d, struct err *e) {
	struct rules *rules = d->rules;
	struct range *const targets[] = {rules->warning, rules->critical};
	for (int level = 0; level < 2; level++) {
		for (int m = 0; m < METRICS; m++) {
			bool special = d->special_given[level][m];
			if (special && !rules->metrics[m])
				return err_set(e, ERR_USAGE,
					"%s %s=...: that metric is not asked for, add it to -m",
					level ? "-C" : "-w", metric_name((enum metric)m));
			targets[level][m] = special ? d->special[level][m] : d->plain[level];
		}
	}
	return 0;
}

static int finish_draft(struct draft *d, struct err *e) {
	struct rules *rules = d->rules;
	const struct style *style = d->style;
	const struct choice *choice = d->choice;
	rules->window.with_filling = strcmp(rules->statistic, "Maximum") == 0;
	if (resolve_ranges(d, e) || window_check(&rules->window, e))
		return -1;
	if (style->format == FORMAT_JSON && style->max_output_bytes > 0)
		return err_set(e, ERR_USAGE,
			"--max-output shortens text; it does not go with --output-format=json");
	if (style->format == FORMAT_JSON && style->chart == TERMINAL_ALWAYS)
		return err_set(e, ERR_USAGE,
			"--chart=always draws text; it does not go with --output-format=json");
	if (choice->external_id && !choice->role_arn)
		return err_set(e, ERR_USAGE,
			"--external-id goes with --role-arn, which is missing (a profile's role has external_id beside it)");
	if (rules->breaches > window_points(&rules->window))
		return err_set(e, ERR_USAGE, "--breaches=%zu: the window has only %zu points",
			rules->breaches, window_points(&rules->window));
	return 0;
}

static void set_defaults(struct options *o) {
	*o = (struct options){
		.rules = {.metrics = {[METRIC_CPU] = true, [METRIC_MEMORY] = true},
			.window = {.window_s = 86400, .period_s = 3600},
			.statistic = "Maximum",
			.breaches = 1,
			.timeout_state = STATE_UNKNOWN},
		.choice = {.timeout_s = 10},
	};
}

/* --- parsing --- */

static int apply_one(struct draft *d, const struct option_spec *o, const char *value,
	struct err *e) {
	char name[80];
	(void)snprintf(name, sizeof name, o->letter ? "-%c (--%s)" : "%c--%s",
		o->letter ? o->letter : ' ', o->name);
	const char *shown = name + (o->letter ? 0 : 1);
	if (o->argument && (!value || !*value))
		return err_set(e, ERR_USAGE, "%s needs a value, %s", shown, o->argument);
	if (o->argument && !text_is_utf8(value, strlen(value)))
		return err_set(e, ERR_USAGE, "the value of %s is not valid UTF-8", shown);
	int rc = o->apply(d, value, e);
	const char *advice = rc && value ? ini_advice(value, NULL) : NULL;
	if (advice)
		err_suffix(e, "; %s", advice);
	return rc;
}

static void refuse_option(const char *word, struct err *e) {
	struct nearest near;
	set_usage_error(e, "unknown option, or a value for an option that takes none: ", word,
		" (see --help)");
	if (!text_starts_with(word, "--"))
		return;
	nearest_begin(&near, word + 2, strcspn(word + 2, "="));
	for (size_t i = 0; i < option_count; i++)
		nearest_consider(&near, option_table[i].name, strlen(option_table[i].name));
	(void)nearest_explain(&near, "--", e);
}

/* Reports what is wrong with a word that getopt_long rejects. key is getopt_long's return value,
 * index the position of the word. */
static void refuse_word(const struct arguments *a, int key, int index, struct err *e) {
	const char *word = a->argv[index < (int)a->count ? index : (int)a->count - 1];
	if (options_ini_has(a, index))
		options_ini_refuse_word(a, index, e);
	else if (key == NOT_AN_OPTION)
		set_usage_error(e, "'", word,
			"' belongs to no option: quote patterns, and see --help");
	else if (key == ':')
		set_usage_error(e, "", word, " needs a value: see --help");
	else
		refuse_option(word, e);
}

/* Applies one option. OPTIONS_RUN: continue. */
static enum options_outcome apply_option(struct draft *d, const struct option_spec *o,
	bool value_is_next_word, struct err *e) {
	if (o->kind == OPTION_HELP)
		return OPTIONS_HELP;
	if (o->kind == OPTION_VERSION)
		return OPTIONS_VERSION;
	if (o->kind == OPTION_EXTRA_OPTS)
		(void)err_set(e, ERR_USAGE, "--extra-opts cannot be shortened: write it in full");
	/* A value from an ini file is never a separate word: the next word is another option. */
	else if (apply_one(d, o, d->from_ini && value_is_next_word ? "" : optarg, e) == 0)
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
		if (!o || (d->from_ini && options_ini_gives_flag_a_value(a->argv[index], o))) {
			refuse_word(a, key, index, e);
			return OPTIONS_BAD;
		}
		enum options_outcome outcome = apply_option(d, o, optind > index + 1, e);
		if (outcome == OPTIONS_BAD && d->from_ini)
			options_ini_refuse_value(a, index, o, e);
		if (outcome != OPTIONS_RUN)
			return outcome;
	}
	if (optind < (int)a->count) {
		refuse_word(a, NOT_AN_OPTION, optind, e);
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
	for (struct option *o = tables.names; o->name; o++)
		if (strcmp(o->name, "extra-opts") == 0)
			o->has_arg = optional_argument; /* the next word may be another option */
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

void options_foresee(int argc, char *const *argv, struct options *out) {
	set_defaults(out);
	parse_early_options(argc, argv, 0, out);
}

static enum report_format find_format(int argc, char *const *argv, size_t ini_count) {
	struct options seen;
	set_defaults(&seen);
	parse_early_options(argc, argv, ini_count, &seen);
	return seen.style.format;
}

enum options_outcome options_parse(int argc, char *const *argv, struct options *out,
	struct err *e) {
	struct draft draft = {.rules = &out->rules,
		.style = &out->style,
		.choice = &out->choice,
		.plain = {{.start = 0, .end = 80}, {.start = 0, .end = 95}}};
	set_defaults(out);
	out->style.format = find_format(argc, argv, 0);
	if (extra_opts_expand(argc, argv, PACKAGE_NAME, &out->arguments, e))
		return OPTIONS_BAD;
	out->style.format = find_format((int)out->arguments.count, out->arguments.argv,
		out->arguments.ini_count);
	out->rules.include.items = calloc(out->arguments.count + 1,
		sizeof *out->rules.include.items);
	out->rules.exclude.items = calloc(out->arguments.count + 1,
		sizeof *out->rules.exclude.items);
	if (!out->rules.include.items || !out->rules.exclude.items) {
		(void)err_no_memory(e);
		return OPTIONS_BAD;
	}
	enum options_outcome outcome = parse_words(&out->arguments, &draft, e);
	if (outcome == OPTIONS_RUN && finish_draft(&draft, e))
		return OPTIONS_BAD;
	return outcome;
}

void options_free(struct options *o) {
	free(o->rules.include.items);
	free(o->rules.exclude.items);
	arguments_free(&o->arguments);
	*o = (struct options){0};
}

/* --- help --- */

static void add_help_line(struct buf *out, const struct option_spec *o) {
	size_t start = out->len;
	if (o->letter)
		buf_addf(out, " -%c, --%s", o->letter, o->name);
	else
		buf_addf(out, "     --%s", o->name);
	if (o->kind == OPTION_EXTRA_OPTS)
		buf_addf(out, "[=%s]", o->argument);
	else if (o->argument)
		buf_addf(out, "=%s", o->argument);
	if (out->len - start >= HELP_COLUMN - 1) {
		buf_addc(out, '\n');
		start = out->len;
	}
	for (const char *line = o->help; *line;) {
		size_t n = strcspn(line, "\n");
		while (out->len - start < HELP_COLUMN)
			buf_addc(out, ' ');
		buf_add(out, line, n);
		buf_addc(out, '\n');
		start = out->len;
		line += n + (line[n] == '\n');
	}
}

void options_help(struct buf *out) {
	buf_adds(out,
		"Usage: " PACKAGE_NAME " -c CLUSTER [-w RANGE] [-C RANGE] [OPTION]...\n\n"
		"Judges the peak CPU and memory utilisation of every service of an Amazon ECS\n"
		"cluster over a window against warning and critical ranges.\n\n");
	for (size_t i = 0; i < option_count; i++)
		add_help_line(out, &option_table[i]);
	buf_adds(out,
		"\nA RANGE is [@]START:END in percent, as in the Monitoring Plugins: 80 alerts\n"
		"above 80 (and below 0), 10:90 outside, @10:20 inside, ~:95 above only; ~:\n"
		"switches a threshold off. -c is the cluster, the critical range is -C.\n"
		"Credentials, region and endpoints are found as the AWS CLI finds them.\n"
		"Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n");
}

void options_version(struct buf *out) {
	buf_adds(out, PACKAGE_NAME " " PACKAGE_VERSION "\n");
}
