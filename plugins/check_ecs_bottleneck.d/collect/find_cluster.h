/* Resolves what the user named to the cluster of this run. */
#ifndef COLLECT_FIND_CLUSTER_H
#define COLLECT_FIND_CLUSTER_H

#include "collect/calls.h"
#include "model/choice.h"
#include "model/target.h"

enum chooser_end {
	CHOOSER_CHOSEN,
	CHOOSER_LEFT,    /* the user chose none */
	CHOOSER_STOPPED, /* a signal asks the process to end */
	CHOOSER_FAILED   /* e says why */
};

/* Asks the user for a cluster; choose NULL: nobody can be asked. It receives a title of one line
 * and the names, clean. *index is set with CHOOSER_CHOSEN. */
struct target_chooser {
	enum chooser_end (*choose)(void *ctx, const char *title, const char *const *names,
		size_t count, size_t *index, struct err *e);
	void *ctx;
};

/* Uses the given cluster, or the account's only one from ListClusters; if there are several, asks
 * the chooser. OUTCOME_FAILED comes with ERR_USAGE and the names if there are several and no
 * chooser, and with ERR_USAGE if none was chosen. region (borrowed by *out) is the session's. *out
 * is always set; free it with target_free. */
enum outcome target_resolve(const struct choice *choice, const char *region, struct client *client,
	const struct target_chooser *chooser, struct target *out, struct err *e);
void target_free(struct target *t);

#endif
