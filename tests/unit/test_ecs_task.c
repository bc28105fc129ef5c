/* What DescribeServices tells of what tasks run on, and DescribeTaskDefinition of their size. */
#include "config.h"

#include "support.h"

#include "aws/service/ecs.h"

#include <string.h>

/* --- services --- */

static void on_service(void *ctx, const struct ecs_service *s) {
	*(struct ecs_service *)ctx = *s;
}

#define ACTIVE                                                                                 \
	"\"serviceName\":\"api\",\"status\":\"ACTIVE\",\"desiredCount\":1,\"runningCount\":1," \
	"\"events\":[]"

/* Members of a service besides those above; deployments are added if there are none. */
static const struct {
	const char *members;
	enum ecs_host host;
	const char *task_definition, *platform_version;
	bool is_windows;
} services[] = {
	{"\"launchType\":\"FARGATE\",\"platformVersion\":\"LATEST\",\"platformFamily\":\"Linux\","
	 "\"taskDefinition\":\"td:1\",\"deployments\":[]",
		ECS_HOST_FARGATE, "td:1", "LATEST", false},
	{"\"launchType\":\"EC2\",\"taskDefinition\":\"td:1\",\"deployments\":[]", ECS_HOST_OTHER,
		"td:1", NULL, false},
	{"\"launchType\":\"EXTERNAL\",\"deployments\":[]", ECS_HOST_OTHER, NULL, NULL, false},
	{"\"launchType\":\"MANAGED_INSTANCES\",\"deployments\":[]", ECS_HOST_OTHER, NULL, NULL,
		false},
	{"\"launchType\":\"MOON\",\"deployments\":[]", ECS_HOST_NOT_KNOWN, NULL, NULL, false},
	{"\"deployments\":[]", ECS_HOST_NOT_KNOWN, NULL, NULL, false},
	/* Capacity providers stand in place of a launch type. */
	{"\"capacityProviderStrategy\":[{\"capacityProvider\":\"FARGATE_SPOT\",\"weight\":1}],"
	 "\"deployments\":[]",
		ECS_HOST_FARGATE, NULL, NULL, false},
	{"\"capacityProviderStrategy\":[{\"capacityProvider\":\"FARGATE\",\"base\":1},"
	 "{\"capacityProvider\":\"FARGATE_SPOT\"}],\"deployments\":[]",
		ECS_HOST_FARGATE, NULL, NULL, false},
	{"\"capacityProviderStrategy\":[{\"capacityProvider\":\"my-asg\"}],\"deployments\":[]",
		ECS_HOST_OTHER, NULL, NULL, false},
	{"\"capacityProviderStrategy\":[],\"launchType\":\"FARGATE\",\"deployments\":[]",
		ECS_HOST_FARGATE, NULL, NULL, false},
	/* The PRIMARY deployment counts, wherever it stands, and of it what it tells. */
	{"\"launchType\":\"EC2\",\"taskDefinition\":\"td:1\",\"deployments\":["
	 "{\"status\":\"ACTIVE\",\"launchType\":\"EC2\",\"taskDefinition\":\"td:1\"},"
	 "{\"status\":\"PRIMARY\",\"launchType\":\"FARGATE\",\"taskDefinition\":\"td:2\","
	 "\"platformVersion\":\"1.3.0\",\"platformFamily\":\"Windows_Server_2022_Core\"}]",
		ECS_HOST_FARGATE, "td:2", "1.3.0", true},
	{"\"capacityProviderStrategy\":[{\"capacityProvider\":\"my-asg\"}],\"taskDefinition\":"
	 "\"td:1\",\"deployments\":[{\"status\":\"PRIMARY\",\"taskDefinition\":\"td:2\"}]",
		ECS_HOST_OTHER, "td:2", NULL, false},
	/* Task sets take the deployments' place (CodeDeploy, other controllers). */
	{"\"taskDefinition\":\"td:1\",\"taskSets\":[{\"status\":\"ACTIVE\",\"launchType\":\"EC2\","
	 "\"taskDefinition\":\"td:2\"},{\"status\":\"PRIMARY\",\"launchType\":\"FARGATE\","
	 "\"taskDefinition\":\"td:3\",\"platformVersion\":\"1.4.0\"}],\"deployments\":[]",
		ECS_HOST_FARGATE, "td:3", "1.4.0", false},
	/* What cannot be read is not known, and no fault. */
	{"\"launchType\":7,\"taskDefinition\":[],\"platformVersion\":{},\"platformFamily\":1,"
	 "\"capacityProviderStrategy\":[1,{},{\"capacityProvider\":2}],\"deployments\":[]",
		ECS_HOST_NOT_KNOWN, NULL, NULL, false},
	{"\"launchType\":\"FARGATE\",\"taskDefinition\":\"\",\"capacityProviderStrategy\":\"x\","
	 "\"deployments\":[]",
		ECS_HOST_FARGATE, NULL, NULL, false},
};

static void the_primary_deployment_tells_what_tasks_run_on(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(services); i++) {
		struct buf body;
		struct err e = {.code = ERR_NONE};
		struct ecs_service s = {.name = NULL};
		const char *what = services[i].members;
		buf_init(&body, 4000);
		buf_addf(&body, "{\"services\":[{" ACTIVE ",%s}]}", what);
		json *document = json_parse(buf_str(&body), body.len, &e);
		assert_non_null(document);
		expect_whole(ecs_read_services(document, on_service, &s, &e), 0, "%s", what);
		expect_whole(s.host, services[i].host, "%s", what);
		expect_text(s.task_definition, services[i].task_definition, "%s", what);
		expect_text(s.platform_version, services[i].platform_version, "%s", what);
		expect_whole(s.is_windows, services[i].is_windows, "%s", what);
		expect_text(s.fault, NULL, "%s", what);
		json_free(document);
		buf_free(&body);
	}
}

/* --- task definitions --- */

static const struct {
	const char *body;
	int64_t cpu_units, memory_mib; /* -1: refused */
	bool is_windows;
} definitions[] = {
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":\"256\",\"memory\":\"512\","
	 "\"runtimePlatform\":{\"operatingSystemFamily\":\"LINUX\"}},\"tags\":[]}",
		256, 512, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":\"2048\",\"memory\":"
	 "\"4096\",\"runtimePlatform\":{\"cpuArchitecture\":\"X86_64\","
	 "\"operatingSystemFamily\":\"WINDOWS_SERVER_2022_CORE\"}}}",
		2048, 4096, true},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\"}}", 0, 0, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":null,\"memory\":\"\"}}", 0, 0,
		false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"memory\":\"2048\","
	 "\"runtimePlatform\":7}}",
		0, 2048, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":256}}", -1, 0, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":\".25 vCPU\"}}", -1, 0,
		false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"cpu\":\"-1\"}}", -1, 0, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"memory\":\"1e3\"}}", -1, 0, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":\"td:1\",\"memory\":"
	 "\"99999999999999999999\"}}",
		-1, 0, false},
	{"{\"taskDefinition\":{\"taskDefinitionArn\":1,\"cpu\":\"256\"}}", -1, 0, false},
	{"{\"taskDefinition\":{\"cpu\":\"256\"}}", -1, 0, false},
	{"{\"taskDefinition\":[]}", -1, 0, false},
	{"{}", -1, 0, false},
	{"[]", -1, 0, false},
};

static void task_definitions_tell_the_size(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(definitions); i++) {
		struct err e = {.code = ERR_NONE};
		struct ecs_task_definition d;
		const char *body = definitions[i].body;
		bool is_refused = definitions[i].cpu_units < 0;
		json *document = json_parse(body, strlen(body), &e);
		assert_non_null(document);
		expect_whole(ecs_read_task_definition(document, &d, &e), is_refused ? -1 : 0, "%s",
			body);
		if (is_refused) {
			expect_whole(e.code, ERR_SYNTAX, "%s", body);
		} else {
			expect_text(d.arn, "td:1", "%s", body);
			expect_whole(d.cpu_units, definitions[i].cpu_units, "%s", body);
			expect_whole(d.memory_mib, definitions[i].memory_mib, "%s", body);
			expect_whole(d.is_windows, definitions[i].is_windows, "%s", body);
		}
		json_free(document);
	}
}

static void the_body_names_the_task_definition(void **state) {
	(void)state;
	struct buf body;
	buf_init(&body, 1000);
	ecs_describe_task_definition_body(&body, "arn:aws:ecs:eu-west-1:1:task-definition/a\"b:7");
	assert_string_equal(buf_str(&body),
		"{\"taskDefinition\":\"arn:aws:ecs:eu-west-1:1:task-definition/a\\\"b:7\"}");
	buf_free(&body);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_primary_deployment_tells_what_tasks_run_on),
		UNIT_TEST(task_definitions_tell_the_size),
		UNIT_TEST(the_body_names_the_task_definition),
	};
	return cmocka_run_group_tests_name("ecs_task", tests, NULL, NULL);
}
