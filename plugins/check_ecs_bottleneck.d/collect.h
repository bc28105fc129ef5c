/* From the cluster to its samples: lists the services, fetches their series, asks ECS about those
 * without data. */
#ifndef COLLECT_H
#define COLLECT_H

#include "aws/client.h"
#include "options.h"
#include "samples.h"
#include "target.h"

/* Fills s (initialised by the caller). Whatever cannot be had is noted in s
 * and the run goes on with the rest. 0, or -1 with ERR_MEMORY when not even that is possible. */
int collect(const struct config *config, const struct target *target, struct client *client,
	struct samples *s, struct err *e);

#endif
