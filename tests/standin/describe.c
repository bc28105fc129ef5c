#define _POSIX_C_SOURCE 200809L
#include "describe.h"

#include <stdio.h>
#include <string.h>

static void add_time(cJSON *object, const char *name, int64_t seconds) {
	cJSON_AddNumberToObject(object, name, (double)seconds + 0.347);
}

static void add_counts(cJSON *object, const struct service *service) {
	cJSON_AddNumberToObject(object, "desiredCount", service->desired);
	cJSON_AddNumberToObject(object, "runningCount", service->running);
	cJSON_AddNumberToObject(object, "pendingCount", service->pending);
}

static void add_arn_string(cJSON *object, const char *name, struct text *arn) {
	cJSON_AddStringToObject(object, name, text_string(arn));
	text_free(arn);
}

static void add_task_definition(cJSON *object, const struct account *account,
	const struct cluster *cluster, const struct service *service) {
	struct text arn = {0};
	text_addf(&arn, "arn:%s:ecs:%s:%s:task-definition/%s:7", account->partition,
		cluster->region, account->id, service->name);
	add_arn_string(object, "taskDefinition", &arn);
}

static void add_id(cJSON *object, struct dice *dice) {
	char digits[20];
	struct text id = {0};
	dice_letters(dice, "0123456789", digits, sizeof(digits) - 1);
	text_addf(&id, "ecs-svc/%s", digits);
	add_arn_string(object, "id", &id);
}

static cJSON *deployment(struct server *server, const struct cluster *cluster,
	const struct service *service) {
	cJSON *object = cJSON_CreateObject();
	add_id(object, &server->dice);
	cJSON_AddStringToObject(object, "status", "PRIMARY");
	add_task_definition(object, &server->account, cluster, service);
	add_counts(object, service);
	cJSON_AddNumberToObject(object, "failedTasks", 0);
	add_time(object, "createdAt", service->deployed);
	add_time(object, "updatedAt", service->deployed);
	cJSON_AddStringToObject(object, "launchType", "FARGATE");
	cJSON_AddStringToObject(object, "platformVersion", "1.4.0");
	bool steady = service->running == service->desired;
	cJSON_AddStringToObject(object, "rolloutState", steady ? "COMPLETED" : "IN_PROGRESS");
	return object;
}

static cJSON *task_set(struct server *server, const struct cluster *cluster,
	const struct service *service) {
	cJSON *object = cJSON_CreateObject();
	add_id(object, &server->dice);
	cJSON_AddStringToObject(object, "status", "PRIMARY");
	add_task_definition(object, &server->account, cluster, service);
	cJSON_AddNumberToObject(object, "computedDesiredCount", service->desired);
	cJSON_AddNumberToObject(object, "runningCount", service->running);
	cJSON_AddNumberToObject(object, "pendingCount", service->pending);
	add_time(object, "createdAt", service->created);
	add_time(object, "updatedAt", service->taskset);
	cJSON_AddStringToObject(object, "stabilityStatus", "STEADY_STATE");
	return object;
}

static cJSON *event(struct server *server, const struct service *service) {
	cJSON *object = cJSON_CreateObject();
	char id[UUID_SIZE];
	dice_uuid(&server->dice, id);
	cJSON_AddStringToObject(object, "id", id);
	add_time(object, "createdAt", service->deployed);
	struct text message = {0};
	text_addf(&message, "(service %s) has reached a steady state.", service->name);
	add_arn_string(object, "message", &message);
	return object;
}

cJSON *describe_service(struct server *server, const struct cluster *cluster,
	const struct service *service) {
	const struct account *account = &server->account;
	cJSON *object = cJSON_CreateObject();
	struct text arn = {0};
	account_service_arn(account, cluster, service->name, &arn);
	add_arn_string(object, "serviceArn", &arn);
	cJSON_AddStringToObject(object, "serviceName", service->name);
	account_cluster_arn(account, cluster, &arn);
	add_arn_string(object, "clusterArn", &arn);
	cJSON_AddArrayToObject(object, "loadBalancers");
	cJSON_AddArrayToObject(object, "serviceRegistries");
	cJSON_AddStringToObject(object, "status", service->status);
	add_counts(object, service);
	cJSON_AddStringToObject(object, "launchType", "FARGATE");
	cJSON_AddStringToObject(object, "platformVersion", "LATEST");
	cJSON_AddStringToObject(object, "platformFamily", "Linux");
	add_task_definition(object, account, cluster, service);
	if (service->taskset != 0) {
		cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "taskSets"),
			task_set(server, cluster, service));
	}
	cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "deployments"),
		deployment(server, cluster, service));
	cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "events"), event(server, service));
	add_time(object, "createdAt", service->created);
	cJSON_AddArrayToObject(object, "placementConstraints");
	cJSON_AddArrayToObject(object, "placementStrategy");
	cJSON_AddStringToObject(object, "schedulingStrategy", "REPLICA");
	cJSON_AddStringToObject(cJSON_AddObjectToObject(object, "deploymentController"), "type",
		"ECS");
	cJSON_AddBoolToObject(object, "enableECSManagedTags", true);
	cJSON_AddStringToObject(object, "propagateTags", "NONE");
	cJSON_AddBoolToObject(object, "enableExecuteCommand", false);
	return object;
}

cJSON *describe_missing(struct server *server, const struct cluster *cluster, const char *name) {
	cJSON *object = cJSON_CreateObject();
	struct text arn = {0};
	account_service_arn(&server->account, cluster, name, &arn);
	add_arn_string(object, "arn", &arn);
	cJSON_AddStringToObject(object, "reason", "MISSING");
	return object;
}
