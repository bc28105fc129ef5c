/* Internals of the client, shared by client.c (the loop) and client_attempt.c (one attempt and its
 * outcome). Nothing else includes it. */
#ifndef AWS_CLIENT_STATE_H
#define AWS_CLIENT_STATE_H

#include "aws/client/client.h"
#include "aws/identity/provider.h"
#include "aws/http/http.h"
#include "aws/call/pace.h"
#include "aws/call/retry.h"
#include "aws/call/clock_skew.h"

enum call_state { CALL_QUEUED, CALL_IN_FLIGHT, CALL_FINAL };

struct call {
	struct call *next;
	struct client_call what;
	enum call_state state;
	struct retry_tally tally; /* without attempts that were only signed again */
	int64_t not_before_ms;
	int generation;      /* of credentials and clock, when the last attempt was signed */
	int pace_generation; /* when it was started */
	bool skew_corrected;
	int clock_generation; /* of the clock, when the body was made */
	int renewals;         /* times the call was signed again with newer credentials */
	json *document;
	struct err error;
	bool throttled; /* the last attempt was */
};

struct operation_work {
	int requests, retries;
	int64_t elapsed_ms;
};

struct client {
	struct client_options options;
	struct aws_run run; /* the session's, with a steady clock, and skew, journal and trace of
			       its own */
	struct clock clock;
	struct clock_start clock_start;
	struct http *http;
	struct keys keys;
	struct err renewal_error; /* why no other keys could be had, once that is known */
	bool asked_past_cache;    /* cached keys were refused and requested again */
	int keys_generation;      /* the generation that began with these credentials */
	struct buf renewals;      /* lines about renewals, for -vv */
	int generation;
	int clock_generation; /* how often the assumed time proved wrong */
	struct skew skew;
	int retry_quota;
	struct call *first, *last; /* in the order of submission */
	int in_flight;
	int64_t spaced_from_ms; /* no earlier a call with a spacing starts */
	struct pace pace[ENDPOINT_DATA_SERVICES];
	int64_t next_tick_ms;
	int64_t run_deadline_ms; /* during a round, whose own is in run.deadline */
	struct err last_error;
	struct operation_work work[OPERATIONS];
	struct buf journal;
};

int64_t client_monotonic_ms(const struct client *c);
/* The context for the credential providers, with these profiles. */
struct provider_context client_provider_context(const struct client *c,
	const struct profile_set *profiles);
const struct endpoint *client_endpoint_of(const struct client *c, const struct call *k);
struct pace *client_pace_of(struct client *c, const struct call *k);

/* Signs and starts an attempt of a queued call. 0, or -1 with the call's error set. */
int client_start_attempt(struct client *c, struct call *k, int64_t now_ms);

/* Handles the outcome of an attempt: the call is queued again or final. */
void client_on_response(struct client *c, struct http_response *r);

/* When a call with this tally, whose last attempt failed, is retried (retry_decide), on the
 * monotonic clock; -1: never. */
int64_t client_retry_at_ms(struct client *c, enum retry_kind kind, const char *retry_after,
	struct retry_tally *tally);

#endif
