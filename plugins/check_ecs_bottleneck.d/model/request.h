/* What is still to be asked of AWS about services: plain lists, which those who decide what has to
 * be known make, and which collect fetches. */
#ifndef REQUEST_H
#define REQUEST_H

#include "base/err.h"
#include "model/metric.h"
#include "model/window.h"

#include <stddef.h>

enum request_kind {
	REQUEST_SERIES,     /* the points of a metric, by GetMetricData */
	REQUEST_DESCRIPTION /* what ECS says of the service, by DescribeServices */
};

struct request {
	enum request_kind kind;
	size_t service; /* index into samples */
	/* Of a series: */
	enum metric metric;
	const char *statistic;          /* as CloudWatch calls it; borrowed */
	const struct window_spec *span; /* how far back, and the period; borrowed */
};

/* A zeroed list is empty. */
struct request_list {
	struct request *items;
	size_t count;
};

/* Appends a copy. 0, or -1 with ERR_MEMORY, or ERR_LIMIT when the list is longer than any run
 * needs. */
int request_list_add(struct request_list *l, const struct request *request, struct err *e);

/* Frees what it holds; it is empty then. */
void request_list_free(struct request_list *l);

#endif
