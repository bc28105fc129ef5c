#include "config.h"

#include "options/options_ini.h"

#include "options/usage.h"

#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

enum { MAX_KEY = 40 };

bool options_ini_has(const struct arguments *a, int index) {
	return index >= 1 && (size_t)index <= a->ini_count;
}

bool options_ini_gives_flag_a_value(const char *word, const struct option_spec *o) {
	const char same[] = {o->letter, '\0'};
	return (!o->argument || o->kind == OPTION_HELP || o->kind == OPTION_OPTIONAL) &&
		word[0] == '-' && word[1] != '-' && word[1] &&
		word[1 + strspn(word + 1, same)] != '\0';
}

/* The key of the word ("-wVALUE", "--warning=VALUE"). */
static const char *find_key(const char *word, size_t *n) {
	bool is_long = text_starts_with(word, "--");
	const char *key = word + (is_long ? 2 : 1);
	*n = is_long ? strcspn(key, "=") : 1;
	return key;
}

/* Whether the key looks like a name rather than a misplaced value. */
static bool is_name(const char *key, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (!text_is_alnum(key[i]) && key[i] != '-' && key[i] != '_')
			return false;
	return n > 0 && n <= MAX_KEY;
}

static bool resembles_option(const char *key, size_t n) {
	struct nearest near;
	nearest_begin(&near, key, n);
	for (size_t i = 0; i < option_count; i++)
		nearest_consider(&near, option_table[i].name, strlen(option_table[i].name));
	return near.count > 0;
}

/* Whether anything but '=' follows the key. */
static bool has_value(const char *key, size_t n) {
	return key[n + strspn(key + n, "=")] != '\0';
}

static void set_ini_error(const struct arguments *a, int index, const char *what, struct err *e) {
	const struct argument_origin *origin = &a->origins[index - 1];
	(void)err_set(e, ERR_USAGE, "--extra-opts: %.300s line %d: %s", origin->file, origin->line,
		what);
}

void options_ini_refuse_word(const struct arguments *a, int index, struct err *e) {
	struct err reason;
	struct buf shown;
	size_t n;
	const char *key = find_key(a->argv[index], &n);
	buf_init(&shown, MAX_KEY);
	/* "c2VjcmV0=" may be the end of a secret: a key is shown only with a value or if it
	 * resembles an option. */
	if (is_name(key, n) && (has_value(key, n) || resembles_option(key, n)))
		buf_add(&shown, key, n);
	const struct option_spec *flag = n == 1 ? option_table_find_letter(*key) : NULL;
	if (flag)
		(void)err_set(&reason, ERR_USAGE, "%s takes no value", flag->name);
	else
		usage_refuse_name(key, n, "", shown.len > 0 ? buf_str(&shown) : NULL, &reason);
	set_ini_error(a, index, reason.message, e);
	buf_free(&shown);
}

/* Appends the words as "auto, all or none". */
static void add_words(struct buf *out, const char *words) {
	for (const char *at = words; *at;) {
		size_t n = strcspn(at, " ");
		buf_adds(out, at == words ? "" : at[n] ? ", " : " or ");
		buf_add(out, at, n);
		at += n + (at[n] == ' ');
	}
}

void options_ini_refuse_value(const struct arguments *a, int index, const struct option_spec *o,
	struct err *e) {
	char argument[USAGE_NAME_BYTES];
	struct buf what;
	size_t n;
	const char *word = a->argv[index];
	const char *key = find_key(word, &n);
	const char *value = key + n + (text_starts_with(word, "--") && key[n] == '=');
	if (e->code != ERR_USAGE)
		return;
	buf_init(&what, sizeof e->message);
	if (o->kind == OPTION_EXTRA_OPTS)
		buf_addf(&what, "%s is not allowed in an ini file", o->name);
	else if (!o->argument)
		buf_addf(&what, "%s takes no value", o->name);
	else if (!*value)
		buf_addf(&what, "%s has no value; write %s=%s", o->name, o->name,
			usage_argument(o, argument));
	else if (o->words) {
		buf_addf(&what, "the value of %s is not valid; use ", o->name);
		add_words(&what, o->words);
	} else
		buf_addf(&what, "the value of %s is not a valid %s; see --help=all", o->name,
			usage_argument(o, argument));
	set_ini_error(a, index, buf_str(&what), e);
	buf_free(&what);
}
