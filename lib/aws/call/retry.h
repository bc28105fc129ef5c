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

/* The attempts of one call; zeroed before the first. */
struct retry_tally {
	int attempts;            /* made */
	int endless;             /* of these, those whose retries the policy does not limit */
	enum retry_kind charged; /* what the quota was charged for the last retry; RETRY_NEVER:
				    nothing */
};

/* How the last of them failed. */
struct retry_failure {
	enum retry_kind kind;
	const char *retry_after; /* header x-amz-retry-after; NULL or "": absent */
	double random_unit;      /* jitter, in [0, 1) */
	int64_t left_ms;         /* until the deadline */
};

/* Decides whether a call whose last attempt has failed is tried again. Returns the pause before
 * that in milliseconds, with *t and *quota charged; -1: the failure is final.
 *
 * The pause is random_unit * min(2^(attempts-1), 20) s; the header (whole milliseconds, nonsense is
 * ignored) lengthens it by at most 5 s. The failure is final when the pause would reach the
 * deadline, when max_attempts have been made (endless ones are left out of the number) or when the
 * quota does not cover the cost. Throttling that the policy retries without limit costs nothing and
 * is never final: its pause is fitted into the time left, so that its attempts close in on the
 * deadline instead of giving up well before it. */
int64_t retry_decide(const struct retry_policy *p, const struct retry_failure *f,
	struct retry_tally *t, int *quota);

/* A success gives back what the call's last retry took, or 1. */
void retry_refund(const struct retry_tally *t, int *quota);

#endif
