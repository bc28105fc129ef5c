/* From what the user named to the one cluster of this run. */
#ifndef FIND_CLUSTER_H
#define FIND_CLUSTER_H

#include "aws/client/client.h"
#include "model/choice.h"
#include "model/target.h"
#include "term/picker.h"

/* Whoever can be asked which cluster it shall be; choose NULL: nobody. It gets one line that says
 * what to choose from and the names, clean, and answers as picker_choose does. */
struct target_chooser {
	enum picker_end (*choose)(void *ctx, const char *title, const char *const *names,
		size_t count, size_t *index, struct err *e);
	void *ctx;
};

/* Takes the chosen cluster, or asks ListClusters for the account's only one; of several, the
 * chooser. Returns CLIENT_IDLE when done: then rc is 0 with *out filled, or -1 with e set
 * (ERR_USAGE with the names when there are several and nobody to choose, or when none was chosen).
 * CLIENT_DEADLINE and CLIENT_STOPPED as client_next reports them, the latter also when a signal
 * ends the choosing. region (borrowed by *out) is the session's. out is set in any case; free it
 * with target_free. */
enum client_event target_resolve(const struct choice *choice, const char *region,
	struct client *client, const struct target_chooser *chooser, struct target *out, int *rc,
	struct err *e);
void target_free(struct target *t);

#endif
