/* The chain: asks the providers for keys, in the AWS CLI's order.
 */
#ifndef AWS_CHAIN_H
#define AWS_CHAIN_H

#include "aws/identity/provider.h"

/* Asks the providers in order; then the role of the command line is assumed, if there is one. When
 * AWS refuses keys that assume a role, all is asked again without them: where it calls them
 * expired, as long as that gives other keys; where it does so for another reason, once for each
 * source, and only if they come from a cache. 0 with *out filled; -1 with ERR_CREDENTIALS (or what
 * else the failing provider met): its reason, or the list of places that were tried; -1 with
 * ERR_DEADLINE when the time was over meanwhile: then the message goes on after "timed out, ". */
int chain_resolve(const struct provider_context *context, struct keys *out, struct err *e);

#endif
