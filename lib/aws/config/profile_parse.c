#include "config.h"

#include "aws/config/profile_state.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ini.h"
#include "base/text.h"
#include "base/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct profile_set *set;
	enum profile_file file;
	struct section *section; /* the section being filled; NULL: none has begun */
	struct entry *entry;     /* the entry that indented lines continue; NULL: it is ignored */
	bool nested;             /* the value was empty: indented lines must be name = value */
};

/* --- sections --- */

/* "KEYWORD NAME" in a config file, by the rules of the AWS CLI (botocore: build_profile_map): the
 * text begins with the keyword, and has two words after a shell's rules. Sets *name to the second
 * one, which words holds. */
static bool split_name(const char *text, const char *keyword, struct words *words,
	const char **name, struct err *e) {
	if (!text_starts_with(text, keyword))
		return false;
	struct err reason = {.code = ERR_NONE};
	if (words_split(text, words, &reason)) {
		if (reason.code == ERR_MEMORY)
			*e = reason;
		return false;
	}
	if (words->count == 2) {
		*name = words->list[1];
		return true;
	}
	words_free(words);
	return false;
}

static enum section_kind classify(enum profile_file file, const char *text, struct words *words,
	const char **name, struct err *e) {
	static const struct {
		const char *keyword;
		enum section_kind kind;
	} kinds[] = {
		{"profile", KIND_PROFILE},
		{"sso-session", KIND_SSO_SESSION},
		{"services", KIND_SERVICES},
	};
	*name = text;
	if (strcmp(text, "DEFAULT") == 0)
		return KIND_FALLBACK;
	if (file == PROFILE_CREDENTIALS)
		return KIND_PROFILE;
	if (strcmp(text, "default") == 0)
		return KIND_PLAIN_DEFAULT;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (split_name(text, kinds[i].keyword, words, name, e))
			return kinds[i].kind;
	return KIND_OTHER;
}

static int begin_section(struct parser *p, int line, const char *text, struct err *e) {
	struct words words = {0};
	struct err reason = {.code = ERR_NONE};
	const char *name;
	enum section_kind kind = classify(p->file, text, &words, &name, &reason);
	p->section = reason.code ? NULL
				 : profile_take_section(p->set, kind, p->file, name, line, &reason);
	p->entry = NULL;
	words_free(&words);
	if (!p->section)
		*e = reason;
	return p->section ? 0 : -1;
}

/* --- keys --- */

static int spoil(struct parser *p, int line, const char *reason, struct err *e) {
	p->entry = NULL;
	if (!p->section)
		p->section = profile_take_section(p->set, KIND_STRAY, p->file, "", line, e);
	return p->section ? profile_spoil(p->section, line, reason, e) : -1;
}

/* The entry for this key, which it takes over; NULL with *is_full or ERR_MEMORY. */
static struct entry *take_entry(struct section *c, char *key, bool *is_full, struct err *e) {
	struct entry **end = &c->first;
	int count = 0;
	for (; *end && strcmp((*end)->key, key) != 0; end = &(*end)->next)
		count++;
	if (*end) {
		free(key);
		return *end;
	}
	*is_full = count == PROFILE_MAX_KEYS;
	struct entry *added = *is_full ? NULL : calloc(1, sizeof *added);
	if (!added) {
		free(key);
		(void)(*is_full ? 0 : err_no_memory(e));
		return NULL;
	}
	added->key = key;
	*end = added;
	return added;
}

static int begin_key(struct parser *p, int line, const char *key, const char *value,
	struct err *e) {
	static_assert(PROFILE_MAX_KEYS == 200, "the message says so");
	bool is_full = false;
	p->entry = NULL;
	p->nested = *value == '\0';
	/* No AWS key has blanks in it. */
	if (strpbrk(key, " \t"))
		return 0;
	char *lower = text_dup(key, strlen(key));
	char *copy = text_dup(value, strlen(value));
	if (!lower || !copy) {
		free(lower);
		crypto_free_secret(copy);
		return err_no_memory(e);
	}
	for (char *c = lower; *c; c++)
		*c = text_lower(*c);
	p->entry = take_entry(p->section, lower, &is_full, e);
	if (!p->entry) {
		crypto_free_secret(copy);
		return is_full ? spoil(p, line, "the section has more than 200 keys", e) : -1;
	}
	crypto_free_secret(p->entry->value);
	p->entry->value = copy;
	return 0;
}

static int continue_key(struct parser *p, int line, const char *text, struct err *e) {
	static_assert(PROFILE_MAX_VALUE_BYTES == 64 * 1024, "the message says so");
	if (p->nested && !strchr(text, '='))
		return spoil(p, line, "an indented line that is not name = value", e);
	struct buf joined;
	buf_init(&joined, PROFILE_MAX_VALUE_BYTES);
	buf_addf(&joined, "%s\n%s", p->entry->value, text);
	int rc = joined.no_room ? spoil(p, line, "a value of more than 64 KiB", e)
				: buf_check(&joined, "value", e);
	if (rc == 0 && p->entry) {
		crypto_free_secret(p->entry->value);
		p->entry->value = buf_take(&joined);
	}
	buf_wipe(&joined);
	return rc;
}

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct parser *p = ctx;
	switch (event) {
	case INI_SECTION:
		return begin_section(p, line, text, e);
	case INI_KEY:
		return begin_key(p, line, key, text, e);
	case INI_CONTINUATION:
		return p->entry ? continue_key(p, line, text, e) : 0;
	default:
		return spoil(p, line, text, e);
	}
}

int profile_parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e) {
	struct parser p = {.set = s, .file = file};
	return ini_read(text, n, INI_AWS, on_event, &p, e);
}
