/* Amazon CloudWatch: request body and answer of GetMetricData (API version 2010-08-01). */
#ifndef AWS_CLOUDWATCH_H
#define AWS_CLOUDWATCH_H

#include "base/buf.h"
#include "base/json.h"

#include <stdint.h>

/* The most queries of a call, and the most points of a page of its answer (GetMetricData in the
 * CloudWatch API reference). */
enum { CLOUDWATCH_MAX_QUERIES = 500, CLOUDWATCH_MAX_POINTS = 100800 };

/* One series: a metric of AWS/ECS with the dimensions ClusterName and ServiceName. Its Id in the
 * call is "m" and the number. Borrowed. */
struct cloudwatch_query {
	size_t number;
	const char *metric_name, *statistic, *cluster, *service;
};

/* Shared by all queries of a call. Borrowed. */
struct cloudwatch_request {
	int64_t start_s, end_s; /* end is exclusive */
	int64_t period_s;
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

/* A message from CloudWatch; "" for what it lacks. Borrowed. */
struct cloudwatch_message {
	const char *code, *text;
};

/* Receives an answer's parts. */
struct cloudwatch_visitor {
	void *ctx;
	/* Once for each result, before its messages and points. Non-zero: it was not asked for, and
	 * the rest of it is skipped. */
	int (*result)(void *ctx, size_t number, enum cloudwatch_status status);
	/* Once for each point of that result. value may be NAN or infinite: AWS sends these as
	 * text. */
	void (*point)(void *ctx, size_t number, int64_t time_s, double value);
	/* Once for each message about that result. */
	void (*message)(void *ctx, size_t number, const struct cloudwatch_message *message);
	/* A part of that result is malformed: why (a phrase). The rest of it is visited. */
	void (*fault)(void *ctx, size_t number, const char *why);
	/* Once for each call-wide message. */
	void (*call_message)(void *ctx, const struct cloudwatch_message *message);
};

/* Reads a GetMetricData answer. *next_token (NULL on the last page) is borrowed from the document.
 * Visits everything that can be read, even if another part cannot. 0, or -1 with ERR_SYNTAX (a
 * phrase) if a part that belongs to no single result is malformed. */
int cloudwatch_read(const json *document, const struct cloudwatch_visitor *visitor,
	const char **next_token, struct err *e);

#endif
