#define _POSIX_C_SOURCE 200809L
#include "describe.h"

#include <stdio.h>
#include <string.h>

#include "task.h"

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

static void add_id(cJSON *object, struct dice *dice) {
	char digits[20];
	struct text id = {0};
	dice_letters(dice, "0123456789", digits, sizeof(digits) - 1);
	text_addf(&id, "ecs-svc/%s", digits);
	add_arn_string(object, "id", &id);
}

static void add_deployment(struct server *server, const struct cluster *cluster,
	const struct service *service, const struct deployment *deployment, cJSON *list) {
	cJSON *object = cJSON_CreateObject();
	bool steady = service->running == service->desired;
	const char *rollout = steady ? "COMPLETED" : "IN_PROGRESS";
	add_id(object, &server->dice);
	cJSON_AddStringToObject(object, "status", deployment->status);
	task_describe(&server->account, cluster, service, &deployment->task, object);
	add_counts(object, service);
	cJSON_AddNumberToObject(object, "failedTasks", deployment->failed);
	add_time(object, "createdAt", deployment->created);
	add_time(object, "updatedAt",
		deployment->updated != 0 ? deployment->updated : deployment->created);
	cJSON_AddStringToObject(object, "rolloutState",
		deployment->rollout != NULL ? deployment->rollout : rollout);
	if (deployment->reason != NULL) {
		cJSON_AddStringToObject(object, "rolloutStateReason", deployment->reason);
	}
	cJSON_AddItemToArray(list, object);
}

static cJSON *task_set(struct server *server, const struct cluster *cluster,
	const struct service *service) {
	const struct deployment *primary = &service->deployments[0];
	cJSON *object = cJSON_CreateObject();
	add_id(object, &server->dice);
	cJSON_AddStringToObject(object, "status", "PRIMARY");
	task_describe(&server->account, cluster, service, &primary->task, object);
	cJSON_AddNumberToObject(object, "computedDesiredCount", service->desired);
	cJSON_AddNumberToObject(object, "runningCount", service->running);
	cJSON_AddNumberToObject(object, "pendingCount", service->pending);
	add_time(object, "createdAt", service->taskset);
	add_time(object, "updatedAt", primary->updated != 0 ? primary->updated : service->taskset);
	cJSON_AddStringToObject(object, "stabilityStatus", "STEADY_STATE");
	return object;
}

static void add_event(struct server *server, int64_t at, const char *message, cJSON *list) {
	cJSON *object = cJSON_CreateObject();
	char id[UUID_SIZE];
	dice_uuid(&server->dice, id);
	cJSON_AddStringToObject(object, "id", id);
	add_time(object, "createdAt", at);
	cJSON_AddStringToObject(object, "message", message);
	cJSON_AddItemToArray(list, object);
}

static void add_events(struct server *server, const struct service *service, cJSON *list) {
	for (size_t i = 0; i < service->event_count; i++) {
		add_event(server, service->events[i].at, service->events[i].message, list);
	}
	if (service->event_count == 0) {
		struct text message = {0};
		text_addf(&message, "(service %s) has reached a steady state.", service->name);
		add_event(server, service->deployments[0].created, text_string(&message), list);
		text_free(&message);
	}
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
	/* Without deployments a service says nothing of its tasks: its task sets do. */
	bool external = strcmp(service->controller, "EXTERNAL") == 0 && service->taskset != 0;
	if (!external) {
		task_describe(account, cluster, service, &service->deployments[0].task, object);
	}
	if (service->taskset != 0) {
		cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "taskSets"),
			task_set(server, cluster, service));
	}
	cJSON *deployments = cJSON_AddArrayToObject(object, "deployments");
	for (size_t i = 0; i < service->deployment_count && !external; i++) {
		add_deployment(server, cluster, service, &service->deployments[i], deployments);
	}
	add_events(server, service, cJSON_AddArrayToObject(object, "events"));
	add_time(object, "createdAt", service->created);
	cJSON_AddArrayToObject(object, "placementConstraints");
	cJSON_AddArrayToObject(object, "placementStrategy");
	cJSON_AddStringToObject(object, "schedulingStrategy", service->scheduling);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(object, "deploymentController"), "type",
		service->controller);
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
