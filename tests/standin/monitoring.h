/* CloudWatch: GetMetricData, API version 2010-08-01. */
#ifndef STANDIN_MONITORING_H
#define STANDIN_MONITORING_H

#include <stddef.h>
#include <stdint.h>

#define MONITORING_VERSION "2010-08-01"

struct call;
struct metric_query;
struct metric_request;
struct point;

/* The points that CloudWatch has for a query in the request's time, oldest first, for the caller to
 * free; returns their number. */
size_t monitoring_points(const struct metric_request *request, const struct metric_query *query,
	int64_t now, struct point **points);

/* Fills the answer of a call whose body is a JSON object of any content. */
void monitoring_get_metric_data(struct call *call);

#endif
