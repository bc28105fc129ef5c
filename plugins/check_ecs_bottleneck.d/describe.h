/* Asks ECS why services have no current data: the second half of collect. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "aws/client.h"
#include "calls.h"
#include "options.h"
#include "samples.h"
#include "target.h"

/* Fills the descriptions of the services that have a series without current data, with
 * --no-data=auto only; at most 50 calls of ten services, two in flight, none after one has failed.
 * s must be sorted. Returns CLIENT_IDLE when done, else the event that ends the run; *rc is -1 with
 * e set when memory ran out. */
enum client_event describe(const struct config *config, const struct target *target,
	struct client *client, const struct calls_watcher *watcher, struct samples *s, int *rc,
	struct err *e);

#endif
