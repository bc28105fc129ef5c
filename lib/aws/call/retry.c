#include "config.h"

#include "aws/call/retry.h"

#include "base/num.h"

#include <string.h>

enum { COST = 5, COST_TIMEOUT = 10, LONGEST_BACKOFF_MS = 20000, LONGEST_EXTENSION_MS = 5000 };
enum { LAST_THROTTLED_PAUSE_MS = 200 };

enum retry_kind retry_kind_of_failure(enum http_failure failure) {
	switch (failure) {
	case HTTP_FAILED_TIMEOUT:
		return RETRY_TIMEOUT;
	case HTTP_REFUSED_BY_PROXY:
	case HTTP_MALFORMED_PROXY:
	case HTTP_FAILED_CERTIFICATE:
	case HTTP_FAILED_CA_FILE:
	case HTTP_FAILED_TOO_LARGE:
	case HTTP_FAILED_LOCAL:
		return RETRY_NEVER;
	default:
		return RETRY_TRANSIENT;
	}
}

enum retry_kind retry_kind_of_error(enum aws_error_class class) {
	switch (class) {
	case AWS_ERROR_THROTTLING:
		return RETRY_THROTTLING;
	case AWS_ERROR_TRANSIENT:
		return RETRY_TRANSIENT;
	default:
		return RETRY_NEVER;
	}
}

static int cost_of(enum retry_kind kind) {
	return kind == RETRY_TIMEOUT ? COST_TIMEOUT : COST;
}

bool retry_is_endless(const struct retry_policy *p, enum retry_kind kind) {
	return kind == RETRY_THROTTLING && p->throttling_endless;
}

bool retry_allowed(const struct retry_policy *p, enum retry_kind kind, int failed_attempt,
	int *quota) {
	if (retry_is_endless(p, kind))
		return true;
	if (kind == RETRY_NEVER || failed_attempt >= p->most_attempts)
		return false;
	if (*quota < cost_of(kind))
		return false;
	*quota -= cost_of(kind);
	return true;
}

void retry_refund(enum retry_kind last_retry, int *quota) {
	*quota += last_retry == RETRY_NEVER ? 1 : cost_of(last_retry);
	if (*quota > RETRY_QUOTA)
		*quota = RETRY_QUOTA;
}

int64_t retry_delay_ms(int failed_attempt, double random_unit, const char *retry_after) {
	int64_t ceiling_ms = failed_attempt < 6 ? (int64_t)1000 << (failed_attempt - 1)
						: LONGEST_BACKOFF_MS;
	if (ceiling_ms > LONGEST_BACKOFF_MS)
		ceiling_ms = LONGEST_BACKOFF_MS;
	int64_t delay_ms = (int64_t)(random_unit * (double)ceiling_ms);
	int64_t asked_ms = 0;
	if (!retry_after ||
		num_parse_whole(retry_after, strlen(retry_after), INT64_MAX / 2, &asked_ms))
		return delay_ms;
	if (asked_ms > delay_ms + LONGEST_EXTENSION_MS)
		asked_ms = delay_ms + LONGEST_EXTENSION_MS;
	return asked_ms > delay_ms ? asked_ms : delay_ms;
}

int64_t retry_pause_ms(const struct retry_policy *p, enum retry_kind kind, int64_t delay_ms,
	int64_t left_ms) {
	if (retry_is_endless(p, kind) && delay_ms >= left_ms && left_ms > LAST_THROTTLED_PAUSE_MS)
		delay_ms = left_ms / 2;
	return delay_ms < left_ms ? delay_ms : left_ms;
}
