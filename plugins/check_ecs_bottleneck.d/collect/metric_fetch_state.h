/* The internal state of metric_fetch and metric_read. */
#ifndef COLLECT_METRIC_FETCH_STATE_H
#define COLLECT_METRIC_FETCH_STATE_H

#include "aws/service/cloudwatch.h"
#include "collect/calls.h"
#include "collect/metric_fetch.h"

/* A series to fetch. */
struct metric_want {
	struct request request;
	int round;                     /* of its batch, in which it was last requested */
	enum cloudwatch_status status; /* CloudWatch's last status for it */
	bool internal_error;           /* it had an internal error: a retry may help */
	size_t answer;                 /* the last one it was in; 0: none in this round */
	char *message;                 /* the first message about it */
};

/* The series of one call, its further pages and rounds. */
struct metric_batch {
	size_t first, count;
	int round;  /* from 0 */
	bool moved; /* it was requested again after a clock error */
	struct page_cursor page;
	char *remark;      /* the first call-wide message */
	bool lacks_points; /* in a round after the verdict: such a message may mean so */
};

struct metric_fetch {
	const struct collect_scope *scope;
	int tag;
	struct metric_want *wants;
	size_t want_count, want_room;
	size_t sent; /* wants that are in a batch */
	struct metric_batch *batches;
	size_t batch_count;
	size_t messages_taken;        /* messages about single series read so far */
	bool window_is_guess;         /* AWS's time is not known yet: one batch at a time */
	bool window_is_fixed;         /* as for metric_fetch_new, or there is an answer */
	struct metric_batch *current; /* the batch whose answer is being read */
	size_t answers;               /* read so far, including the current one */
	struct detail *into;          /* the wants' series; NULL: those of the samples' services */
	bool is_single_attempt;       /* no further page, round or attempt */
};

/* The grid of what is asked for. */
const struct window *metric_window_of(const struct metric_fetch *f);

/* The series of a want. */
struct series *metric_series_of(struct metric_fetch *f, size_t want);

/* Reads an answer of the current batch: stores its points and remarks, and fails the series for
 * which it rules out a retry. next_token and the result are as in cloudwatch_read. */
int metric_read(struct metric_fetch *f, const json *document, const char **next_token,
	struct err *e);

#endif
