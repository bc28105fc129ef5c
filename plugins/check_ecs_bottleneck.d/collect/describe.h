/* Asks ECS why services have no current data: the second half of collect. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "aws/client/client.h"
#include "collect/calls.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/target.h"

/* Fills the descriptions of the services that silence_find names; at most 50 calls of ten services,
 * two in flight, none after one was refused or lost. What an answer lacks is DESCRIPTION_FAILED;
 * what it tells of a service that its call did not ask about, or of another cluster, is left aside,
 * and nothing else in it makes a service OK. s must be sorted. Returns CLIENT_IDLE when done, else
 * the event that ends the run; *rc is -1 with e set when memory ran out. */
enum client_event describe(const struct rules *rules, const struct target *target,
	struct client *client, const struct calls_watcher *watcher, struct samples *s, int *rc,
	struct err *e);

#endif
