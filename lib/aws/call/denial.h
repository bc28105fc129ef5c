/* Why AWS does not permit a call: reads its words, and says what to do about it. Rules only, no
 * input or output. (IAM User Guide, "Troubleshoot access denied error messages": "User: ARN is not
 * authorized to perform: ACTION on resource: ARN", then "because no TYPE policy allows the ACTION
 * action" or "with an explicit deny in a TYPE policy", since January 2026 with the policy's ARN.)
 */
#ifndef AWS_DENIAL_H
#define AWS_DENIAL_H

#include "base/buf.h"

#include <stdbool.h>

/* The kind of policy that AWS blames. */
enum denial_policy {
	DENIAL_UNNAMED, /* it does not say */
	DENIAL_IDENTITY,
	DENIAL_SERVICE_CONTROL,
	DENIAL_RESOURCE_CONTROL,
	DENIAL_BOUNDARY,
	DENIAL_SESSION,
	DENIAL_RESOURCE,
	DENIAL_TRUST,
	DENIAL_VPC_ENDPOINT
};

enum { DENIAL_ACCOUNT_BYTES = 13, DENIAL_PARTITION_BYTES = 16 };

/* Account (12 digits) and partition ("aws-cn") out of an ARN; "": not known. */
struct denial_owner {
	char account[DENIAL_ACCOUNT_BYTES], partition[DENIAL_PARTITION_BYTES];
};

struct denial {
	enum denial_policy policy;
	bool is_explicit; /* a Deny, not a missing Allow */
	struct denial_owner caller, resource;
};

/* Reads AWS's whole message, before it is shortened. Sets out in any case; in words that it does
 * not know nothing is named. Also reads ECS's "Identifier is for ACCOUNT. Your accountId is
 * ACCOUNT". */
void denial_read(const char *message, struct denial *out);

/* Whether caller and resource are of different accounts (partitions), as far as both are known. */
bool denial_is_other_account(const struct denial *d);
bool denial_is_other_partition(const struct denial *d);

/* Appends what to do about it: a phrase with action ("ecs:ListServices") and who ("access key
 * AKIA...MPLE from the environment"), without a full stop. Where AWS does not name an owner, the
 * advice is to allow the action in the policy of who. */
void denial_advise(const struct denial *d, const char *action, const char *who, struct buf *out);

#endif
