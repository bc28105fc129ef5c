/* How often a call is tried, as environment and profile say. */
#ifndef AWS_RETRY_CONFIG_H
#define AWS_RETRY_CONFIG_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>

struct retry_policy {
	int max_attempts;        /* the first one included */
	bool throttling_endless; /* throttling is retried until the deadline, whatever max_attempts
				    says */
};

/* Reads AWS_RETRY_MODE / retry_mode and AWS_MAX_ATTEMPTS / max_attempts: standard and adaptive 3
 * attempts, legacy 5; throttling is endless unless a number of attempts is set. 0, or -1 with
 * ERR_CONFIG. (AWS SDKs and Tools Reference Guide, "Retry behavior".) */
int retry_policy_read(const struct profile_set *profiles, struct retry_policy *out, struct err *e);

#endif
