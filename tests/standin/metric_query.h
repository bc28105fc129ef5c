/* What a GetMetricData request asks for, read and checked. */
#ifndef STANDIN_METRIC_QUERY_H
#define STANDIN_METRIC_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "series.h"

/* The strings point into the call's body; `series` is NULL for a metric that does not exist. */
struct metric_query {
	const char *id, *label, *metric_name;
	const struct series *series;
	struct statistic statistic;
	int64_t period;
};

/* `queries` holds those whose results are wanted. */
struct metric_request {
	struct metric_query *queries;
	size_t count;
	double start, end; /* seconds since 1970 */
	bool ascending;
	size_t max_datapoints;
};

/* Read the call's body. False with AWS's error in the call's answer. The request must be freed
 * either way. */
bool metric_request_parse(struct metric_request *request, struct call *call);
void metric_request_free(struct metric_request *request);

/* The metric of AWS/ECS with that name of a service in the request's region; NULL if there is none,
 * or cluster or service is NULL. */
const struct series *metric_find(const struct call *call, const char *metric, const char *cluster,
	const char *service);

#endif
