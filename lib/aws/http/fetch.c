/* Exchanges that are waited for, made of those that are not. */
#include "config.h"

#include "aws/http/http.h"

enum { LONGEST_WAIT_MS = 100 }; /* the stop flag is looked at so often */

bool http_time_is_over(const struct http_patience *p) {
	return *p->stop || clock_monotonic_ms(p->clock) >= p->deadline_ms;
}

/* Kept in reach: leak checkers would call it lost. */
static struct http *volatile given_up;

void http_close(struct http *h, const struct http_patience *p) {
	if (h && http_time_is_over(p) && http_is_resolving(h))
		given_up = h;
	else
		http_free(h);
}

static int time_is_over(struct err *e) {
	return err_set(e, ERR_DEADLINE, "the time is over");
}

/* How long to wait now for something that ends at until_ms. */
static int slice_ms(const struct http_patience *p, int64_t until_ms) {
	int64_t end_ms = until_ms < p->deadline_ms ? until_ms : p->deadline_ms;
	int64_t left_ms = end_ms - clock_monotonic_ms(p->clock);
	return left_ms < 0 ? 0 : left_ms > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : (int)left_ms;
}

int http_fetch(struct http *h, const struct http_request *r, const struct http_patience *p,
	struct http_response *out, struct err *e) {
	if (http_time_is_over(p))
		return time_is_over(e);
	if (http_start(h, r, e))
		return -1;
	while (!http_take(h, out)) {
		if (http_time_is_over(p))
			return time_is_over(e);
		if (http_wait(h, slice_ms(p, p->deadline_ms), e))
			return -1;
	}
	return 0;
}

int http_pause(struct http *h, int64_t ms, const struct http_patience *p, struct err *e) {
	int64_t until_ms = clock_monotonic_ms(p->clock) + ms;
	while (clock_monotonic_ms(p->clock) < until_ms) {
		if (http_time_is_over(p))
			return time_is_over(e);
		if (http_wait(h, slice_ms(p, until_ms), e))
			return -1;
	}
	return 0;
}
