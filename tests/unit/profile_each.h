/* Everything that a profile set holds, for tests that nothing else is in it. */
#ifndef TEST_PROFILE_EACH_H
#define TEST_PROFILE_EACH_H

#include "aws/config/profile.h"

/* Calls visit for every setting of every section of a kind ("profile", "sso-session", "services"),
 * in file order; once with key and value NULL for a section without settings. */
void profile_each(const struct profile_set *s, const char *kind,
	void (*visit)(void *ctx, const char *section, const char *key, const char *value),
	void *ctx);

#endif
