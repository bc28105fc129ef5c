/* The AWS shared config and credentials files: reading them, choosing the profile, looking settings
 * up. */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include "base/err.h"
#include "base/file.h"

#include <stdbool.h>
#include <stddef.h>

enum profile_file { PROFILE_CONFIG, PROFILE_CREDENTIALS };
enum { PROFILE_FILES = 2 };

/* Both files and the chosen profile's name; opaque. */
struct profile_set;

/* Reads both files (AWS_CONFIG_FILE / AWS_SHARED_CREDENTIALS_FILE, else .aws/config and
 * .aws/credentials below HOME, else below the password entry's home) and chooses the profile:
 * option (NULL: none), AWS_PROFILE, AWS_DEFAULT_PROFILE, "default" (the AWS CLI v2's order).
 * Missing files are no error. Format: the AWS SDKs' rules, lenient where they differ (comments
 * behind values, sections given twice are merged, last key wins). Files that are pipes are waited
 * for until the deadline (NULL: none). Returns the set (profile_free it), or NULL with ERR_CONFIG:
 * a file that cannot be read or parsed, or a named profile that is in neither; ERR_DEADLINE as
 * file_read. Messages name files, lines, sections and keys, never a value. */
struct profile_set *profile_load(const char *option, const struct deadline *deadline,
	struct err *e);

/* The same for an option that came from an ini file: a profile that is in neither is not named. */
struct profile_set *profile_load_private(const char *option, const struct deadline *deadline,
	struct err *e);

/* The same from texts instead of files (NULL: no such file). For tests: no file is opened.
 * name as in profile_name; need_profile: a profile of that name must exist. */
struct profile_set *profile_parse(const char *config, const char *credentials, const char *name,
	bool need_profile, struct err *e);

/* Frees the set, wiping secrets; NULL is taken. */
void profile_free(struct profile_set *s);

/* The chosen profile's name; whether it was given by option; the path of a file for messages (""
 * when there is no home to look in). Borrowed. */
const char *profile_name(const struct profile_set *s);
bool profile_is_option(const struct profile_set *s);
const char *profile_path(const struct profile_set *s, enum profile_file file);
/* Whether the file was there. */
bool profile_file_exists(const struct profile_set *s, enum profile_file file);

/* The same files with another profile chosen, which need not exist: for source_profile. Borrows
 * from s, which must outlive it; profile_free it. NULL with ERR_MEMORY. */
struct profile_set *profile_view(const struct profile_set *s, const char *name, struct err *e);

/* A setting of the section [sso-session NAME] of the config file; NULL when it is absent or empty.
 * *exists (may be NULL) tells whether there is such a section. Borrowed. */
const char *profile_get_sso_session(const struct profile_set *s, const char *name, const char *key,
	bool *exists);

/* Whether a profile of this name is in either file. */
bool profile_exists(const struct profile_set *s, const char *name);

/* A setting of the chosen profile: from one file, or from both with the credentials file winning.
 * key is lower case. NULL when absent or empty. Borrowed. */
const char *profile_get_from(const struct profile_set *s, enum profile_file file, const char *key);
const char *profile_get(const struct profile_set *s, const char *key);

/* A setting of one service (for example "ecs", "endpoint_url") from the [services NAME] section
 * that the profile's "services" key names. 0 with *value (NULL when absent) allocated for the
 * caller; -1 with ERR_CONFIG when the named section does not exist, or ERR_MEMORY. */
int profile_get_service(const struct profile_set *s, const char *service, const char *key,
	char **value, struct err *e);

#endif
