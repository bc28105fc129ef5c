/* What is still to be requested from AWS about services: plain lists. The code that decides what
 * has to be known builds them; collect fetches them. */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

#include "base/err.h"
#include "model/metric.h"
#include "model/statistics.h"
#include "model/window.h"

#include <stddef.h>

enum request_kind {
	REQUEST_SERIES,         /* the points of a metric (GetMetricData) */
	REQUEST_DESCRIPTION,    /* ECS's description of the service (DescribeServices) */
	REQUEST_TASK_DEFINITION /* the service's task definition (DescribeTaskDefinition) */
};

struct request {
	enum request_kind kind;
	size_t service; /* index into samples */
	/* For a series only: */
	enum metric metric;
	const struct statistic *statistic; /* borrowed */
	const struct window_spec *span;    /* how far back, and the period; borrowed */
};

/* A zeroed list is empty. */
struct request_list {
	struct request *items;
	size_t count;
};

/* Appends a copy. 0, or -1 with ERR_MEMORY, or ERR_LIMIT if the list is longer than any run
 * needs. */
int request_list_add(struct request_list *l, const struct request *request, struct err *e);

/* Frees the contents; the list is empty then. */
void request_list_free(struct request_list *l);

#endif
