/* What every part of collect uses: the loop over the client's events, following the pages of a
 * list, and the words for answers and runs that did not go as they should. */
#ifndef CALLS_H
#define CALLS_H

#include "aws/client/client.h"

/* How a part of the run ended. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED,   /* e says why */
	OUTCOME_DEADLINE, /* the time is over, as client_next reports it: the process has to end */
	OUTCOME_STOPPED   /* a signal asks to end; likewise */
};

/* Takes one final call; may submit further ones. 0, or -1 with e set to end the loop. */
typedef int (*calls_handler)(void *ctx, const struct client_answer *answer, struct err *e);

/* Who is told each time the client ticks. */
struct calls_watcher {
	void (*tick)(void *ctx);
	void *ctx;
};

/* Hands every final call to the handler until none is left or it fails, and tells the watcher
 * (NULL: nobody) of ticks. */
enum outcome calls_run(struct client *client, calls_handler handler, void *ctx,
	const struct calls_watcher *watcher, struct err *e);

/* Where a list of several pages is. Zeroed: at the first page. */
struct page_cursor {
	char *token; /* what the page is asked for with; NULL: the first one */
	int pages;   /* followed so far */
};

/* Moves on to the page with this token (copied). 0, or -1 with ERR_SERVICE, which names the
 * operation, when the token repeats or there are more pages than any real answer has (following
 * them would never end), or ERR_MEMORY. */
int page_advance(struct page_cursor *c, const char *token, enum operation operation, struct err *e);

/* Back to the first page; takes a zeroed struct. */
void page_free(struct page_cursor *c);

/* Sets e to ERR_SYNTAX, "WHAT: 'TEXT'", for an ARN that AWS would not have sent, cleaned and
 * shortened; returns -1. */
int malformed_arn(struct err *e, const char *what, const char *text);

/* Appends "timed out after 10 s, waiting for X; last error: Y" (or that a signal ended the run).
 * how is OUTCOME_DEADLINE or OUTCOME_STOPPED. */
void ending_describe(const struct client *client, enum outcome how, int timeout_s, struct buf *out);

/* The same for a run that has no client yet: connecting ended with e (ERR_DEADLINE). */
void ending_describe_connecting(const struct err *e, enum outcome how, int timeout_s,
	struct buf *out);

#endif
