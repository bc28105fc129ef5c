/* What every part of collect uses: the loop over the client's events, the pages of a list, and
 * messages for malformed answers and runs that end early. */
#ifndef COLLECT_CALLS_H
#define COLLECT_CALLS_H

#include "aws/client/client.h"

/* How a part of the run ended. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED,   /* e says why */
	OUTCOME_DEADLINE, /* time is up, as client_next reports it: the process has to end */
	OUTCOME_STOPPED   /* a signal asks the process to end; likewise */
};

/* Handles one final answer; may submit further calls. 0, or -1 with e set to end the loop. */
typedef int (*calls_handler)(void *ctx, const struct client_answer *answer, struct err *e);

/* Called each time the client ticks. */
struct calls_watcher {
	void (*tick)(void *ctx);
	void *ctx;
};

/* Passes every final answer to the handler until no call is left or the handler fails. Calls the
 * watcher (may be NULL) on ticks. */
enum outcome calls_run(struct client *client, calls_handler handler, void *ctx,
	const struct calls_watcher *watcher, struct err *e);

/* The position in a list of several pages. Zeroed: the first page. */
struct page_cursor {
	char *token; /* of the page; NULL: the first one */
	int pages;   /* followed so far */
};

/* Moves to the page with this token (copied). 0, or -1 with ERR_MEMORY; or with ERR_SERVICE, which
 * names the operation, if the token repeats or there are more pages than any real answer has
 * (following them would never end). */
int page_advance(struct page_cursor *c, const char *token, enum operation operation, struct err *e);

/* Returns to the first page and frees the token; accepts a zeroed struct. */
void page_free(struct page_cursor *c);

/* Sets e to ERR_SYNTAX, "WHAT: 'TEXT'", for an ARN that AWS would not have sent. TEXT is cleaned
 * and shortened. Returns -1. */
int malformed_arn(struct err *e, const char *what, const char *text);

/* Appends "timed out after 10 s, waiting for X; last error: Y", or that a signal ended the run. how
 * is OUTCOME_DEADLINE or OUTCOME_STOPPED. */
void ending_describe(const struct client *client, enum outcome how, int timeout_s, struct buf *out);

/* The same for a run without a client: connecting ended with e (ERR_DEADLINE). */
void ending_describe_connecting(const struct err *e, enum outcome how, int timeout_s,
	struct buf *out);

#endif
