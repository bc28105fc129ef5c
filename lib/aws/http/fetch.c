/* Blocking exchanges, built on the non-blocking ones. */
#include "config.h"

#include "aws/http/http.h"

enum { MAX_WAIT_MS = 100 }; /* how often the stop flag is checked */

/* Kept reachable: leak checkers would report it. */
static struct http *volatile given_up;

void http_close(struct http *h, const struct deadline *d) {
	if (h && deadline_is_over(d) && http_is_resolving(h))
		given_up = h;
	else
		http_free(h);
}

static int time_is_over(struct err *e) {
	return err_set(e, ERR_DEADLINE, "time ran out");
}

int http_fetch(struct http *h, const struct http_request *r, const struct deadline *d,
	struct http_response *out, struct err *e) {
	if (deadline_is_over(d))
		return time_is_over(e);
	if (http_start(h, r, e))
		return -1;
	while (!http_take(h, out)) {
		if (deadline_is_over(d))
			return time_is_over(e);
		if (http_wait(h, deadline_slice_ms(d, MAX_WAIT_MS), e))
			return -1;
	}
	return 0;
}

int http_pause(struct http *h, int64_t ms, const struct deadline *d, struct err *e) {
	int64_t until_ms = clock_monotonic_ms(d->clock) + ms;
	const struct deadline first = {.clock = d->clock,
		.at_ms = until_ms < d->at_ms ? until_ms : d->at_ms};
	while (clock_monotonic_ms(d->clock) < until_ms) {
		if (deadline_is_over(d))
			return time_is_over(e);
		if (http_wait(h, deadline_slice_ms(&first, MAX_WAIT_MS), e))
			return -1;
	}
	return 0;
}
