/* Internals of a profile set, shared by profile.c (files, choice, lookup) and profile_parse.c (one
 * file's text). Nothing else includes it but the tests that walk over a set. */
#ifndef AWS_PROFILE_STATE_H
#define AWS_PROFILE_STATE_H

#include "aws/config/profile.h"

enum { PROFILE_MAX_FILE_BYTES = 1024 * 1024 };

/* Far above any real file, and small enough for a linear search. */
enum { PROFILE_MAX_SECTIONS = 10000, PROFILE_MAX_KEYS = 200, PROFILE_MAX_VALUE_BYTES = 64 * 1024 };

enum section_kind {
	KIND_IGNORED,
	KIND_PROFILE,
	KIND_PLAIN_DEFAULT,
	KIND_SSO_SESSION,
	KIND_SERVICES
};

struct entry {
	struct entry *next;
	char *key, *value;
};

struct section {
	struct section *next;
	enum section_kind kind;
	enum profile_file file;
	char *name;
	struct entry *first; /* in the order of the file */
};

struct profile_set {
	char *name;
	bool is_option;
	bool is_view; /* paths and sections belong to another set */
	char *path[PROFILE_FILES];
	bool exists[PROFILE_FILES];
	struct section *first; /* in the order of the files */
};

/* The section with this name of n bytes; the entry with this key (section may be NULL). NULL if
 * there is none. */
struct section *profile_find_section(const struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, size_t n);
struct entry *profile_find_entry(const struct section *c, const char *key);

/* Parses one file's text into the set. 0, or -1 with ERR_SYNTAX or ERR_MEMORY. */
int profile_parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e);

#endif
