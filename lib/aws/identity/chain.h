/* The provider chain: asks the providers for keys in the AWS CLI's order. */
#ifndef AWS_CHAIN_H
#define AWS_CHAIN_H

#include "aws/identity/provider.h"

/* Asks the providers in order, then assumes the role of the command line, if there is one. When AWS
 * refuses keys that assume a role, all providers are asked again without those keys: if AWS calls
 * them expired, as long as that gives other keys; for another reason, once per source and only if
 * they come from a cache. 0 with *out filled; -1 with ERR_CREDENTIALS (or the failing provider's
 * other code) and its reason, or the list of places that were tried; -1 with ERR_DEADLINE when the
 * deadline passed: the message follows "timed out, ". */
int chain_resolve(const struct provider_context *context, struct keys *out, struct err *e);

#endif
