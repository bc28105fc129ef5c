/* When to retry a call: the SDKs' "standard" mode as pure rules, with the figures that are their
 * default since 10 November 2026 (AWS Developer Tools Blog; botocore 1.44: retries/standard.py,
 * quota.py; @smithy/core 3.41: submodules/retry). */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include "aws/call/error.h"
#include "aws/config/retry_config.h"
#include "aws/http/http.h"

#include <stdbool.h>
#include <stdint.h>

enum { RETRY_QUOTA = 500 };

/* The kind of failure, as far as retrying is concerned. */
enum retry_kind { RETRY_NEVER, RETRY_TRANSIENT, RETRY_THROTTLING };

/* The kind of an exchange without an answer, and of an error answer of this class. */
enum retry_kind retry_kind_of_failure(enum http_failure failure);
enum retry_kind retry_kind_of_error(enum aws_error_class class);

/* The attempts of one call; zeroed before the first. */
struct retry_tally {
	int attempts;            /* made */
	int endless;             /* of these, those that the policy does not limit */
	enum retry_kind charged; /* what the quota was charged for the last retry; RETRY_NEVER:
				    nothing */
};

/* How the last attempt failed. */
struct retry_failure {
	enum retry_kind kind;
	const char *retry_after; /* header x-amz-retry-after; NULL or "": absent */
	double random_unit;      /* jitter, in [0, 1) */
	int64_t left_ms;         /* until the deadline */
};

/* Decides whether a call whose last attempt failed is retried. Returns the pause before the retry
 * in milliseconds, with *t and *quota charged; -1: the failure is final.
 *
 * The pause is random_unit * min(base * 2^(attempts-1), 20 s), with a base of 1 s after throttling
 * and of 50 ms after any other failure. The header (whole milliseconds; an invalid value is
 * ignored) lengthens it by at most 5 s. A retry takes 14 from the quota, after throttling 5. The
 * failure is final when the pause would reach the deadline, when max_attempts have been made (not
 * counting endless ones) or when the quota does not cover the cost. Throttling that the policy
 * retries without limit costs nothing and is never final: its pause is shortened to fit the time
 * left, so that attempts go on until close to the deadline. */
int64_t retry_decide(const struct retry_policy *p, const struct retry_failure *f,
	struct retry_tally *t, int *quota);

/* A success refunds the cost of the call's last retry, or 1. */
void retry_refund(const struct retry_tally *t, int *quota);

#endif
