/* From the cluster to its samples: lists the services, fetches their series, asks ECS about those
 * without data. */
#ifndef COLLECT_H
#define COLLECT_H

#include "aws/client/client.h"
#include "model/choice.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/target.h"

/* How far it has got. */
struct collect_counts {
	size_t services; /* found so far that pass the filters */
	bool all_listed; /* there will be no more of them */
	size_t series;   /* wanted of these services */
	size_t settled;  /* of these: fetched, or lost for good */
};

/* Who is told how far it has got, each time the client ticks (progress NULL: nobody), and after
 * each decoded answer of which services something was learned: those with the count indexes from
 * first on. s->now_s is set then. */
struct collect_watcher {
	void (*progress)(void *ctx, const struct collect_counts *counts);
	void (*learned)(void *ctx, size_t first, size_t count);
	void *ctx;
};

/* Fills s (initialised by the caller). Whatever cannot be had is noted in s and the run goes on
 * with the rest. 0, or -1 with ERR_MEMORY when not even that is possible. */
int collect(const struct rules *rules, const struct choice *choice, const struct target *target,
	struct client *client, const struct collect_watcher *watcher, struct samples *s,
	struct err *e);

#endif
