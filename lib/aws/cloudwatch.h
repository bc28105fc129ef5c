/* Amazon CloudWatch: request body and answer of GetMetricData (API version 2010-08-01). */
#ifndef AWS_CLOUDWATCH_H
#define AWS_CLOUDWATCH_H

#include "base/buf.h"
#include "base/json.h"

#include <stdint.h>

enum { CLOUDWATCH_MOST_QUERIES = 500 };

/* One series: a metric of AWS/ECS with the dimensions ClusterName and ServiceName. Its id in the
 * call is "m" and the number. Borrowed. */
struct cloudwatch_query {
	size_t number;
	const char *metric_name, *cluster, *service;
};

/* What all queries of a call share. Borrowed. */
struct cloudwatch_request {
	int64_t start_s, end_s; /* end is exclusive */
	int64_t period_s;
	const char *statistic;
	const char *next_token; /* NULL: first page */
};

/* Append the body in pieces: begin, one or more queries, end. */
void cloudwatch_begin(struct buf *out);
void cloudwatch_add_query(struct buf *out, const struct cloudwatch_request *r,
	const struct cloudwatch_query *q, int first);
void cloudwatch_end(struct buf *out, const struct cloudwatch_request *r);

enum cloudwatch_status {
	CLOUDWATCH_COMPLETE,
	CLOUDWATCH_PARTIAL,
	CLOUDWATCH_INTERNAL_ERROR,
	CLOUDWATCH_FORBIDDEN,
	CLOUDWATCH_UNKNOWN_STATUS
};

/* Receives an answer. */
struct cloudwatch_visitor {
	void *ctx;
	/* Once for each result, before its points. message: the first of the result's messages,
	 * NULL if none; borrowed. Returns non-zero to skip its points. */
	int (*result)(void *ctx, size_t number, enum cloudwatch_status status, const char *message);
	/* Once for each point of that result. value may be NAN or infinite: AWS sends these as
	 * text. */
	void (*point)(void *ctx, size_t number, int64_t time_s, double value);
};

/* Reads a GetMetricData answer. Results whose id is not "m" and a number are passed over.
 * *next_token (NULL on the last page) and *remark (the first call-wide message, NULL if none) are
 * borrowed from the document. 0, or -1 with ERR_SYNTAX (a phrase) when the answer has another
 * shape, lists of different lengths included; then some points may have been visited. */
int cloudwatch_read(const json *document, const struct cloudwatch_visitor *visitor,
	const char **next_token, const char **remark, struct err *e);

#endif
