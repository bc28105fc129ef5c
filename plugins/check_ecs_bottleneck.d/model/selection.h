/* Which services the user selected: names or patterns. */
#ifndef MODEL_SELECTION_H
#define MODEL_SELECTION_H

#include "model/rules.h"

/* Whether the text is a name rather than a pattern: no "*", "?", "[" and "\" (fnmatch). */
bool pattern_is_name(const char *text);

/* Whether there are patterns and all of them are names: then nothing has to be listed. */
bool patterns_are_names(const struct patterns *p);

/* Whether the name matches a pattern (fnmatch, by case). matched (one flag a pattern, or NULL)
 * receives true for each pattern that does, and is never set to false. */
bool patterns_match(const struct patterns *p, const char *name, bool *matched);

/* Whether the name is "daemon:NAME", by which CloudWatch has the series of a managed daemon. ECS
 * neither lists nor describes those as services (Amazon ECS developer guide, managed daemons). NULL
 * if not, else NAME in the text. */
const char *managed_daemon_name(const char *name);

#endif
