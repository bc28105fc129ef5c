/* What the parts of collect work on, and the callbacks for their progress. */
#ifndef COLLECT_SCOPE_H
#define COLLECT_SCOPE_H

#include "aws/client/client.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/target.h"

#include <stdbool.h>
#include <stddef.h>

/* The progress so far. */
struct collect_counts {
	size_t services; /* listed so far and passing the filters */
	bool all_listed; /* no more will follow */
	size_t series;   /* requested for these services, their running tasks included */
	size_t settled;  /* of these: fetched, or permanently lost */
};

/* progress (may be NULL) is called each time the client ticks; learned after each decoded answer,
 * with the services it is about: count of them from index first on. The samples' now_s is set
 * then. */
struct collect_watcher {
	void (*progress)(void *ctx, const struct collect_counts *counts);
	void (*learned)(void *ctx, size_t first, size_t count);
	void *ctx;
};

/* What is fetched, where from, and where it is stored. All borrowed. */
struct collect_scope {
	const struct rules *rules;
	const struct target *target;
	struct client *client;
	struct samples *samples; /* initialised by the caller */
	struct collect_watcher watcher;
	int timeout_s; /* for the whole run; for the message if it ends early */
};

#endif
