/* Internals of a profile set, shared by the files of profile.h. Nothing else includes it but the
 * tests that walk over a set. */
#ifndef AWS_PROFILE_STATE_H
#define AWS_PROFILE_STATE_H

#include "aws/config/profile.h"

/* Far above any real file, and small enough to be read at once. */
enum { PROFILE_MAX_FILE_BYTES = 8 * 1024 * 1024 };
enum { PROFILE_MAX_SECTIONS = 100000, PROFILE_MAX_KEYS = 200, PROFILE_MAX_VALUE_BYTES = 64 * 1024 };

enum section_kind {
	KIND_PROFILE,
	KIND_PLAIN_DEFAULT, /* [default] in the config file */
	KIND_FALLBACK,      /* [DEFAULT]: settings that all sections of its file lack */
	KIND_SSO_SESSION,
	KIND_SERVICES,
	KIND_STRAY, /* no section: text before the first one */
	KIND_OTHER  /* none of these; its name is the whole text between the brackets */
};

struct entry {
	struct entry *next;
	char *key, *value;
};

struct section {
	struct section *next, *same_hash;
	enum section_kind kind;
	enum profile_file file;
	int line; /* where it begins */
	char *name;
	struct entry *first; /* in the order of the file */
	/* The first line that cannot be read, and why (NULL: all can); a section that has one is
	 * not used. */
	int bad_line;
	char *bad_reason;
};

enum { PROFILE_HASHES = 1024 };

struct profile_set {
	char *name;
	bool is_option;
	bool is_view; /* paths and sections belong to another set */
	char *path[PROFILE_FILES];
	bool exists[PROFILE_FILES];
	struct section *first, *last; /* in the order of the files */
	struct section **by_hash;     /* PROFILE_HASHES lists */
	size_t section_count;
};

/* --- profile_sections.c: what a set consists of --- */

/* The section with this name of n bytes; the entry with this key (section may be NULL). NULL if
 * there is none. */
struct section *profile_find_section(const struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, size_t n);
struct entry *profile_find_entry(const struct section *c, const char *key);

/* Finds the section, or appends one that begins in this line. NULL with ERR_LIMIT or ERR_MEMORY. */
struct section *profile_take_section(struct profile_set *s, enum section_kind kind,
	enum profile_file file, const char *name, int line, struct err *e);

/* Marks the section as unreadable unless it is already. 0, or -1 with ERR_MEMORY. */
int profile_spoil(struct section *c, int line, const char *reason, struct err *e);

/* Wipes and frees all sections. */
void profile_free_sections(struct profile_set *s);

/* --- profile_lookup.c --- */

/* The section of a profile in one file: [profile default] takes precedence over [default], whatever
 * their order. NULL: it has none. */
const struct section *profile_section(const struct profile_set *s, enum profile_file file,
	const char *name);

/* A setting of any profile, as in profile_get and profile_get_from. */
const char *profile_value_from(const struct profile_set *s, enum profile_file file,
	const char *name, const char *key);
const char *profile_value(const struct profile_set *s, const char *name, const char *key);

/* --- profile_check.c --- */

/* Checks the set's own profile as profile_check does; with need, it must also be in one of the
 * files. For a private name the message does not quote it, nor names like it: they would reveal
 * it. */
int profile_check_chosen(const struct profile_set *s, bool need, bool is_private, struct err *e);

/* --- profile_parse.c --- */

/* Parses one file's text into the set. 0, or -1 with ERR_SYNTAX (the whole text cannot be read),
 * ERR_LIMIT or ERR_MEMORY. */
int profile_parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e);

#endif
