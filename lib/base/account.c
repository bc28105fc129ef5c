#include "config.h"

#include "base/account.h"

#include "base/env.h"
#include "base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { PASSWD_BYTES = 16384, MAX_NAME_CHARS = 60 };

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
