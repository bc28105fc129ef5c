/* How far this host's clock is from AWS's. Rule for signatures: aws-sdk-go-v2,
 * aws/retry/clockskew_test.go (2026). */
#ifndef AWS_SKEW_H
#define AWS_SKEW_H

#include "aws/http/http.h"
#include "base/buf.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

/* A zeroed struct knows nothing: the host's clock counts as it is. */
struct skew {
	int64_t signing_offset_s;     /* signatures are made by the host's clock plus this */
	bool seen;                    /* AWS has told its time in an answer */
	int64_t server_offset_s;      /* how far that is ahead of the host's; 0 when they agree well
					 enough, or as long as it is not known */
	int64_t disbelieved_offset_s; /* what an answer said that cannot be; 0: none did */
};

/* Seconds since 1970, to sign with; for windows, ages and expiry. */
int64_t skew_signing_s(const struct skew *k, const struct clock *clock);
int64_t skew_now_s(const struct skew *k, const struct clock *clock);

/* Takes AWS's time from the Date header of an answer; the first one counts. */
void skew_note(struct skew *k, const struct clock *clock, const struct http_response *r);

/* The same of an answer that accepts a signature. AWS would have refused it 15 minutes away (its
 * messages say "Signature expired"): a Date beyond that is not believed. A proxy may have made
 * it, and a window laid by it would be empty. */
void skew_note_accepted(struct skew *k, const struct clock *clock, const struct http_response *r);

/* Takes the time from a refused answer as well, if its code is one that a wrong clock causes.
 * Whether the error code of a refused answer is one that a wrong clock causes, and its Date header
 * more than 240 s from the time that signatures are made with: then that is corrected, and the call
 * is worth another try. */
bool skew_correct(struct skew *k, const struct clock *clock, const struct http_response *r,
	const char *code);

/* Appends "this host's clock is 7 min slow" when it is known to be off by at least min_s seconds;
 * with 0 also what was not believed; nothing otherwise. Returns whether it did. */
bool skew_describe(const struct skew *k, int64_t min_s, struct buf *out);

#endif
