/* Environment variables. As AWS defines it, an empty one counts as unset. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stdlib.h>

/* The variable's value, or NULL if it is unset or empty. Borrowed. */
static inline const char *env_get(const char *name) {
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

#endif
