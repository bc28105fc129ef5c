/* One setting from the environment or the profile. */
#ifndef AWS_SETTING_H
#define AWS_SETTING_H

#include "aws/config/profile.h"

/* All borrowed: the value from the environment or the profile set, the name from the caller. */
struct setting {
	const char *value;    /* NULL: neither gives one */
	const char *name;     /* where it is set: the variable, or else the key */
	const char *variable; /* NULL: name is a key of the profile */
};

/* The variable if it is set and not empty, else the key (lower case) of the chosen profile.
 * variable NULL: the environment is ignored. (AWS SDKs and Tools Reference Guide, "Precedence of
 * settings".) */
struct setting setting_find(const struct profile_set *profiles, const char *variable,
	const char *key);

#endif
