/* Fetches series with GetMetricData: batches of 500, their pages, and further rounds for what
 * CloudWatch had an internal error with. A part of collect. */
#ifndef METRIC_FETCH_H
#define METRIC_FETCH_H

#include "aws/client/client.h"
#include "collect/calls.h"
#include "model/rules.h"
#include "model/samples.h"
#include "model/target.h"

struct metric_want;
struct metric_batch;

/* Set up with the five pointers and the tag, everything else zero; free with metric_fetch_free. All
 * borrowed. */
struct metric_fetch {
	const struct rules *rules;
	const struct target *target;
	struct client *client;
	const struct calls_watcher *watcher;
	struct samples *samples; /* its window must be set before the first batch leaves */
	int tag;                 /* of the calls */
	struct metric_want *wants;
	size_t want_count, want_room;
	size_t sent; /* wants that belong to a batch */
	struct metric_batch *batches;
	size_t batch_count;
	size_t messages_taken;        /* about single series */
	bool answered;                /* something was, for the window as it is */
	struct metric_batch *current; /* the one whose answer is being read */
	size_t answers;               /* read so far, that one included */
};

/* Wants one series of the service with this index. 0, or -1 with ERR_MEMORY, or ERR_LIMIT when that
 * would be more points than a run holds. */
int metric_fetch_want(struct metric_fetch *f, size_t service, enum metric m, struct err *e);

/* Sends full batches; with flush also the rest. 0, or -1 with ERR_MEMORY. */
int metric_fetch_send(struct metric_fetch *f, bool flush, struct err *e);

/* Takes the answer of one of the calls: stores points, asks for what is still to come, marks series
 * complete or failed. */
void metric_fetch_on_answer(struct metric_fetch *f, const struct client_answer *answer);

void metric_fetch_free(struct metric_fetch *f);

#endif
