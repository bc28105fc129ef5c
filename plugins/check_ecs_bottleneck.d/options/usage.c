#include "config.h"

#include "options/usage.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { MAX_WORD_CHARS = 60, MAX_LISTED = 8 };

/* What people try first, and what it is called here. */
static const struct {
	const char *name, *right;
} other_names[] = {{"json", "--output-format=json"}, {"debug", "-vvv"},
	{"no-color", "--color=never"}, {"no-chart", "--chart=never"},
	{"no-perfdata", "--perfdata=none"}, {"all", "-v"}};

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

static void refuse_letter(const char *word, char letter, struct err *e) {
	struct buf text;
	buf_init(&text, sizeof e->message);
	text_add_clean(&text, (const char[]){'-', letter, '\0'}, MAX_WORD_CHARS);
	if (word[1] != letter || word[2]) {
		buf_adds(&text, " in '");
		text_add_clean(&text, word, MAX_WORD_CHARS);
		buf_adds(&text, "'");
	}
	buf_adds(&text, " is not an option; see --help");
	set_usage_error(e, &text);
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
	(void)err_set(e, ERR_USAGE, "%s needs a value: %s", usage_name(o, name), o->argument);
}

void usage_refuse_empty(const struct option_spec *o, struct err *e) {
	char name[USAGE_NAME_BYTES];
	(void)err_set(e, ERR_USAGE,
		"%s has an empty value (a macro that is not set?); give it a value, %s, or leave it out",
		usage_name(o, name), o->argument);
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

void usage_refuse_stray(const char *word, bool cluster_is_named, struct err *e) {
	struct buf text;
	buf_init(&text, sizeof e->message);
	buf_adds(&text, "'");
	text_add_clean(&text, word, MAX_WORD_CHARS);
	buf_adds(&text, "' is not the value of an option; ");
	if (!cluster_is_named)
		buf_adds(&text, "write -c NAME for a cluster, and ");
	buf_adds(&text, "quote patterns, as in -s 'web-*'");
	set_usage_error(e, &text);
}
