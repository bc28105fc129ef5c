#define _POSIX_C_SOURCE 200809L
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

enum { USUAL_REVISION = 7, USUAL_CPU = 256, USUAL_MEMORY = 512 };

void task_init(struct task *task) {
	*task = (struct task){.launch = must_copy("FARGATE"),
		.platform = must_copy("1.4.0"),
		.os = must_copy("LINUX"),
		.revision = USUAL_REVISION,
		.cpu = USUAL_CPU,
		.memory = USUAL_MEMORY};
}

void task_free(struct task *task) {
	free(task->launch);
	free(task->providers);
	free(task->platform);
	free(task->os);
	free(task->family);
}

/* --- the account file --- */

static void set_text(char **field, const char *value) {
	free(*field);
	*field = must_copy(value);
}

static int read_size(struct parser *parser, const char *word, size_t length) {
	char *number = must_slice(word, length);
	int size = strcmp(number, "-") == 0 ? 0 : (int)parser_count(parser, number);
	free(number);
	return size;
}

static void parse_size(struct parser *parser, struct task *task, const char *value) {
	size_t length = strcspn(value, "x");
	if (value[length] != 'x') {
		parser_fail(parser, "'%s' is not CPUxMEMORY", value);
		return;
	}
	task->cpu = read_size(parser, value, length);
	task->memory = read_size(parser, value + length + 1, strlen(value + length + 1));
}

bool task_word(struct parser *parser, struct task *task, const char *word) {
	const char *value = NULL;
	if ((value = parser_value(word, "launch")) != NULL) {
		set_text(&task->launch, value);
	} else if ((value = parser_value(word, "providers")) != NULL) {
		set_text(&task->providers, value);
	} else if ((value = parser_value(word, "platform")) != NULL) {
		set_text(&task->platform, value);
	} else if ((value = parser_value(word, "os")) != NULL) {
		set_text(&task->os, value);
	} else if ((value = parser_value(word, "task")) != NULL) {
		set_text(&task->family, value);
	} else if ((value = parser_value(word, "revision")) != NULL) {
		task->revision = (int)parser_count(parser, value);
	} else if ((value = parser_value(word, "size")) != NULL) {
		parse_size(parser, task, value);
	} else {
		return false;
	}
	return true;
}

/* --- DescribeServices --- */

static const char *family_of(const struct service *service, const struct task *task) {
	return task->family != NULL ? task->family : service->name;
}

static void add_arn(const struct account *account, const struct cluster *cluster,
	const struct service *service, const struct task *task, cJSON *object, const char *name) {
	struct text arn = {0};
	text_addf(&arn, "arn:%s:ecs:%s:%s:task-definition/%s:%d", account->partition,
		cluster->region, account->id, family_of(service, task), task->revision);
	cJSON_AddStringToObject(object, name, text_string(&arn));
	text_free(&arn);
}

/* Returns whether one of the providers is Fargate's. */
static bool add_providers(const struct task *task, cJSON *object) {
	cJSON *strategy = cJSON_AddArrayToObject(object, "capacityProviderStrategy");
	char *names = must_copy(task->providers);
	char *rest = NULL;
	bool fargate = false;
	for (char *name = strtok_r(names, ",", &rest); name != NULL;
		name = strtok_r(NULL, ",", &rest)) {
		cJSON *item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "capacityProvider", name);
		cJSON_AddNumberToObject(item, "weight", 1);
		cJSON_AddNumberToObject(item, "base", 0);
		cJSON_AddItemToArray(strategy, item);
		fargate = fargate || strncmp(name, "FARGATE", strlen("FARGATE")) == 0;
	}
	free(names);
	return fargate;
}

void task_describe(const struct account *account, const struct cluster *cluster,
	const struct service *service, const struct task *task, cJSON *object) {
	bool fargate = false;
	if (task->providers != NULL) {
		fargate = add_providers(task, object);
	} else {
		cJSON_AddStringToObject(object, "launchType", task->launch);
		fargate = strcmp(task->launch, "FARGATE") == 0;
	}
	if (fargate) {
		cJSON_AddStringToObject(object, "platformVersion", task->platform);
		cJSON_AddStringToObject(object, "platformFamily",
			strcmp(task->os, "LINUX") == 0 ? "Linux" : task->os);
	}
	add_arn(account, cluster, service, task, object, "taskDefinition");
}

/* --- DescribeTaskDefinition --- */

static bool is_wanted(const struct account *account, const struct cluster *cluster,
	const struct service *service, const struct task *task, const char *text) {
	struct text name = {0};
	struct text arn = {0};
	if (strstr(text, family_of(service, task)) == NULL) {
		return false;
	}
	text_addf(&name, "%s:%d", family_of(service, task), task->revision);
	text_addf(&arn, "arn:%s:ecs:%s:%s:task-definition/%s", account->partition, cluster->region,
		account->id, text_string(&name));
	bool wanted = strcmp(text, text_string(&name)) == 0 || strcmp(text, text_string(&arn)) == 0;
	text_free(&name);
	text_free(&arn);
	return wanted;
}

static const struct task *find_in(const struct account *account, const struct cluster *cluster,
	const char *text, const struct service **owner) {
	for (size_t i = 0; i < cluster->count; i++) {
		*owner = cluster->services[i];
		for (size_t d = 0; d < (*owner)->deployment_count; d++) {
			const struct task *task = &(*owner)->deployments[d].task;
			if (is_wanted(account, cluster, *owner, task, text)) {
				return task;
			}
		}
	}
	return NULL;
}

static void add_size(cJSON *object, const char *name, int size) {
	char digits[20];
	(void)snprintf(digits, sizeof(digits), "%d", size);
	if (size > 0) {
		cJSON_AddStringToObject(object, name, digits);
	}
}

static void answer_task(struct call *call, const struct cluster *cluster,
	const struct service *owner, const struct task *task) {
	cJSON *root = cJSON_CreateObject();
	cJSON *object = cJSON_AddObjectToObject(root, "taskDefinition");
	add_arn(&call->server->account, cluster, owner, task, object, "taskDefinitionArn");
	cJSON_AddArrayToObject(object, "containerDefinitions");
	cJSON_AddStringToObject(object, "family", family_of(owner, task));
	cJSON_AddNumberToObject(object, "revision", task->revision);
	cJSON_AddStringToObject(object, "networkMode", "awsvpc");
	cJSON_AddStringToObject(object, "status", "ACTIVE");
	add_size(object, "cpu", task->cpu);
	add_size(object, "memory", task->memory);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(object, "runtimePlatform"),
		"operatingSystemFamily", task->os);
	cJSON_AddArrayToObject(root, "tags");
	char *body = cJSON_PrintUnformatted(root);
	answer_plain(&call->answer, 200, call->operation->content_type, body);
	cJSON_free(body);
	cJSON_Delete(root);
}

void task_describe_definition(struct call *call) {
	static const struct member members[] = {{"taskDefinition", STRING, NULL},
		{"include", STRINGS, NULL}, {NULL, STRING, NULL}};
	const struct account *account = &call->server->account;
	const char *text = json_string(call->body, "taskDefinition");
	struct text why = {0};
	if (!schema_check(call->body, members, &why)) {
		answer_error(&call->answer, 400, "SerializationException", "%s: %s",
			call->operation->name, text_string(&why));
		text_free(&why);
		return;
	}
	for (size_t i = 0; text != NULL && i < account->cluster_count; i++) {
		const struct cluster *cluster = account->clusters[i];
		const struct service *owner = NULL;
		const struct task *task = strcmp(cluster->region, call->claim.region) == 0
			? find_in(account, cluster, text, &owner)
			: NULL;
		if (task != NULL) {
			answer_task(call, cluster, owner, task);
			return;
		}
	}
	answer_error(&call->answer, 400, "ClientException", "Unable to describe task definition.");
}
