/* What all waiting code in one run shares: deadline, clocks, transport settings and output. */
#ifndef AWS_RUN_H
#define AWS_RUN_H

#include "aws/call/clock_skew.h"
#include "aws/call/retry.h"
#include "base/buf.h"
#include "base/deadline.h"

#include <stdint.h>
#include <sys/types.h>

/* All borrowed. A copy may have an earlier deadline or another trace. */
struct aws_run {
	struct deadline deadline;         /* with a clock */
	struct skew *skew;                /* may be corrected. NULL: AWS is not called */
	double (*random_unit)(void *ctx); /* jitter, in [0, 1). NULL: AWS is not called */
	void *random_ctx;
	struct retry_policy retry;
	const char *ca_file; /* NULL: the default trust store */
	const char *user_agent;
	struct buf *journal; /* NULL, or gets a line per HTTP request */
	struct buf *trace;   /* NULL, or gets a line "credentials: ..." for each provider tried, and
				other diagnostics; never a secret */
	struct buf *metadata_token; /* NULL, or keeps the session token of instance metadata, so
				       that one serves the whole run; wipe it */
	void (*child_started)(pid_t group); /* gets a child's process group, and 0 when the child
					       has ended; may be NULL */
};

/* Seconds since 1970 by the corrected clock; by the host's clock if skew is NULL. */
int64_t aws_run_now_s(const struct aws_run *run);

/* A number in [0, 1); 0 without random_unit. */
double aws_run_random(const struct aws_run *run);

/* Appends "credentials: NAME: WHAT" to the trace, if there is one; WHAT is cleaned and cut. */
void aws_run_trace(const struct aws_run *run, const char *name, const char *what);

#endif
