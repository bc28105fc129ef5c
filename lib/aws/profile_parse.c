#include "config.h"

#include "aws/profile_state.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ini.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct section *profile_find_section(const struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, size_t n) {
	for (size_t i = 0; i < s->section_count; i++) {
		struct section *c = &s->sections[i];
		if (c->kind == kind && c->file == file && strlen(c->name) == n &&
			memcmp(c->name, name, n) == 0)
			return c;
	}
	return NULL;
}

struct entry *profile_find_entry(const struct section *c, const char *key) {
	for (size_t i = 0; c && i < c->entry_count; i++)
		if (strcmp(c->entries[i].key, key) == 0)
			return &c->entries[i];
	return NULL;
}

struct parser {
	struct profile_set *set;
	enum profile_file file;
	size_t current;    /* index of the section being filled */
	bool skip_section; /* the section is not one of ours */
	bool skip_key;     /* the key above is not one of ours: its indented lines are not either */
	size_t entry;      /* index of the key that indented lines continue */
	bool nested;       /* the last key was empty: indented lines must be name = value */
};

static bool is_name(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (!text_is_alnum(s[i]) && !strchr("-_:/%.@+", s[i]))
			return false;
	return n > 0;
}

/* "KEYWORD NAME" in a config file: sets name to NAME, quotes removed (as botocore does). */
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

static int begin_section(struct parser *p, const char *text, struct err *e) {
	const char *name;
	size_t n;
	enum section_kind kind = classify(p->file, text, &name, &n);
	p->skip_section = kind == KIND_IGNORED;
	if (p->skip_section)
		return 0;
	struct section *known = profile_find_section(p->set, kind, p->file, name, n);
	if (known) {
		p->current = (size_t)(known - p->set->sections);
		return 0;
	}
	if (p->set->section_count == PROFILE_MOST_SECTIONS)
		return err_set(e, ERR_LIMIT, "more than %d sections", PROFILE_MOST_SECTIONS);
	struct section *grown = realloc(p->set->sections,
		(p->set->section_count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	p->set->sections = grown;
	p->current = p->set->section_count;
	grown[p->current] = (struct section){.kind = kind,
		.file = p->file,
		.name = text_dup(name, n)};
	if (!grown[p->current].name)
		return err_no_memory(e);
	p->set->section_count++;
	return 0;
}

static int set_entry(struct section *c, const char *key, const char *value, struct err *e) {
	struct entry *known = profile_find_entry(c, key);
	if (!known && c->entry_count == PROFILE_MOST_KEYS)
		return err_set(e, ERR_LIMIT, "more than %d keys in section %s", PROFILE_MOST_KEYS,
			c->name);
	char *copy = text_dup(value, strlen(value));
	if (!copy)
		return err_no_memory(e);
	if (known) {
		crypto_free_secret(known->value);
		known->value = copy;
		return 0;
	}
	char *key_copy = text_dup(key, strlen(key));
	struct entry *grown = realloc(c->entries, (c->entry_count + 1) * sizeof *grown);
	if (grown)
		c->entries = grown;
	if (!key_copy || !grown) {
		free(key_copy);
		crypto_free_secret(copy);
		return err_no_memory(e);
	}
	grown[c->entry_count++] = (struct entry){.key = key_copy, .value = copy};
	return 0;
}

static int begin_key(struct parser *p, const char *key, const char *value, struct err *e) {
	/* A key with blanks in it is not one of AWS's: the SDKs pass over it. */
	p->skip_key = strpbrk(key, " \t") != NULL;
	if (p->skip_key)
		return 0;
	char *lower = text_dup(key, strlen(key));
	if (!lower)
		return err_no_memory(e);
	for (char *c = lower; *c; c++)
		*c = text_lower(*c);
	p->nested = *value == '\0';
	struct section *c = &p->set->sections[p->current];
	int rc = set_entry(c, lower, value, e);
	if (rc == 0)
		p->entry = (size_t)(profile_find_entry(c, lower) - c->entries);
	free(lower);
	return rc;
}

static int continue_key(struct parser *p, const char *text, struct err *e) {
	if (p->nested && (!strchr(text, '=') || *text == '='))
		return err_set(e, ERR_SYNTAX, "indented line that is not name = value");
	struct section *c = &p->set->sections[p->current];
	struct entry *last = &c->entries[p->entry];
	struct buf joined;
	buf_init(&joined, PROFILE_MOST_VALUE_BYTES);
	buf_addf(&joined, "%s\n%s", last->value, text);
	int rc = buf_check(&joined, "value", e);
	if (rc == 0) {
		crypto_free_secret(last->value);
		last->value = buf_take(&joined);
	}
	buf_wipe(&joined);
	return rc;
}

static int on_event(void *ctx, enum ini_event event, const char *key, const char *text,
	struct err *e) {
	struct parser *p = ctx;
	if (event == INI_SECTION)
		return begin_section(p, text, e);
	if (p->skip_section)
		return 0;
	if (event == INI_KEY)
		return begin_key(p, key, text, e);
	return p->skip_key ? 0 : continue_key(p, text, e);
}

int profile_parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e) {
	struct parser p = {
		.set = s,
		.file = file,
	};
	return ini_read(text, n, INI_AWS, on_event, &p, e);
}
