/* Until when a function may wait. Whatever waits takes one of these and looks at it often. */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include "base/time.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* All borrowed. A zeroed struct: there is no deadline. */
struct deadline {
	const struct clock *clock;         /* NULL: at_ms does not count */
	int64_t at_ms;                     /* on the clock's monotonic side */
	const volatile sig_atomic_t *stop; /* NULL, or set by a signal handler: ends the wait */
};

/* Whether the stop flag is set or the time has come. */
bool deadline_is_over(const struct deadline *d);

/* How long to wait in one go, in milliseconds: what is left until then, but at least 0 and at most
 * max_ms (also without a clock). */
int deadline_slice_ms(const struct deadline *d, int max_ms);

#endif
