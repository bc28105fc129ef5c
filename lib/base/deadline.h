/* How long a function may wait. Every function that waits takes a deadline and checks it often. */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include "base/time.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* All borrowed. A zeroed struct means no deadline. */
struct deadline {
	const struct clock *clock;         /* NULL: at_ms is ignored */
	int64_t at_ms;                     /* on the monotonic clock */
	const volatile sig_atomic_t *stop; /* NULL, or set by a signal handler to end the wait */
};

/* Whether the stop flag is set or the deadline has passed. */
bool deadline_is_over(const struct deadline *d);

/* How long to wait at once, in milliseconds: the time left, at least 0 and at most max_ms (without
 * a clock: max_ms). */
int deadline_slice_ms(const struct deadline *d, int max_ms);

#endif
