#include "operation.h"

#include <stddef.h>
#include <string.h>

#include "ecs.h"
#include "monitoring.h"

#define ECS_TARGET "AmazonEC2ContainerServiceV20141113."
#define ECS_TYPE   "application/x-amz-json-1.1"

const struct operation operations[OPERATIONS] = {
	[LIST_CLUSTERS] = {LIST_CLUSTERS, "ListClusters", ECS_TARGET "ListClusters",
		"ecs:ListClusters", "ecs", ECS_TYPE, ecs_list_clusters},
	[LIST_SERVICES] = {LIST_SERVICES, "ListServices", ECS_TARGET "ListServices",
		"ecs:ListServices", "ecs", ECS_TYPE, ecs_list_services},
	[DESCRIBE_SERVICES] = {DESCRIBE_SERVICES, "DescribeServices", ECS_TARGET "DescribeServices",
		"ecs:DescribeServices", "ecs", ECS_TYPE, ecs_describe_services},
	[GET_METRIC_DATA] = {GET_METRIC_DATA, "GetMetricData",
		"GraniteServiceVersion20100801.GetMetricData", "cloudwatch:GetMetricData",
		"monitoring", "application/x-amz-json-1.0", monitoring_get_metric_data},
};

const struct operation *operation_targeted(const char *target) {
	for (size_t i = 0; i < OPERATIONS; i++) {
		if (strcmp(operations[i].target, target) == 0) {
			return &operations[i];
		}
	}
	return NULL;
}
