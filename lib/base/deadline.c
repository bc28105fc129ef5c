#include "config.h"

#include "base/deadline.h"

bool deadline_is_over(const struct deadline *d) {
	return (d->stop && *d->stop) || (d->clock && clock_monotonic_ms(d->clock) >= d->at_ms);
}

int deadline_slice_ms(const struct deadline *d, int max_ms) {
	int64_t left_ms = d->clock ? d->at_ms - clock_monotonic_ms(d->clock) : max_ms;
	return left_ms < 0 ? 0 : left_ms > max_ms ? max_ms : (int)left_ms;
}
