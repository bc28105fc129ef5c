/* Environment variables, with AWS's rule that an empty one counts as unset. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

/* The variable's value, or NULL when it is unset or empty. Borrowed. */
const char *env_get(const char *name);

#endif
