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
 * and nothing else in it makes a service OK. s must be sorted. OUTCOME_FAILED when memory ran out.
 */
enum outcome describe(const struct rules *rules, const struct target *target, struct client *client,
	const struct calls_watcher *watcher, struct samples *s, struct err *e);

#endif
