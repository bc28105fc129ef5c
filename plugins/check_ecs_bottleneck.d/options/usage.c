#include "config.h"

#include "options/usage.h"

#include "options/draft.h"
#include "options/word_list.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/text.h"

#include "harness/range.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAX_WORD_CHARS = 60, MAX_LISTED = 8 };

/* What people try first, and what it is called here. */
static const struct {
	const char *name, *right;
} other_names[] = {{"json", "--output-format=json"}, {"debug", "-vvv"},
	{"no-color", "--color=never"}, {"no-chart", "--chart=never"},
	{"no-perfdata", "--perfdata=none"}, {"all", "-v"}, {"format", "--output-format=FORMAT"},
	{"vv", "-vv"}, {"vvv", "-vvv"}, {"warning-cpu", "--warning=cpu=RANGE"},
	{"warning-memory", "--warning=memory=RANGE"}, {"warning-ebs", "--warning=ebs=RANGE"},
	{"critical-cpu", "--critical=cpu=RANGE"}, {"critical-memory", "--critical=memory=RANGE"},
	{"critical-ebs", "--critical=ebs=RANGE"}, {"o", "--output-format=json"},
	{"j", "--output-format=json"}};

enum { MIN_SINGLE_DASH = 4 };

const char *usage_name(const struct option_spec *o, char out[static USAGE_NAME_BYTES]) {
	if (o->letter)
		(void)snprintf(out, USAGE_NAME_BYTES, "-%c (--%s)", o->letter, o->name);
	else
		(void)snprintf(out, USAGE_NAME_BYTES, "--%s", o->name);
	return out;
}

/* Sets e to text, or to why there is none, and frees it. */
static void set_usage_error(struct err *e, struct buf *text) {
	if (buf_check(text, "message", e) == 0)
		(void)err_set(e, ERR_USAGE, "%s", buf_str(text));
	buf_free(text);
}

/* --- names that do not fit --- */

/* The options whose name begins with n bytes: their number; list has the first of them. */
static size_t find_by_beginning(const char *name, size_t n,
	const struct option_spec *list[static MAX_LISTED]) {
	size_t count = 0;
	for (size_t i = 0; i < option_count; i++) {
		if (strncmp(option_table[i].name, name, n) != 0)
			continue;
		if (strlen(option_table[i].name) == n) {
			list[0] = &option_table[i];
			return 1;
		}
		if (count < MAX_LISTED)
			list[count] = &option_table[i];
		count++;
	}
	return n > 0 ? count : 0;
}

static const char *find_other_name(const char *name, size_t n) {
	for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++)
		if (strlen(other_names[i].name) == n && memcmp(other_names[i].name, name, n) == 0)
			return other_names[i].right;
	return NULL;
}

static void add_list(struct buf *text, const struct option_spec *const *list, size_t count,
	const char *prefix) {
	size_t shown = count < MAX_LISTED ? count : MAX_LISTED;
	for (size_t i = 0; i < shown; i++)
		buf_addf(text, "%s%s%s",
			i == 0                  ? ""
				: i + 1 < count ? ", "
						: " or ",
			prefix, list[i]->name);
}

/* Appends the nearest names, or where all of them are. */
static void explain_unknown(const char *name, size_t n, const char *prefix, bool is_shown,
	struct err *e) {
	struct nearest near;
	nearest_begin(&near, name, n);
	for (size_t i = 0; is_shown && i < option_count; i++)
		nearest_consider(&near, option_table[i].name, strlen(option_table[i].name));
	if (near.count > 0)
		(void)nearest_explain(&near, prefix, e);
	else
		err_suffix(e, "; see --help");
}

void usage_refuse_name(const char *name, size_t n, const char *prefix, const char *spelled,
	struct err *e) {
	const struct option_spec *list[MAX_LISTED];
	size_t count = find_by_beginning(name, n, list);
	const char *right = find_other_name(name, n);
	struct buf text;
	buf_init(&text, sizeof e->message);
	if (count == 1) {
		buf_addf(&text, "%s%s takes no value", prefix, list[0]->name);
	} else if (count > 1) {
		buf_addf(&text, "%s%.*s can be ", prefix, (int)n, name);
		add_list(&text, list, count, prefix);
		buf_adds(&text, "; write more of the name");
	} else {
		if (spelled)
			text_add_clean(&text, spelled, MAX_WORD_CHARS);
		else
			buf_adds(&text, "this");
		buf_addf(&text, right ? " is not an option; write %s" : " is not an option%s",
			right ? right : "");
	}
	set_usage_error(e, &text);
	if (count == 0 && !right)
		explain_unknown(name, n, prefix, spelled != NULL, e);
}

static void add_argument(struct buf *text, const struct option_spec *o) {
	for (const char *c = o->argument; *c; c++)
		if (*c == '|')
			buf_adds(text, " or ");
		else
			buf_addc(text, *c);
}

const char *usage_argument(const struct option_spec *o, char out[static USAGE_NAME_BYTES]) {
	struct buf text;
	buf_init(&text, USAGE_NAME_BYTES - 1);
	add_argument(&text, o);
	(void)snprintf(out, USAGE_NAME_BYTES, "%s", buf_str(&text));
	buf_free(&text);
	return out;
}

/* The letter of a flag that was given a value ("-v=2"). */
static const struct option_spec *find_flag_with_value(const char *word, char letter) {
	const struct option_spec *o = option_table_find_letter(word[1]);
	return letter == '=' && word[2] == '=' && o && !o->argument ? o : NULL;
}

/* Appends what another program calls so, or the letter in its other case. */
static void explain_letter(char letter, struct err *e) {
	const char *right = find_other_name(&letter, 1);
	const bool is_upper = text_lower(letter) != letter;
	const struct option_spec *small = option_table_find_letter(text_lower(letter));
	if (right)
		err_suffix(e, "; write %s", right);
	else if (is_upper && small && small->argument && small->kind != OPTION_HELP)
		err_suffix(e, "; did you mean -%c?", small->letter);
	else
		err_suffix(e, "; see --help");
}

static void refuse_letter(const char *word, char letter, struct err *e) {
	struct buf text;
	const struct option_spec *flag = find_flag_with_value(word, letter);
	if (flag) {
		(void)err_set(e, ERR_USAGE, "-%c takes no value", flag->letter);
		return;
	}
	buf_init(&text, sizeof e->message);
	text_add_clean(&text, (const char[]){'-', letter, '\0'}, MAX_WORD_CHARS);
	if (word[1] != letter || word[2]) {
		buf_adds(&text, " in '");
		text_add_clean(&text, word, MAX_WORD_CHARS);
		buf_adds(&text, "'");
	}
	buf_adds(&text, " is not an option");
	set_usage_error(e, &text);
	explain_letter(letter, e);
}

/* --- dashes --- */

/* The bytes of a hyphen, or of a character that looks like one, at s; 0: neither. */
static size_t dash_bytes(const char *s, bool *is_plain) {
	uint32_t codepoint = 0;
	size_t n = text_utf8_decode(s, strlen(s), &codepoint);
	*is_plain = codepoint == '-';
	/* Unicode 16: hyphens, dashes and bars from U+2010 to U+2015; the minus sign. */
	bool is_other = (codepoint >= 0x2010 && codepoint <= 0x2015) || codepoint == 0x2212;
	return *is_plain || is_other ? n : 0;
}

bool usage_refuse_dash(const char *word, struct err *e) {
	const char *name = word;
	bool all_plain = true;
	bool is_plain;
	for (size_t n; (n = dash_bytes(name, &is_plain)) > 0; name += n)
		all_plain = all_plain && is_plain;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	struct buf text;
	if (all_plain)
		return false;
	buf_init(&text, sizeof e->message);
	buf_adds(&text, "'");
	text_add_clean(&text, word, MAX_WORD_CHARS);
	buf_addf(&text, "' has a dash that is not a plain hyphen; write %s",
		n == 1 ? "one plain hyphen" : "two plain hyphens");
	if (n > 0 && n < MAX_WORD_CHARS)
		buf_addf(&text, ", as in %s%.*s", n == 1 ? "-" : "--", (int)n, name);
	set_usage_error(e, &text);
	return true;
}

bool usage_refuse_single_dash(const char *word, struct err *e) {
	const struct option_spec *list[MAX_LISTED];
	if (word[0] != '-' || word[1] == '-')
		return false;
	size_t n = strcspn(word + 1, "=");
	if (n < MIN_SINGLE_DASH || find_by_beginning(word + 1, n, list) != 1)
		return false;
	if (list[0]->kind == OPTION_HELP) /* -h, whatever follows it */
		return false;
	(void)err_set(e, ERR_USAGE, "-%.*s is not an option; write --%s", (int)n, word + 1,
		list[0]->name);
	return true;
}

void usage_refuse_option(const char *word, int letter, struct err *e) {
	if (!text_starts_with(word, "--")) {
		refuse_letter(word, (char)letter, e);
		return;
	}
	size_t n = strcspn(word + 2, "=");
	struct buf spelled;
	buf_init(&spelled, sizeof e->message);
	buf_add(&spelled, word, text_fitting(word, n + 2 < 300 ? n + 2 : 300));
	usage_refuse_name(word + 2, n, "--", buf_str(&spelled), e);
	buf_free(&spelled);
}

/* --- values that do not fit --- */

void usage_refuse_missing(const struct option_spec *o, struct err *e) {
	char name[USAGE_NAME_BYTES];
	char argument[USAGE_NAME_BYTES];
	(void)err_set(e, ERR_USAGE, "%s needs a value: %s", usage_name(o, name),
		usage_argument(o, argument));
}

void usage_refuse_empty(const struct option_spec *o, struct err *e) {
	char name[USAGE_NAME_BYTES];
	char argument[USAGE_NAME_BYTES];
	(void)err_set(e, ERR_USAGE,
		"%s has an empty value (a macro that is not set?); give it a value, %s, or leave it out",
		usage_name(o, name), usage_argument(o, argument));
}

void usage_refuse_swallowed(const struct option_spec *o, const char *value, struct err *e) {
	char name[USAGE_NAME_BYTES];
	struct buf text;
	buf_init(&text, sizeof e->message);
	buf_addf(&text, "%s got the option ", usage_name(o, name));
	text_add_clean(&text, value, MAX_WORD_CHARS);
	buf_addf(&text,
		" as its value; its own is missing (if that is the value, write --%s=", o->name);
	text_add_clean(&text, value, MAX_WORD_CHARS);
	buf_adds(&text, ")");
	set_usage_error(e, &text);
}

void usage_refuse_equals(const struct option_spec *o, const char *value, struct err *e) {
	struct buf text;
	buf_init(&text, sizeof e->message);
	buf_addf(&text, "-%c", o->letter);
	text_add_clean(&text, value, MAX_WORD_CHARS);
	buf_addf(&text, " is not valid; write -%c ", o->letter);
	if (value[1])
		text_add_clean(&text, value + 1, MAX_WORD_CHARS);
	else
		add_argument(&text, o);
	set_usage_error(e, &text);
}

/* --- words too many --- */

/* Whether the word is spelled as regions are: "eu-west-1", "us-gov-east-1". A service can be called
 * so, too. */
static bool resembles_region(const char *word) {
	static const char *const places[] = {"north", "south", "east", "west", "central"};
	size_t n = strlen(word);
	size_t digits = 0;
	while (digits < n && word[n - digits - 1] >= '0' && word[n - digits - 1] <= '9')
		digits++;
	if (digits == 0 || digits > 2 || n < digits + 1 || word[n - digits - 1] != '-')
		return false;
	if (n < 3 || word[2] != '-' || strspn(word, "abcdefghijklmnopqrstuvwxyz-") + digits != n)
		return false;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		size_t length = strlen(places[i]);
		if (n > digits + 1 + length &&
			strncmp(word + n - digits - 1 - length, places[i], length) == 0)
			return true;
	}
	return false;
}

/* Appends the right form of a word that can only be one thing. */
static bool add_right_form(struct buf *text, const char *word) {
	struct buf shown;
	buf_init(&shown, sizeof((struct err *)0)->message);
	text_add_clean(&shown, word, MAX_WORD_CHARS);
	bool is_known = true;
	if (strcmp(word, "%") == 0)
		buf_adds(text, "write 80% without a blank");
	else if (word_list_find(METRIC_WORDS, word, strlen(word)) >= 0)
		buf_adds(text, "write metrics with a comma between them, as in -m cpu,memory");
	else if (resembles_region(word))
		buf_addf(text, "write -r %s for a region", buf_str(&shown));
	else if (range_is_valid(word))
		buf_addf(text, "write -w %s for a warning range, or -C %s for a critical one",
			buf_str(&shown), buf_str(&shown));
	else
		is_known = false;
	buf_free(&shown);
	return is_known;
}

void usage_refuse_stray(const char *word, const struct option_spec *last, bool cluster_is_named,
	struct err *e) {
	if (last && last->kind == OPTION_OPTIONAL) {
		(void)err_set(e, ERR_USAGE,
			"'%.*s' is not the value of an option; write --%s=%.*s with an '='",
			(int)text_fitting(word, 80), word, last->name, (int)text_fitting(word, 80),
			word);
		return;
	}
	bool behind_pattern = last && (last->letter == 's' || last->letter == 'x');
	struct buf text;
	buf_init(&text, sizeof e->message);
	buf_adds(&text, "'");
	text_add_clean(&text, word, MAX_WORD_CHARS);
	buf_adds(&text, "' is not the value of an option; ");
	if (last && last->kind == OPTION_OPTIONAL && last->words &&
		word_list_find(last->words, word, strlen(word)) >= 0)
		buf_addf(&text, "write --%s=%s", last->name, word);
	else if (behind_pattern || !add_right_form(&text, word)) {
		if (!cluster_is_named)
			buf_adds(&text, "write -c NAME for a cluster, and ");
		buf_adds(&text, "quote patterns, as in -s 'web-*'");
	}
	set_usage_error(e, &text);
}
