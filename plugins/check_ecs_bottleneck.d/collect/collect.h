/* From the cluster to its samples: lists the services, fetches their series and what else is asked
 * for. Whatever cannot be had is noted in the samples, and the run goes on with the rest. */
#ifndef COLLECT_H
#define COLLECT_H

#include "aws/client/client.h"
#include "model/request.h"
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

/* Lists the services that pass the filters and fetches their series. The samples are sorted then,
 * and their window and now_s are fixed: later requests do not change who is without current data.
 * 0, or -1 with ERR_MEMORY when even noting what failed is not possible. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* Fetches the requests of a list, which stand in the order of the samples' services; none when
 * the samples' time is over. Series have the span of the samples' window. Returns as above. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	struct err *e);

#endif
