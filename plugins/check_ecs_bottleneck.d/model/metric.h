/* The metrics this check knows. */
#ifndef METRIC_H
#define METRIC_H

#include <stddef.h>

/* In the order of their names, which is the order of perfdata. */
enum metric { METRIC_CPU, METRIC_EBS, METRIC_MEMORY };
enum { METRICS = 3 };

/* "cpu", "ebs", "memory": in options, labels and text. */
const char *metric_name(enum metric m);

/* CloudWatch's name in the namespace AWS/ECS: "CPUUtilization", ... */
const char *metric_aws_name(enum metric m);

/* The metric called by n bytes of name. 0 or -1. */
int metric_parse(const char *name, size_t n, enum metric *out);

#endif
