/* From what the user named to the one cluster of this run. */
#ifndef FIND_CLUSTER_H
#define FIND_CLUSTER_H

#include "collect/calls.h"
#include "model/choice.h"
#include "model/target.h"

enum chooser_end {
	CHOOSER_CHOSEN,
	CHOOSER_LEFT,    /* the person does not want any */
	CHOOSER_STOPPED, /* a signal asks to end */
	CHOOSER_FAILED   /* e says why */
};

/* Who can be asked which cluster to take; choose NULL: nobody. It gets one line that says what to
 * choose from and the names, clean; *index is set with CHOOSER_CHOSEN. */
struct target_chooser {
	enum chooser_end (*choose)(void *ctx, const char *title, const char *const *names,
		size_t count, size_t *index, struct err *e);
	void *ctx;
};

/* Takes the chosen cluster, or asks ListClusters for the account's only one; of several, the
 * chooser. OUTCOME_FAILED comes with ERR_USAGE and the names when there are several and nobody to
 * choose, and with ERR_USAGE when none was chosen. region (borrowed by *out) is the session's. out
 * is set in any case; free it with target_free. */
enum outcome target_resolve(const struct choice *choice, const char *region, struct client *client,
	const struct target_chooser *chooser, struct target *out, struct err *e);
void target_free(struct target *t);

#endif
