/* The clusters that an account has in the run's region, by ListClusters. */
#ifndef CLUSTERS_H
#define CLUSTERS_H

#include "collect/calls.h"

/* Free it with clusters_free; a zeroed struct is empty. */
struct clusters {
	struct client *client;
	const char *region;
	struct page_cursor page;
	char **arns; /* each one once, all of them ARNs of clusters of that region and one account
		      */
	size_t count;
	bool give_up_on_throttle;
	struct err malformed; /* about the first ARN that cannot be such a one */
};

/* Asks for all pages; region is where the client asks, patiently says whether throttling is waited
 * out. OUTCOME_FAILED also when an ARN cannot be one of that region's and account's clusters; the
 * watcher (may be NULL) as in calls_run. out is set in any case. */
enum outcome clusters_list(struct client *client, const char *region, bool patiently,
	const struct calls_watcher *watcher, struct clusters *out, struct err *e);
void clusters_free(struct clusters *c);

/* Puts the names that may have been meant behind the message in e, for a cluster that does not
 * exist: those of the account (if it is not ""). Whatever goes wrong with that leaves the message
 * as it is: never OUTCOME_FAILED. */
enum outcome clusters_suggest(struct client *client, const char *region, const char *name,
	const char *account, const struct calls_watcher *watcher, struct err *e);

#endif
