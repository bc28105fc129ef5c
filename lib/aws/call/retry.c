#include "config.h"

#include "aws/call/retry.h"

#include "base/num.h"

#include <string.h>

enum { COST = 14, COST_THROTTLED = 5 };
enum { BASE_MS = 50, BASE_THROTTLED_MS = 1000, MAX_BACKOFF_MS = 20000, MAX_EXTENSION_MS = 5000 };
enum { LAST_THROTTLED_PAUSE_MS = 200 };

enum retry_kind retry_kind_of_failure(enum http_failure failure) {
	switch (failure) {
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
	return kind == RETRY_THROTTLING ? COST_THROTTLED : COST;
}

static bool is_endless(const struct retry_policy *p, enum retry_kind kind) {
	return kind == RETRY_THROTTLING && p->throttling_endless;
}

static int64_t delay_ms(int attempts, const struct retry_failure *f) {
	int64_t ceiling_ms = f->kind == RETRY_THROTTLING ? BASE_THROTTLED_MS : BASE_MS;
	for (int i = 1; i < attempts && ceiling_ms < MAX_BACKOFF_MS; i++)
		ceiling_ms *= 2;
	if (ceiling_ms > MAX_BACKOFF_MS)
		ceiling_ms = MAX_BACKOFF_MS;
	int64_t drawn_ms = (int64_t)(f->random_unit * (double)ceiling_ms);
	int64_t asked_ms = 0;
	if (!f->retry_after ||
		num_parse_whole(f->retry_after, strlen(f->retry_after), INT64_MAX / 2, &asked_ms))
		return drawn_ms;
	if (asked_ms > drawn_ms + MAX_EXTENSION_MS)
		asked_ms = drawn_ms + MAX_EXTENSION_MS;
	return asked_ms > drawn_ms ? asked_ms : drawn_ms;
}

static int64_t decide_endless(const struct retry_failure *f, struct retry_tally *t) {
	int64_t pause_ms = delay_ms(t->attempts, f);
	t->endless++;
	t->charged = RETRY_NEVER;
	if (pause_ms >= f->left_ms && f->left_ms > LAST_THROTTLED_PAUSE_MS)
		return f->left_ms / 2;
	if (pause_ms > f->left_ms)
		pause_ms = f->left_ms;
	/* The deadline may have passed while the answer was read; it is the caller's to notice. */
	return pause_ms > 0 ? pause_ms : 0;
}

int64_t retry_decide(const struct retry_policy *p, const struct retry_failure *f,
	struct retry_tally *t, int *quota) {
	if (is_endless(p, f->kind))
		return decide_endless(f, t);
	int64_t pause_ms = delay_ms(t->attempts, f);
	if (f->kind == RETRY_NEVER || pause_ms >= f->left_ms ||
		t->attempts - t->endless >= p->max_attempts || *quota < cost_of(f->kind))
		return -1;
	*quota -= cost_of(f->kind);
	t->charged = f->kind;
	return pause_ms;
}

void retry_refund(const struct retry_tally *t, int *quota) {
	*quota += t->charged == RETRY_NEVER ? 1 : cost_of(t->charged);
	if (*quota > RETRY_QUOTA)
		*quota = RETRY_QUOTA;
}
