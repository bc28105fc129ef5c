/* The one loop over the client's events, for everybody who waits for answers. */
#ifndef CALLS_H
#define CALLS_H

#include "aws/client/client.h"

/* Takes one final call; may submit further ones. 0, or -1 with e set to end the loop. */
typedef int (*calls_handler)(void *ctx, const struct client_answer *answer, struct err *e);

/* Who is told what goes on: each time the client ticks; and after each answer that told something
 * of services, of which (count of them from index first on). */
struct calls_watcher {
	void (*tick)(void *ctx);
	void (*learned)(void *ctx, size_t first, size_t count);
	void *ctx;
};

/* Hands every final call to the handler until none is left, and tells the watcher (NULL: nobody) of
 * ticks. *rc is what the handler reported. Returns CLIENT_IDLE; or CLIENT_DEADLINE or
 * CLIENT_STOPPED when the run has to end before. */
enum client_event calls_run(struct client *client, calls_handler handler, void *ctx,
	const struct calls_watcher *watcher, int *rc, struct err *e);

#endif
