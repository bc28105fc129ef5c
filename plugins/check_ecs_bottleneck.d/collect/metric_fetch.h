/* Fetches series with GetMetricData: batches of 500, their pages, and further rounds for what
 * CloudWatch had an internal error with. A part of collect. */
#ifndef METRIC_FETCH_H
#define METRIC_FETCH_H

#include "collect/scope.h"
#include "model/request.h"

/* Opaque. */
struct metric_fetch;

/* scope is borrowed; the tag is that of its calls. Unless window_is_fixed, the samples' window is
 * set anew when CloudWatch is the first to tell that this host's clock is wrong. NULL with
 * ERR_MEMORY. */
struct metric_fetch *metric_fetch_new(const struct collect_scope *scope, int tag,
	bool window_is_fixed, struct err *e);
void metric_fetch_free(struct metric_fetch *f);

/* Wants one series; the samples' window must be set. 0, or -1 with ERR_MEMORY, or ERR_LIMIT when
 * that would be more points than a run holds. */
int metric_fetch_want(struct metric_fetch *f, const struct request *request, struct err *e);

/* Sends full batches; with flush also the rest. 0, or -1 with ERR_MEMORY. */
int metric_fetch_send(struct metric_fetch *f, bool flush, struct err *e);

/* Takes the answer of one of the calls: stores points, asks for what is still to come, marks series
 * complete or failed. */
void metric_fetch_on_answer(struct metric_fetch *f, const struct client_answer *answer);

#endif
