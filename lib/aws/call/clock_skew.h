/* The offset between this host's clock and AWS's. Rule for signatures: aws-sdk-go-v2,
 * aws/retry/clockskew_test.go (2026). */
#ifndef AWS_CLOCK_SKEW_H
#define AWS_CLOCK_SKEW_H

#include "aws/http/http.h"
#include "base/buf.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

/* In a zeroed struct nothing is known: the host's clock is used unchanged. */
struct skew {
	int64_t signing_offset_s; /* added to the host's clock for signatures */
	bool seen;                /* an answer has given AWS's time */
	int64_t server_offset_s;  /* how far AWS's clock is ahead of the host's; 0 while unknown or
				     within tolerance */
	int64_t disbelieved_offset_s; /* the implausible offset of an answer; 0: none */
};

/* Seconds since 1970: skew_signing_s for signatures; skew_now_s for windows, ages and expiry. */
int64_t skew_signing_s(const struct skew *k, const struct clock *clock);
int64_t skew_now_s(const struct skew *k, const struct clock *clock);

/* Takes AWS's time from the Date header of an answer. Only the first one counts. */
void skew_note(struct skew *k, const struct clock *clock, const struct http_response *r);

/* The same for an answer that accepts a signature. AWS refuses signatures that are more than 15
 * minutes off ("Signature expired"), so a Date further away is ignored. A proxy may have set it,
 * and a time window based on it would be empty. */
void skew_note_accepted(struct skew *k, const struct clock *clock, const struct http_response *r);

/* Corrects the clock by a refused answer, if its error code is one that a wrong clock causes and
 * its Date header is more than 240 s from the signing time. Returns whether it did; the call is
 * then worth another try. The Date of an answer with such a code also counts as in skew_note. */
bool skew_correct(struct skew *k, const struct clock *clock, const struct http_response *r,
	const char *code);

/* Appends "this host's clock is 7 min slow" if it is known to be off by at least min_s seconds;
 * with min_s 0, also an offset that was ignored; else nothing. Returns whether it did. */
bool skew_describe(const struct skew *k, int64_t min_s, struct buf *out);

#endif
