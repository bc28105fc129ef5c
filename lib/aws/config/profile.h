/* The AWS shared config and credentials files: reading them, choosing the profile, looking up
 * settings. */
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

/* Reads both files and chooses the profile. The paths are AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE ("~" and variables are expanded as the AWS CLI does), else
 * .aws/config and .aws/credentials below HOME, else below the password entry's home directory. The
 * profile is option (NULL: none), AWS_PROFILE, AWS_DEFAULT_PROFILE or "default" (the AWS CLI v2's
 * order). A missing file is not an error. Reading from a pipe ends at the deadline (NULL: none).
 *
 * What a line is, base/ini.h says. What a section is, the AWS CLI's rules say (botocore,
 * configloader.py), or the other SDKs' where it refuses a file (SDKs):
 *
 *   config file       [default]; [profile NAME]; [sso-session NAME]; [services NAME]. The text has
 *                     two words by a shell's rules of quoting, of which the first begins with
 *                     "profile" or the like; any other section is ignored
 *   credentials file  [NAME], as it is: quotes and blanks belong to the name
 *   [DEFAULT]         its keys stand for those that other sections of the file lack
 *   [profile default] wins over [default], whatever their order (SDKs)
 *   twice             sections of one name are merged, of one key the last value counts (SDKs)
 *   keys              are lower-cased; one that has blanks in it is ignored
 *   nested settings   where a key's value is empty, its indented lines must be name = value
 *   both files        are merged key by key; the credentials file wins; an empty value is none
 *   malformed         a line that cannot be read, more than 200 keys, a value above 64 KiB: the
 *                     section is not used, its neighbours are (the CLI refuses the file). Text
 *                     before the first section counts as one of the default profile
 *   bounds            8 MiB a file, and 100,000 sections in both files together
 *
 * Returns the set (free it with profile_free), or NULL with ERR_CONFIG (a file cannot be read; a
 * named profile is in neither file; the chosen profile, or a section that it names, is malformed),
 * ERR_LIMIT, or ERR_DEADLINE as file_read. Messages name files, lines, sections and keys, never a
 * value. */
struct profile_set *profile_load(const char *option, const struct deadline *deadline,
	struct err *e);

/* The same for an option from an ini file: a message does not quote a profile that is in neither
 * file. */
struct profile_set *profile_load_private(const char *option, const struct deadline *deadline,
	struct err *e);

/* The same from strings instead of files (NULL: no such file); for tests only. name is as in
 * profile_name; need_profile: a profile of that name must exist. */
struct profile_set *profile_parse(const char *config, const char *credentials, const char *name,
	bool need_profile, struct err *e);

/* Frees the set and wipes secrets. NULL is allowed. */
void profile_free(struct profile_set *s);

/* The chosen profile's name; whether the option named it; a file's path for messages ("" without a
 * home directory). Borrowed. */
const char *profile_name(const struct profile_set *s);
bool profile_is_option(const struct profile_set *s);
const char *profile_path(const struct profile_set *s, enum profile_file file);
/* Whether the file existed. */
bool profile_file_exists(const struct profile_set *s, enum profile_file file);

/* A view of the same files with another chosen profile, which need not exist; for source_profile.
 * It borrows from s, which must outlive it. Free it with profile_free. NULL with ERR_MEMORY. */
struct profile_set *profile_view(const struct profile_set *s, const char *name, struct err *e);

/* A setting from the config file's section [sso-session NAME]; NULL when absent or empty. Sets
 * *exists (may be NULL) to whether the section exists. Borrowed. */
const char *profile_get_sso_session(const struct profile_set *s, const char *name, const char *key,
	bool *exists);

/* Whether either file has a profile of this name. */
bool profile_exists(const struct profile_set *s, const char *name);

/* Checks that the sections which make this profile can be read, those that its sso_session and its
 * services name included. 0, also for a profile that is in no file; or -1 with ERR_CONFIG that
 * names file and line. */
int profile_check(const struct profile_set *s, const char *name, struct err *e);

/* For a setting that the chosen profile lacks: appends to the message in e where the config file
 * has the profile under a heading that is not one of a profile, and the right heading. Appends
 * nothing if the config file has the profile, or nothing like it. */
void profile_explain_heading(const struct profile_set *s, struct err *e);

/* A setting of the chosen profile, from one file or from both (the credentials file wins). key is
 * lower case. NULL when absent or empty. Borrowed. */
const char *profile_get_from(const struct profile_set *s, enum profile_file file, const char *key);
const char *profile_get(const struct profile_set *s, const char *key);

/* A service's setting (for example "ecs", "endpoint_url") from the [services NAME] section that the
 * profile's "services" key names. 0 with *value allocated for the caller (NULL when absent); -1
 * with ERR_CONFIG when the section does not exist, or ERR_MEMORY. */
int profile_get_service(const struct profile_set *s, const char *service, const char *key,
	char **value, struct err *e);

#endif
