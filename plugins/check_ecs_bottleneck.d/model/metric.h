/* The metrics this check supports: those of CloudWatch, each a series of points, and the running
 * tasks, which ECS tells. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stddef.h>

/* Sorted by name; perfdata uses the same order. The running tasks come last: a loop up to METRICS
 * visits what has a series, one up to ALL_METRICS what has ranges. */
enum metric { METRIC_CPU, METRIC_EBS, METRIC_MEMORY, METRIC_TASKS };
enum {
	METRICS = 3,
	ALL_METRICS = 4,
	METRIC_NAME_BYTES = 8 /* of the longest name, with its end */
};

/* The name in options, labels and text: "cpu", "ebs", "memory" or "tasks". */
const char *metric_name(enum metric m);

/* The name in the CloudWatch namespace AWS/ECS: "CPUUtilization", ...; "" for the running
 * tasks. */
const char *metric_aws_name(enum metric m);

/* Finds a metric by the n bytes of its name. 0 or -1. */
int metric_parse(const char *name, size_t n, enum metric *out);

#endif
