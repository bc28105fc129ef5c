#include "operation.h"

#include <stddef.h>
#include <string.h>

#include "ecs.h"
#include "metric_statistics.h"
#include "monitoring.h"
#include "portal.h"
#include "sts.h"
#include "task.h"

#define ECS_TARGET "AmazonEC2ContainerServiceV20141113."
#define ECS_TYPE   "application/x-amz-json-1.1"
#define XML_TYPE   "text/xml"
#define JSON_TYPE  "application/json"

const struct operation operations[OPERATIONS] = {
	[LIST_CLUSTERS] = {LIST_CLUSTERS, AWS_JSON, "ListClusters", ECS_TARGET "ListClusters",
		"ecs:ListClusters", "ecs", ECS_TYPE, ecs_list_clusters, NULL},
	[LIST_SERVICES] = {LIST_SERVICES, AWS_JSON, "ListServices", ECS_TARGET "ListServices",
		"ecs:ListServices", "ecs", ECS_TYPE, ecs_list_services, NULL},
	[DESCRIBE_SERVICES] = {DESCRIBE_SERVICES, AWS_JSON, "DescribeServices",
		ECS_TARGET "DescribeServices", "ecs:DescribeServices", "ecs", ECS_TYPE,
		ecs_describe_services, NULL},
	[DESCRIBE_TASK_DEFINITION] = {DESCRIBE_TASK_DEFINITION, AWS_JSON, "DescribeTaskDefinition",
		ECS_TARGET "DescribeTaskDefinition", "ecs:DescribeTaskDefinition", "ecs", ECS_TYPE,
		task_describe_definition, NULL},
	[GET_METRIC_DATA] = {GET_METRIC_DATA, AWS_JSON, "GetMetricData",
		"GraniteServiceVersion20100801.GetMetricData", "cloudwatch:GetMetricData",
		"monitoring", "application/x-amz-json-1.0", monitoring_get_metric_data, NULL},
	[ASSUME_ROLE] = {ASSUME_ROLE, QUERY, "AssumeRole", "AssumeRole", "sts:AssumeRole", "sts",
		XML_TYPE, sts_assume_role, STS_VERSION},
	[ASSUME_ROLE_WITH_WEB_IDENTITY] = {ASSUME_ROLE_WITH_WEB_IDENTITY, QUERY,
		"AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentity",
		"sts:AssumeRoleWithWebIdentity", NULL, XML_TYPE, sts_assume_role_with_web_identity,
		STS_VERSION},
	[GET_CALLER_IDENTITY] = {GET_CALLER_IDENTITY, QUERY, "GetCallerIdentity",
		"GetCallerIdentity", "sts:GetCallerIdentity", "sts", XML_TYPE,
		sts_get_caller_identity, STS_VERSION},
	[GET_METRIC_STATISTICS] = {GET_METRIC_STATISTICS, QUERY, "GetMetricStatistics",
		"GetMetricStatistics", "cloudwatch:GetMetricStatistics", "monitoring", XML_TYPE,
		metric_statistics, MONITORING_VERSION},
	[GET_ROLE_CREDENTIALS] = {GET_ROLE_CREDENTIALS, PORTAL, "GetRoleCredentials",
		"/federation/credentials", "sso:GetRoleCredentials", NULL, JSON_TYPE,
		portal_get_role_credentials, NULL},
	[CREATE_TOKEN] = {CREATE_TOKEN, OAUTH, "CreateToken", "/token", "sso-oauth:CreateToken",
		NULL, JSON_TYPE, portal_create_token, NULL},
};

const struct operation *operation_find(enum protocol protocol, const char *target) {
	for (size_t i = 0; i < OPERATIONS; i++) {
		if (operations[i].protocol == protocol &&
			strcmp(operations[i].target, target) == 0) {
			return &operations[i];
		}
	}
	return NULL;
}
