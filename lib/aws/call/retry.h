/* When to try a call again: the SDKs' "standard" mode as pure rules (botocore: retries/standard.py,
 * quota.py). */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include "aws/call/error.h"
#include "aws/config/retry_config.h"
#include "aws/http/http.h"

#include <stdbool.h>
#include <stdint.h>

enum { RETRY_QUOTA = 500 };

/* What went wrong, as far as retrying goes. */
enum retry_kind { RETRY_NEVER, RETRY_TRANSIENT, RETRY_TIMEOUT, RETRY_THROTTLING };

/* What an exchange without an answer, and an error answer of a class, count as. */
enum retry_kind retry_kind_of_failure(enum http_failure failure);
enum retry_kind retry_kind_of_error(enum aws_error_class class);

/* Whether such an error is retried until the deadline: its attempts are not limited and cost
 * nothing. */
bool retry_is_endless(const struct retry_policy *p, enum retry_kind kind);

/* Whether the call whose attempt number failed_attempt (from 1) has failed may be tried again,
 * taking the cost from *quota. Attempts that failed endlessly are left out of the number. */
bool retry_allowed(const struct retry_policy *p, enum retry_kind kind, int failed_attempt,
	int *quota);

/* A success gives back what the call's last retry took, or 1. */
void retry_refund(enum retry_kind last_retry, int *quota);

/* The pause before the next attempt, in milliseconds: random_unit (0..1) *
 * min(2^(failed_attempt-1), 20) s; a header x-amz-retry-after (whole milliseconds, NULL or "" when
 * absent, nonsense is ignored) lengthens it by at most 5 s. */
int64_t retry_delay_ms(int failed_attempt, double random_unit, const char *retry_after);

/* The same fitted into the left_ms that remain until a deadline: less than that, or left_ms when
 * there is no time for another attempt. Throttling that is retried to the end closes in on the
 * deadline instead of giving up well before it. */
int64_t retry_pause_ms(const struct retry_policy *p, enum retry_kind kind, int64_t delay_ms,
	int64_t left_ms);

#endif
