/* What everything that waits in one run shares: its time, its clocks, its transport's settings, and
 * who hears of it. */
#ifndef AWS_RUN_H
#define AWS_RUN_H

#include "aws/call/clock_skew.h"
#include "aws/call/retry.h"
#include "base/buf.h"
#include "base/deadline.h"

#include <stdint.h>
#include <sys/types.h>

/* All borrowed. A copy may have a deadline that is nearer, or another trace. */
struct aws_run {
	struct deadline deadline; /* with a clock */
	struct skew *skew;        /* AWS's clock; may be corrected. NULL: AWS is not asked */
	double (*random_unit)(void *ctx); /* jitter, in [0, 1). NULL: AWS is not asked */
	void *random_ctx;
	struct retry_policy retry;
	const char *ca_file; /* NULL: the default trust store */
	const char *user_agent;
	struct buf *journal; /* NULL, or gets a line per HTTP request */
	struct buf *trace;   /* NULL, or gets a line "credentials: ..." for every provider asked,
				and what else an administrator wants to know; never a secret */
	void (*child_started)(pid_t group); /* a child's process group, 0 when it is gone; NULL:
					       nobody wants to know */
};

/* Seconds since 1970 by the corrected clock; by the host's as long as there is no skew. */
int64_t aws_run_now_s(const struct aws_run *run);

/* A number in [0, 1); 0 without random_unit. */
double aws_run_random(const struct aws_run *run);

/* Appends "credentials: NAME: WHAT" to the trace, if there is one; WHAT is cleaned and cut. */
void aws_run_trace(const struct aws_run *run, const char *name, const char *what);

#endif
