/* How a run that did not come to its end is told of. */
#ifndef ENDING_H
#define ENDING_H

#include "aws/client/client.h"

/* Appends "timed out after 10 s, waiting for X; last error: Y" (or that a signal ended it). */
void ending_describe(const struct client *client, enum client_event event, int timeout_s,
	struct buf *out);

/* The same for a run that has no client yet: connecting ended with e (ERR_DEADLINE). */
void ending_describe_connecting(const struct err *e, enum client_event event, int timeout_s,
	struct buf *out);

#endif
