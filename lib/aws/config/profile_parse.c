#include "config.h"

#include "aws/config/profile_state.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ini.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct section *profile_find_section(const struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, size_t n) {
	struct section *c = s->first;
	while (c &&
		!(c->kind == kind && c->file == file && strlen(c->name) == n &&
			memcmp(c->name, name, n) == 0))
		c = c->next;
	return c;
}

struct entry *profile_find_entry(const struct section *c, const char *key) {
	struct entry *found = c ? c->first : NULL;
	while (found && strcmp(found->key, key) != 0)
		found = found->next;
	return found;
}

struct parser {
	struct profile_set *set;
	enum profile_file file;
	struct section *section; /* the section being filled; NULL: it is ignored */
	struct entry *entry;     /* the entry that indented lines continue; NULL: it is ignored */
	bool nested;             /* the value was empty: indented lines must be name = value */
};

static bool is_name(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (!text_is_alnum(s[i]) && !strchr("-_:/%.@+", s[i]))
			return false;
	return n > 0;
}

/* "KEYWORD NAME" in a config file: sets name to NAME without quotes (as botocore does). */
static bool split_header(const char *text, const char *keyword, const char **name, size_t *n) {
	size_t k = strlen(keyword);
	if (strncmp(text, keyword, k) != 0 || (text[k] != ' ' && text[k] != '\t'))
		return false;
	*name = text + k;
	*n = strlen(*name);
	text_trim(name, n);
	return true;
}

static enum section_kind classify(enum profile_file file, const char *text, const char **name,
	size_t *n) {
	*name = text;
	*n = strlen(text);
	enum section_kind kind = KIND_IGNORED;
	if (file == PROFILE_CREDENTIALS)
		return is_name(text, *n) ? KIND_PROFILE : KIND_IGNORED;
	if (strcmp(text, "default") == 0)
		return KIND_PLAIN_DEFAULT;
	if (split_header(text, "profile", name, n))
		kind = KIND_PROFILE;
	else if (split_header(text, "sso-session", name, n))
		kind = KIND_SSO_SESSION;
	else if (split_header(text, "services", name, n))
		kind = KIND_SERVICES;
	if (*n >= 2 && (**name == '"' || **name == '\'') && (*name)[*n - 1] == **name) {
		(*name)++;
		*n -= 2;
		return kind;
	}
	return is_name(*name, *n) ? kind : KIND_IGNORED;
}

static struct section *append_section(struct parser *p, enum section_kind kind, const char *name,
	size_t n, struct err *e) {
	struct section **end = &p->set->first;
	int count = 0;
	for (; *end; end = &(*end)->next)
		count++;
	if (count == PROFILE_MAX_SECTIONS) {
		(void)err_set(e, ERR_LIMIT, "more than %d sections", PROFILE_MAX_SECTIONS);
		return NULL;
	}
	struct section *added = calloc(1, sizeof *added);
	char *copy = text_dup(name, n);
	if (!added || !copy) {
		free(added);
		free(copy);
		(void)err_no_memory(e);
		return NULL;
	}
	*added = (struct section){.kind = kind, .file = p->file, .name = copy};
	*end = added;
	return added;
}

static int begin_section(struct parser *p, const char *text, struct err *e) {
	const char *name;
	size_t n;
	enum section_kind kind = classify(p->file, text, &name, &n);
	p->section = NULL;
	p->entry = NULL;
	if (kind == KIND_IGNORED)
		return 0;
	p->section = profile_find_section(p->set, kind, p->file, name, n);
	if (!p->section)
		p->section = append_section(p, kind, name, n, e);
	return p->section ? 0 : -1;
}

/* Takes ownership of key. */
static struct entry *append_entry(struct section *c, char *key, struct err *e) {
	struct entry **end = &c->first;
	int count = 0;
	for (; *end; end = &(*end)->next)
		count++;
	struct entry *added = count < PROFILE_MAX_KEYS ? calloc(1, sizeof *added) : NULL;
	if (!added) {
		free(key);
		(void)(count < PROFILE_MAX_KEYS
				? err_no_memory(e)
				: err_set(e, ERR_LIMIT, "more than %d keys in section %s",
					  PROFILE_MAX_KEYS, c->name));
		return NULL;
	}
	added->key = key;
	*end = added;
	return added;
}

static int begin_key(struct parser *p, const char *key, const char *value, struct err *e) {
	p->entry = NULL;
	p->nested = *value == '\0';
	/* No AWS key has blanks in it; the SDKs ignore such a key. */
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
	p->entry = profile_find_entry(p->section, lower);
	if (p->entry)
		free(lower);
	else
		p->entry = append_entry(p->section, lower, e);
	if (!p->entry) {
		crypto_free_secret(copy);
		return -1;
	}
	crypto_free_secret(p->entry->value);
	p->entry->value = copy;
	return 0;
}

static int continue_key(struct parser *p, int line, const char *text, struct err *e) {
	if (p->nested && (!strchr(text, '=') || *text == '='))
		return err_set(e, ERR_SYNTAX, "line %d: an indented line that is not name = value",
			line);
	struct buf joined;
	buf_init(&joined, PROFILE_MAX_VALUE_BYTES);
	buf_addf(&joined, "%s\n%s", p->entry->value, text);
	int rc = buf_check(&joined, "value", e);
	if (rc == 0) {
		crypto_free_secret(p->entry->value);
		p->entry->value = buf_take(&joined);
	}
	buf_wipe(&joined);
	return rc;
}

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct parser *p = ctx;
	if (event == INI_SECTION)
		return begin_section(p, text, e);
	if (!p->section)
		return 0;
	if (event == INI_KEY)
		return begin_key(p, key, text, e);
	return p->entry ? continue_key(p, line, text, e) : 0;
}

int profile_parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e) {
	struct parser p = {
		.set = s,
		.file = file,
	};
	return ini_read(text, n, INI_AWS, on_event, &p, e);
}
