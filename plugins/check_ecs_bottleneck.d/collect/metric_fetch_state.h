/* The inside of metric_fetch and metric_read. */
#ifndef METRIC_FETCH_STATE_H
#define METRIC_FETCH_STATE_H

#include "aws/service/cloudwatch.h"
#include "collect/calls.h"
#include "collect/metric_fetch.h"

/* A series to be fetched. */
struct metric_want {
	struct request request;
	int round;                     /* of its batch, in which it was asked for last */
	enum cloudwatch_status status; /* what CloudWatch said of it last */
	bool internal_error;           /* it had an internal error: worth asking again */
	size_t answer;                 /* the one that it was in last; 0: none in this round */
	char *message;                 /* the first one about it */
};

/* The wants of one call, its further pages and rounds. */
struct metric_batch {
	size_t first, count;
	int round;  /* from 0 */
	bool moved; /* it was asked for again, in another window */
	struct page_cursor page;
	char *remark; /* the first call-wide message */
};

struct metric_fetch {
	const struct collect_scope *scope;
	int tag;
	struct metric_want *wants;
	size_t want_count, want_room;
	size_t sent; /* wants that belong to a batch */
	struct metric_batch *batches;
	size_t batch_count;
	size_t messages_taken;        /* about single series */
	bool window_is_fixed;         /* as for metric_fetch_new, or there is an answer for it */
	struct metric_batch *current; /* the one whose answer is being read */
	size_t answers;               /* read so far, that one included */
};

/* The series that a want is about. */
struct series *metric_series_of(struct metric_fetch *f, size_t want);

/* Reads an answer of the current batch: stores its points and remarks, and fails the series of
 * which it says that there is no use in asking again. next_token and what comes back as in
 * cloudwatch_read. */
int metric_read(struct metric_fetch *f, const json *document, const char **next_token,
	struct err *e);

#endif
