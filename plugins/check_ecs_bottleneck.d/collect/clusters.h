/* The clusters of an account in the run's region, from ListClusters. */
#ifndef COLLECT_CLUSTERS_H
#define COLLECT_CLUSTERS_H

#include "collect/calls.h"
#include "model/target.h"

/* Free with clusters_free; a zeroed struct is empty. */
struct clusters {
	struct client *client;
	const char *region;
	struct page_cursor page;
	char **arns; /* without duplicates; all are ARNs of clusters of that region and of one
			account */
	size_t count;
	bool give_up_on_throttle;
	struct err malformed; /* about the first malformed ARN */
};

/* Requests all pages. region is the client's; patiently: wait out throttling; watcher (may be NULL)
 * as in calls_run. OUTCOME_FAILED also if an ARN is not one of a cluster in that region and
 * account. *out is always set. */
enum outcome clusters_list(struct client *client, const char *region, bool patiently,
	const struct calls_watcher *watcher, struct clusters *out, struct err *e);
void clusters_free(struct clusters *c);

/* Sets e (ERR_NOT_FOUND): the target's cluster does not exist. "-c 80", meant as the critical
 * range, must not go unnoticed. For any other name and with may_ask the nearest names are
 * suggested, if the account's list arrives; its errors are ignored: never OUTCOME_FAILED. */
enum outcome clusters_explain_missing(struct client *client, const struct target *t, bool may_ask,
	const struct calls_watcher *watcher, struct err *e);

#endif
