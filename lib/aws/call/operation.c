#include "config.h"

#include "aws/call/operation.h"

#define ECS_TARGET        "AmazonEC2ContainerServiceV20141113."
#define CLOUDWATCH_TARGET "GraniteServiceVersion20100801."
#define AWS_JSON_1_1      "application/x-amz-json-1.1"
#define AWS_JSON_1_0      "application/x-amz-json-1.0"

static const struct operation_traits traits[OPERATIONS] = {
	[OPERATION_LIST_CLUSTERS] = {"ListClusters", "ecs:ListClusters", ENDPOINT_ECS,
		ECS_TARGET "ListClusters", AWS_JSON_1_1, 0},
	[OPERATION_LIST_SERVICES] = {"ListServices", "ecs:ListServices", ENDPOINT_ECS,
		ECS_TARGET "ListServices", AWS_JSON_1_1, 0},
	[OPERATION_DESCRIBE_SERVICES] = {"DescribeServices", "ecs:DescribeServices", ENDPOINT_ECS,
		ECS_TARGET "DescribeServices", AWS_JSON_1_1, 0},
	[OPERATION_DESCRIBE_TASK_DEFINITION] = {"DescribeTaskDefinition",
		"ecs:DescribeTaskDefinition", ENDPOINT_ECS, ECS_TARGET "DescribeTaskDefinition",
		AWS_JSON_1_1, 0},
	[OPERATION_GET_METRIC_DATA] = {"GetMetricData", "cloudwatch:GetMetricData",
		ENDPOINT_CLOUDWATCH, CLOUDWATCH_TARGET "GetMetricData", AWS_JSON_1_0, 1},
};

const struct operation_traits *operation_traits(enum operation op) {
	return &traits[op];
}
