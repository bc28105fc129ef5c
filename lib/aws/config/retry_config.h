/* The retry policy from the environment and the profile. */
#ifndef AWS_RETRY_CONFIG_H
#define AWS_RETRY_CONFIG_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>

struct retry_policy {
	int max_attempts;        /* including the first */
	bool throttling_endless; /* throttling is retried until the deadline, regardless of
				    max_attempts */
};

/* Reads AWS_RETRY_MODE / retry_mode and AWS_MAX_ATTEMPTS / max_attempts. The modes standard and
 * adaptive make 3 attempts, legacy makes 5. Throttling is endless unless a number of attempts is
 * set; one above 100 counts as 100. 0, or -1 with ERR_CONFIG. (AWS SDKs and
 * Tools Reference Guide, "Retry behavior".) */
int retry_policy_read(const struct profile_set *profiles, struct retry_policy *out, struct err *e);

#endif
