#include "config.h"

#include "model/metric.h"

#include <string.h>

static const struct {
	const char *name, *aws_name;
} metrics[ALL_METRICS] = {
	[METRIC_CPU] = {"cpu", "CPUUtilization"},
	[METRIC_EBS] = {"ebs", "EBSFilesystemUtilization"},
	[METRIC_MEMORY] = {"memory", "MemoryUtilization"},
	[METRIC_TASKS] = {"tasks", ""},
};

const char *metric_name(enum metric m) {
	return metrics[m].name;
}

const char *metric_aws_name(enum metric m) {
	return metrics[m].aws_name;
}

int metric_parse(const char *name, size_t n, enum metric *out) {
	for (int i = 0; i < ALL_METRICS; i++) {
		if (strlen(metrics[i].name) == n && memcmp(metrics[i].name, name, n) == 0) {
			*out = (enum metric)i;
			return 0;
		}
	}
	return -1;
}
