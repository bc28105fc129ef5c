/* The metrics this check supports. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stddef.h>

/* Sorted by name; perfdata uses the same order. */
enum metric { METRIC_CPU, METRIC_EBS, METRIC_MEMORY };
enum { METRICS = 3, METRIC_NAME_BYTES = 8 /* of the longest name, with its end */ };

/* The name in options, labels and text: "cpu", "ebs" or "memory". */
const char *metric_name(enum metric m);

/* The name in the CloudWatch namespace AWS/ECS: "CPUUtilization", ... */
const char *metric_aws_name(enum metric m);

/* Finds a metric by the n bytes of its name. 0 or -1. */
int metric_parse(const char *name, size_t n, enum metric *out);

#endif
