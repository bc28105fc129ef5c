/* Environment variables, with AWS's rule that an empty one counts as unset. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stdlib.h>

/* The variable's value, or NULL when it is unset or empty. Borrowed. */
static inline const char *env_get(const char *name) {
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

#endif
