/* From what the user named to the one cluster of this run. */
#ifndef TARGET_H
#define TARGET_H

#include "aws/client.h"
#include "options.h"

struct target {
	char *cluster; /* what the ECS calls get: the ARN if there is one, so that a cluster of that
			  name in another account is never taken for it */
	char *name;    /* what CloudWatch and people call it */
	char account[ARN_FIELD_BYTES]; /* "" while unknown */
	const char *region;            /* borrowed from the session */
};

/* Takes the configured cluster, or asks ListClusters for the account's only one. Returns
 * CLIENT_IDLE when done: then rc is 0 with *out filled, or -1 with e set (ERR_USAGE with the names
 * when there are several). CLIENT_DEADLINE and CLIENT_STOPPED as client_next reports them. out is
 * set in any case; free it with target_free. */
enum client_event target_resolve(const struct config *config, const struct session *session,
	struct client *client, struct target *out, int *rc, struct err *e);
void target_free(struct target *t);

#endif
