#include "config.h"

#include "aws/service/ecs_task.h"

#include "base/num.h"
#include "base/text.h"

#include <string.h>

/* Above the largest sizes that RegisterTaskDefinition takes: 192 vCPU, and the memory of any
 * instance. */
enum { MAX_CPU_UNITS = 1024 * 1024, MAX_MEMORY_MIB = 1024 * 1024 * 1024 };

/* --- services --- */

static bool is_word(const json *v, const char *name, const char *word) {
	const char *text = json_string(json_member(v, name));
	return text && strcmp(text, word) == 0;
}

/* NULL if it is no text, or empty. */
static const char *text_of(const json *v, const char *name) {
	const char *text = json_string(json_member(v, name));
	return text && *text ? text : NULL;
}

/* Fargate's providers have these names, and no other provider's may begin with "fargate"
 * (CreateCapacityProvider). */
static enum ecs_host host_of_providers(const json *strategy) {
	enum ecs_host host = ECS_HOST_NOT_KNOWN;
	for (const json *v = json_first(strategy); v; v = json_next(v)) {
		if (is_word(v, "capacityProvider", "FARGATE") ||
			is_word(v, "capacityProvider", "FARGATE_SPOT"))
			return ECS_HOST_FARGATE;
		if (text_of(v, "capacityProvider"))
			host = ECS_HOST_OTHER;
	}
	return host;
}

static enum ecs_host host_of_launch_type(const json *v) {
	static const char *const others[] = {"EC2", "EXTERNAL", "MANAGED_INSTANCES"};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (is_word(v, "launchType", others[i]))
			return ECS_HOST_OTHER;
	return is_word(v, "launchType", "FARGATE") ? ECS_HOST_FARGATE : ECS_HOST_NOT_KNOWN;
}

/* Adds what this one tells and none before it did. */
static void add_part(const json *v, struct ecs_service *out) {
	const json *strategy = json_member(v, "capacityProviderStrategy");
	const char *family = text_of(v, "platformFamily");
	if (out->host == ECS_HOST_NOT_KNOWN && json_is_array(strategy))
		out->host = host_of_providers(strategy);
	if (out->host == ECS_HOST_NOT_KNOWN)
		out->host = host_of_launch_type(v);
	if (!out->task_definition)
		out->task_definition = text_of(v, "taskDefinition");
	if (!out->platform_version)
		out->platform_version = text_of(v, "platformVersion");
	out->is_windows = out->is_windows ||
		(family && text_equal_nocase(family, "windows", strlen("windows")));
}

static void add_primary(const json *list, struct ecs_service *out) {
	if (!json_is_array(list))
		return;
	for (const json *v = json_first(list); v; v = json_next(v))
		if (is_word(v, "status", "PRIMARY"))
			add_part(v, out);
}

void ecs_read_tasks(const json *service, struct ecs_service *out) {
	add_primary(json_member(service, "taskSets"), out);
	add_primary(json_member(service, "deployments"), out);
	add_part(service, out);
}

/* --- task definitions --- */

static bool read_size(const json *v, const char *name, int64_t max, int64_t *size) {
	const json *member = json_member(v, name);
	const char *text = json_string(member);
	*size = 0;
	if (json_is_absent(member) || (text && *text == '\0'))
		return true;
	return text && num_parse_whole(text, strlen(text), max, size) == 0;
}

int ecs_read_task_definition(const json *document, struct ecs_task_definition *out, struct err *e) {
	const json *v = json_member(document, "taskDefinition");
	const char *family = text_of(json_member(v, "runtimePlatform"), "operatingSystemFamily");
	*out = (struct ecs_task_definition){.arn = text_of(v, "taskDefinitionArn"),
		.is_windows = family && text_starts_with(family, "WINDOWS")};
	if (!out->arn)
		return err_set(e, ERR_SYNTAX, "DescribeTaskDefinition without a taskDefinitionArn");
	if (!read_size(v, "cpu", MAX_CPU_UNITS, &out->cpu_units))
		return err_set(e, ERR_SYNTAX, "a cpu that is not a number of CPU units");
	if (!read_size(v, "memory", MAX_MEMORY_MIB, &out->memory_mib))
		return err_set(e, ERR_SYNTAX, "a memory that is not a number of MiB");
	return 0;
}
