/* What the parts of collect work on, and whom they tell how far they have got. */
#ifndef COLLECT_SCOPE_H
#define COLLECT_SCOPE_H

#include "aws/client/client.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/target.h"

#include <stdbool.h>
#include <stddef.h>

/* How far it has got. */
struct collect_counts {
	size_t services; /* found so far that pass the filters */
	bool all_listed; /* there will be no more of them */
	size_t series;   /* wanted of these services */
	size_t settled;  /* of these: fetched, or lost for good */
};

/* Who is told how far it has got, each time the client ticks (progress NULL: nobody), and after
 * each decoded answer of which services something was learned: those with the count indexes from
 * first on. The samples' now_s is set then. */
struct collect_watcher {
	void (*progress)(void *ctx, const struct collect_counts *counts);
	void (*learned)(void *ctx, size_t first, size_t count);
	void *ctx;
};

/* What is fetched, where from, and where it goes. All borrowed. */
struct collect_scope {
	const struct rules *rules;
	const struct target *target;
	struct client *client;
	struct samples *samples; /* initialised by the caller */
	struct collect_watcher watcher;
	int timeout_s; /* of the whole run, for the words when it ends early */
};

#endif
