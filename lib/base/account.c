#include "config.h"

#include "base/account.h"

#include "base/env.h"
#include "base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSWD_BYTES = 16384, MAX_NAME_CHARS = 60, MAX_PATH_BYTES = 64 * 1024 };

/* Reads the effective user's password entry. Returns the buffer of its strings, which the caller
 * frees, or NULL when there is no entry. */
static char *read_entry(struct passwd *entry) {
	struct passwd *found = NULL;
	char *texts = malloc(PASSWD_BYTES);
	if (texts && getpwuid_r(geteuid(), entry, texts, PASSWD_BYTES, &found) == 0 && found)
		return texts;
	free(texts);
	return NULL;
}

void account_add_name(struct buf *out) {
	struct passwd entry;
	char *texts = read_entry(&entry);
	if (texts && entry.pw_name && *entry.pw_name)
		text_add_clean(out, entry.pw_name, MAX_NAME_CHARS);
	else
		buf_addf(out, "ID %ld", (long)geteuid());
	free(texts);
}

void account_add_home(struct buf *out) {
	const char *home = env_get("HOME");
	if (home) {
		buf_adds(out, home);
		return;
	}
	struct passwd entry;
	char *texts = read_entry(&entry);
	if (texts && entry.pw_dir)
		buf_adds(out, entry.pw_dir);
	free(texts);
}

/* Appends the home directory of the account with this name of n bytes, if there is one. */
static void add_home_of(struct buf *out, const char *name, size_t n) {
	struct passwd entry;
	struct passwd *found = NULL;
	char *texts = malloc(PASSWD_BYTES);
	char *account = text_dup(name, n);
	if (!texts || !account)
		out->failed = true;
	else if (getpwnam_r(account, &entry, texts, PASSWD_BYTES, &found) == 0 && found &&
		entry.pw_dir)
		buf_adds(out, entry.pw_dir);
	free(account);
	free(texts);
}

static bool is_word(char c) {
	return text_is_alnum(c) || c == '_';
}

/* The length of the reference to a variable that s begins with; 0 if it is none. Sets its name. */
static size_t find_variable(const char *s, const char **name, size_t *name_len) {
	bool braces = s[1] == '{';
	*name = s + 1 + braces;
	*name_len = 0;
	if (*s != '$')
		return 0;
	while (braces ? (*name)[*name_len] && (*name)[*name_len] != '}'
		      : is_word((*name)[*name_len]))
		++*name_len;
	if (braces)
		return (*name)[*name_len] ? *name_len + strlen("${}") : 0;
	return *name_len > 0 ? *name_len + strlen("$") : 0;
}

static void add_variables(struct buf *out, const char *path) {
	while (*path) {
		const char *name;
		size_t name_len;
		size_t n = find_variable(path, &name, &name_len);
		char *variable = n > 0 ? text_dup(name, name_len) : NULL;
		const char *value = variable ? getenv(variable) : NULL;
		if (n > 0 && !variable)
			out->failed = true;
		else if (value)
			buf_adds(out, value);
		else
			buf_add(out, path, n > 0 ? n : 1);
		path += n > 0 ? n : 1;
		free(variable);
	}
}

void account_add_path(struct buf *out, const char *path, bool variables) {
	struct buf expanded;
	buf_init(&expanded, MAX_PATH_BYTES);
	if (variables)
		add_variables(&expanded, path);
	else
		buf_adds(&expanded, path);
	buf_fail_with(out, &expanded);
	const char *rest = buf_str(&expanded);
	size_t name_len = *rest == '~' ? strcspn(rest + 1, "/") : 0;
	struct buf home;
	buf_init(&home, MAX_PATH_BYTES);
	if (*rest == '~' && name_len == 0)
		account_add_home(&home);
	else if (*rest == '~')
		add_home_of(&home, rest + 1, name_len);
	buf_fail_with(out, &home);
	if (home.len > 0) {
		buf_adds(out, buf_str(&home));
		rest += 1 + name_len;
	}
	buf_adds(out, rest);
	buf_free(&home);
	buf_free(&expanded);
}
