#include "config.h"

#include "aws/config/profile_state.h"

#include "base/crypto.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static size_t hash_of(const char *name, size_t n) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h % PROFILE_HASHES;
}

struct section *profile_find_section(const struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, size_t n) {
	struct section *c = s->by_hash[hash_of(name, n)];
	while (c &&
		!(c->kind == kind && c->file == file && strlen(c->name) == n &&
			memcmp(c->name, name, n) == 0))
		c = c->same_hash;
	return c;
}

struct entry *profile_find_entry(const struct section *c, const char *key) {
	struct entry *found = c ? c->first : NULL;
	while (found && strcmp(found->key, key) != 0)
		found = found->next;
	return found;
}

struct section *profile_take_section(struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, int line, struct err *e) {
	size_t n = strlen(name);
	struct section *found = profile_find_section(s, kind, file, name, n);
	if (found)
		return found;
	if (s->section_count == PROFILE_MAX_SECTIONS) {
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
	struct section **hashed = &s->by_hash[hash_of(copy, n)];
	*added = (struct section){.kind = kind,
		.file = file,
		.line = line,
		.name = copy,
		.same_hash = *hashed};
	*hashed = added;
	if (s->last)
		s->last->next = added;
	else
		s->first = added;
	s->last = added;
	s->section_count++;
	return added;
}

int profile_spoil(struct section *c, int line, const char *reason, struct err *e) {
	if (c->bad_reason)
		return 0;
	c->bad_line = line;
	c->bad_reason = text_dup(reason, strlen(reason));
	return c->bad_reason ? 0 : err_no_memory(e);
}

static void section_free(struct section *c) {
	while (c->first) {
		struct entry *gone = c->first;
		c->first = gone->next;
		free(gone->key);
		crypto_free_secret(gone->value);
		free(gone);
	}
	free(c->bad_reason);
	free(c->name);
	free(c);
}

void profile_free_sections(struct profile_set *s) {
	while (s->first) {
		struct section *gone = s->first;
		s->first = gone->next;
		section_free(gone);
	}
	free(s->by_hash);
}
