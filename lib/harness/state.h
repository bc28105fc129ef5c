/* The four plugin states (guidelines, "Plugin Return Codes"). */
#ifndef HARNESS_STATE_H
#define HARNESS_STATE_H

#include <stdbool.h>

/* The values are the exit statuses. */
enum state { STATE_OK = 0, STATE_WARNING = 1, STATE_CRITICAL = 2, STATE_UNKNOWN = 3 };

/* "OK", "WARNING", "CRITICAL", "UNKNOWN". */
const char *state_name(enum state s);

/* Reads a state's name (in any case) or its number 0-3. 0 or -1. */
int state_parse(const char *s, enum state *out);

/* The worse of two: CRITICAL over WARNING over UNKNOWN over OK (an unknown never hides a known
 * breach). */
enum state state_worse(enum state a, enum state b);

/* Whether it is WARNING or CRITICAL. */
bool state_is_problem(enum state s);

/* The rank in that order, 0 (OK) to 3 (CRITICAL): for sorting. */
int state_rank(enum state s);

#endif
