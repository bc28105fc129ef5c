/* Answers of DescribeServices: what is read, what follows from it (contract 1.5), and that no
 * answer of another shape, about another service or with a word AWS may add makes a service OK. */
#include "config.h"

#include "support.h"

#include "aws/service/ecs_event.h"
#include "collect/describe_read.h"
#include "judge/silence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW_S = 1800000000, TEXT_BYTES = 8192, MAX_ASKED = 10 };

/* --- one service --- */

static struct describe_scope scope = {"prod", "eu-west-1", "123456789012"};

struct answer {
	struct description said[MAX_ASKED];
	struct described asked[MAX_ASKED];
	size_t n;
	int rc;
	struct err e;
};

/* Reads an answer about these services, as the check does, and settles what it lacks. */
static void read_answer(struct answer *a, const char *body, const char *const *names, size_t n) {
	*a = (struct answer){.n = n};
	json *document = json_parse(body, strlen(body), &a->e);
	for (size_t i = 0; i < n; i++) {
		a->said[i].status = DESCRIPTION_PENDING;
		a->asked[i] = (struct described){names[i], &a->said[i]};
	}
	a->rc = document ? describe_read(document, &scope, a->asked, n, &a->e) : -1;
	describe_settle(a->asked, n, a->rc ? a->e.message : "left out", a->rc != 0);
	json_free(document);
}

static void free_answer(struct answer *a) {
	for (size_t i = 0; i < a->n; i++)
		description_clear(&a->said[i]);
}

static enum reason reason_of(const char *body) {
	static const char *const names[] = {"api"};
	struct answer a;
	read_answer(&a, body, names, 1);
	enum reason r = silence_reason(&a.said[0], NOW_S);
	free_answer(&a);
	return r;
}

#define ARN "arn:aws:ecs:eu-west-1:123456789012:"
#define OF_API                                                                \
	"\"serviceName\":\"api\",\"serviceArn\":\"" ARN "service/prod/api\"," \
	"\"clusterArn\":\"" ARN "cluster/prod\""
#define ACTIVE           "\"status\":\"ACTIVE\""
#define COUNTS           "\"desiredCount\":3,\"runningCount\":0"
#define NOTHING_WANTED   "\"desiredCount\":0,\"runningCount\":0"
#define CREATED          "\"createdAt\":1767225600.5"
#define NO_EVENTS        "\"events\":[]"
#define LIST(members)    "{\"services\":[" members "],\"failures\":[]}"
#define SERVICE(members) LIST("{" OF_API "," members "}")
#define MADE(deployment) "\"deployments\":[{\"status\":\"PRIMARY\"," deployment "}]"
#define OLD              MADE("\"createdAt\":1767225600.5")
#define NEW              MADE("\"createdAt\":1799999940.25")
#define ZERO             OF_API "," ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS

static void what_is_read_is_judged(void **state) {
	(void)state;
	static const struct {
		const char *what, *body;
		enum reason reason;
	} cases[] = {
		{"scaled to zero", SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS),
			REASON_SCALED_TO_ZERO},
		{"a REPLICA service",
			SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
				       ",\"schedulingStrategy\":\"REPLICA\""),
			REASON_SCALED_TO_ZERO},
		{"a DAEMON service",
			SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
				       ",\"schedulingStrategy\":\"DAEMON\""),
			REASON_NO_INSTANCE},
		{"-0 wanted",
			SERVICE(ACTIVE ",\"desiredCount\":-0,\"runningCount\":0," OLD
				       "," NO_EVENTS),
			REASON_NOT_CLEAR},
		{"0.0 wanted",
			SERVICE(ACTIVE ",\"desiredCount\":0.0,\"runningCount\":0e7," OLD
				       "," NO_EVENTS),
			REASON_SCALED_TO_ZERO},
		{"down", SERVICE(ACTIVE "," COUNTS "," OLD "," NO_EVENTS), REASON_DOWN},
		{"new", SERVICE(ACTIVE "," COUNTS "," NEW "," NO_EVENTS), REASON_NEW},
		{"a new service",
			SERVICE(ACTIVE "," COUNTS ",\"createdAt\":1.79999994025E9,"
				       "\"deployments\":[]," NO_EVENTS),
			REASON_NEW},
		{"a new task set",
			SERVICE(ACTIVE
				"," COUNTS "," CREATED ",\"deployments\":[],"
				"\"taskSets\":[{\"status\":\"PRIMARY\",\"createdAt\":1799999940}]," NO_EVENTS),
			REASON_NEW},
		{"a task set that is not PRIMARY",
			SERVICE(ACTIVE "," COUNTS "," CREATED
				       ",\"deployments\":[],\"taskSets\":[{\"status\":\"ACTIVE\","
				       "\"createdAt\":1799999940}]," NO_EVENTS),
			REASON_DOWN},
		{"a deployment that is not PRIMARY",
			SERVICE(ACTIVE
				"," COUNTS
				",\"deployments\":[{\"status\":\"PRIMARY\",\"createdAt\":1},"
				"{\"status\":\"ACTIVE\",\"createdAt\":1799999940}]," NO_EVENTS),
			REASON_DOWN},
		{"updated a moment ago",
			SERVICE(ACTIVE "," COUNTS "," CREATED "," MADE(
				"\"createdAt\":1767225600,\"updatedAt\":1799999970") "," NO_EVENTS),
			REASON_DOWN},
		{"a new deployment that failed",
			SERVICE(ACTIVE "," COUNTS "," MADE(
				"\"createdAt\":1799999940,\"rolloutState\":\"FAILED\"") "," NO_EVENTS),
			REASON_DOWN},
		{"one that replaced a failed one",
			SERVICE(ACTIVE
				"," COUNTS
				",\"deployments\":[{\"status\":\"PRIMARY\",\"createdAt\":1799999940,"
				"\"rolloutState\":\"IN_PROGRESS\"},{\"status\":\"ACTIVE\","
				"\"rolloutState\":\"FAILED\"}]," NO_EVENTS),
			REASON_DOWN},
		{"a new one whose tasks fail",
			SERVICE(ACTIVE "," COUNTS "," MADE(
				"\"createdAt\":1799999940,\"failedTasks\":3") "," NO_EVENTS),
			REASON_DOWN},
		{"a new one, two tasks failed",
			SERVICE(ACTIVE "," COUNTS "," MADE(
				"\"createdAt\":1799999940,\"failedTasks\":2") "," NO_EVENTS),
			REASON_NEW},
		{"starting",
			SERVICE(ACTIVE "," COUNTS "," OLD ",\"events\":["
				       "{\"id\":\"b\",\"createdAt\":1799999940,\"message\":"
				       "\"(service api) has started 1 tasks: (task 1).\"},"
				       "{\"id\":\"a\",\"createdAt\":1790000000.5,\"message\":"
				       "\"(service api) has reached a steady state.\"}]"),
			REASON_STARTING},
		{"starting, but",
			SERVICE(ACTIVE
				"," COUNTS "," OLD ",\"events\":["
				"{\"createdAt\":1799999980,\"message\":\"(service api) is unable to "
				"consistently start tasks successfully.\"},"
				"{\"createdAt\":1799999940,\"message\":"
				"\"(service api) has started 1 tasks: (task 1).\"},"
				"{\"createdAt\":1790000000.5,\"message\":"
				"\"(service api) has reached a steady state.\"}]"),
			REASON_DOWN},
		{"draining", SERVICE("\"status\":\"DRAINING\"," COUNTS "," OLD "," NO_EVENTS),
			REASON_GONE},
		{"inactive", SERVICE("\"status\":\"INACTIVE\"," COUNTS "," OLD "," NO_EVENTS),
			REASON_GONE},
		{"missing",
			"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
			"service/prod/api\",\"reason\":\"MISSING\"}]}",
			REASON_GONE},
		{"missing, by a short ARN",
			"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
			"service/api\",\"reason\":\"MISSING\",\"detail\":null}]}",
			REASON_GONE},
		{"without any ARN",
			LIST("{\"serviceName\":\"api\"," ACTIVE "," NOTHING_WANTED "," OLD
			     "," NO_EVENTS "}"),
			REASON_SCALED_TO_ZERO},
		{"no failures", "{\"services\":[{" ZERO "}]}", REASON_SCALED_TO_ZERO},
		{"null for failures", "{\"services\":[{" ZERO "}],\"failures\":null}",
			REASON_SCALED_TO_ZERO},
		{"twice alike", LIST("{" ZERO "},{" ZERO "}"), REASON_SCALED_TO_ZERO},
		{"members that AWS may add",
			SERVICE("\"more\":{\"a\":[1]}," ACTIVE "," NOTHING_WANTED "," OLD
				"," NO_EVENTS),
			REASON_SCALED_TO_ZERO},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(reason_of(cases[i].body), cases[i].reason, "%s", cases[i].what);
}

/* --- nothing odd is ever OK --- */

/* Each answer is one of a service that would be OK but for one thing. */
static void what_is_odd_is_unknown(void **state) {
	(void)state;
	static const char *const bodies[] = {
		/* Words. */
		SERVICE("\"status\":\"ACTIVATING\"," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":\"active\"," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":\" \"," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":\"\"," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":\"INACTIVE \"," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":null," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE("\"status\":7," NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE(NOTHING_WANTED "," OLD "," NO_EVENTS),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"schedulingStrategy\":\"SPOT\""),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"schedulingStrategy\":\"daemon\""),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"schedulingStrategy\":1"),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"deploymentController\":{\"type\":\"ROBOT\"}"),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"deploymentController\":{}"),
		SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
			       ",\"deploymentController\":\"ECS\""),
		/* Counts. */
		SERVICE(ACTIVE ",\"desiredCount\":1e-400,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":1e-300,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0.5,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":-0,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":-0.0,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":-3,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":\"0\",\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":null,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":false,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":[0],\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":4294967296,\"runningCount\":0," OLD
			       "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":1e300,\"runningCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0,\"runningCount\":null," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0,\"runningCount\":\"0\"," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0,\"runningCount\":-1," OLD "," NO_EVENTS),
		SERVICE(ACTIVE ",\"desiredCount\":0,\"runningCount\":0.5," OLD "," NO_EVENTS),
		/* Contradictions. */
		SERVICE(ACTIVE ",\"desiredCount\":0,\"runningCount\":2," OLD "," NO_EVENTS),
		LIST("{" ZERO "},{" OF_API "," ACTIVE ",\"desiredCount\":3,\"runningCount\":3," OLD
		     "," NO_EVENTS "}"),
		LIST("{" OF_API "," ACTIVE ",\"desiredCount\":3,\"runningCount\":3," OLD
		     "," NO_EVENTS "},{" ZERO "}"),
		LIST("{" ZERO "},{" OF_API ",\"status\":\"INACTIVE\"," NOTHING_WANTED "," OLD
		     "," NO_EVENTS "}"),
		"{\"services\":[{" ZERO "}],\"failures\":[{\"arn\":\"" ARN
		"service/prod/api\",\"reason\":\"MISSING\"}]}",
		LIST("{\"serviceName\":\"api\",\"serviceArn\":\"" ARN "service/prod/web\"," ACTIVE
		     "," NOTHING_WANTED "," OLD "," NO_EVENTS "}"),
		LIST("{" ZERO "},{" OF_API "," ACTIVE ",\"runningCount\":0," OLD "," NO_EVENTS "}"),
		LIST("{" OF_API "," ACTIVE ",\"runningCount\":0," OLD "," NO_EVENTS "},{" ZERO "}"),
		LIST("{" OF_API "," ACTIVE "," COUNTS "," NEW "," NO_EVENTS "},{" OF_API "," ACTIVE
		     "," COUNTS "," NEW ",\"events\":[1]}"),
		/* Another cluster, region, account; services that were not asked about. */
		LIST("{\"serviceName\":\"api\",\"serviceArn\":\"" ARN "service/test/api\"," ACTIVE
		     "," NOTHING_WANTED "," OLD "," NO_EVENTS "}"),
		LIST("{\"serviceName\":\"api\",\"clusterArn\":\"" ARN "cluster/test\"," ACTIVE
		     "," NOTHING_WANTED "," OLD "," NO_EVENTS "}"),
		LIST("{\"serviceName\":\"api\",\"clusterArn\":\"prod\"," ACTIVE "," NOTHING_WANTED
		     "," OLD "," NO_EVENTS "}"),
		LIST("{\"serviceName\":\"api\",\"serviceArn\":\"arn:aws:ecs:eu-west-2:123456789012:"
		     "service/prod/api\"," ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS "}"),
		LIST("{\"serviceName\":\"api\",\"serviceArn\":\"arn:aws:ecs:eu-west-1:210987654321:"
		     "service/prod/api\"," ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS "}"),
		LIST("{\"serviceName\":\"api\",\"serviceArn\":17," ACTIVE "," NOTHING_WANTED "," OLD
		     "," NO_EVENTS "}"),
		"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
		"service/test/api\",\"reason\":\"MISSING\"}]}",
		"{\"services\":[],\"failures\":[{\"arn\":\"arn:aws:ecs:eu-west-1:210987654321:"
		"service/prod/api\",\"reason\":\"MISSING\"}]}",
		"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
		"service/prod/web\",\"reason\":\"MISSING\"}]}",
		"{\"services\":[{" ZERO "}],\"failures\":[{\"arn\":\"" ARN
		"service/prod/web\",\"reason\":\"MISSING\"}]}",
		LIST("{" ZERO "},{\"serviceName\":\"web\"," ACTIVE "," NOTHING_WANTED "," OLD
		     "," NO_EVENTS "}"),
		/* Failures. */
		"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
		"service/prod/api\",\"reason\":\"ACCESS\"}]}",
		"{\"services\":[],\"failures\":[{\"arn\":\"" ARN
		"service/prod/api\",\"reason\":\"missing\"}]}",
		"{\"services\":[],\"failures\":[{\"arn\":\"" ARN "service/prod/api\"}]}",
		"{\"services\":[],\"failures\":[{\"reason\":\"MISSING\"}]}",
		"{\"services\":[{" ZERO "}],\"failures\":[1]}",
		"{\"services\":[{" ZERO "}],\"failures\":{}}",
		/* Shapes. */
		"[]",
		"1",
		"{}",
		"{\"services\":{}}",
		"{\"services\":null}",
		"{\"services\":[]}",
		"{\"services\":[\"api\"]}",
		"{\"services\":[{\"serviceName\":1}]}",
		LIST("{" ZERO "},1"),
		LIST("1,{" ZERO "}"),
		LIST("{" ZERO "},{\"serviceName\":\"\"}"),
		/* History: deployments and events, of a service that would be new. */
		SERVICE(ACTIVE "," COUNTS "," NEW),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":null"),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":{}"),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":[1]"),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":[null]"),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":[{\"message\":\"x\"}]"),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"events\":[{\"createdAt\":1799999950}]"),
		SERVICE(ACTIVE "," COUNTS "," NEW
			       ",\"events\":[{\"createdAt\":\"1799999950\",\"message\":\"x\"}]"),
		SERVICE(ACTIVE "," COUNTS "," NEW
			       ",\"events\":[{\"createdAt\":-1,\"message\":\"x\"}]"),
		SERVICE(ACTIVE "," COUNTS "," NEW
			       ",\"events\":[{\"createdAt\":1e300,\"message\":\"x\"}]"),
		SERVICE(ACTIVE "," COUNTS ",\"createdAt\":1799999940," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS
			       ",\"createdAt\":1799999940,\"deployments\":{}," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS
			       ",\"createdAt\":1799999940,\"deployments\":[1]," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS
			       ",\"createdAt\":1799999940,\"deployments\":[{}]," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS ",\"createdAt\":1799999940,"
			       "\"deployments\":[{\"status\":\"primary\"}]," NO_EVENTS),
		SERVICE(ACTIVE
			"," COUNTS ",\"createdAt\":1799999940,"
			"\"deployments\":[{\"status\":\"PRIMARY\"},{\"status\":\"PRIMARY\"}]," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," MADE(
			"\"createdAt\":1799999940,\"failedTasks\":\"40\"") "," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," MADE(
			"\"createdAt\":1799999940,\"failedTasks\":-40") "," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS
			       "," MADE("\"createdAt\":1799999940,"
					"\"rolloutState\":\"ROLLED_BACK\"") "," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," MADE(
			"\"createdAt\":1799999940,\"rolloutState\":1") "," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," MADE("\"createdAt\":1799999940,"
						   "\"rolloutStateReason\":{}") "," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," NEW ",\"taskSets\":{}," NO_EVENTS),
		SERVICE(ACTIVE "," COUNTS "," NEW
			       ",\"taskSets\":[{\"status\":\"STRANGE\"}]," NO_EVENTS),
	};
	for (size_t i = 0; i < LENGTH(bodies); i++) {
		enum reason r = reason_of(bodies[i]);
		expect_whole(silence_state(r), STATE_UNKNOWN, "reason %d for %s", (int)r,
			bodies[i]);
	}
}

/* A time that is none makes nothing new, and a count that is not told does no harm. */
static void missing_times_are_not_new(void **state) {
	(void)state;
	static const char *const times[] = {"\"createdAt\":\"1799999940\"", "\"createdAt\":null",
		"\"createdAt\":1e300", "\"createdAt\":-1799999940", "\"createdAt\":1e-5",
		"\"updatedAt\":1799999940", "\"createdAt\":[1799999940]"};
	for (size_t i = 0; i < LENGTH(times); i++) {
		char body[TEXT_BYTES];
		(void)snprintf(body, sizeof body,
			SERVICE(ACTIVE "," COUNTS "," MADE("%s") "," NO_EVENTS), times[i]);
		expect_whole(reason_of(body), REASON_DOWN, "%s", times[i]);
	}
}

/* What is wrong with one service, or with the answer, leaves a known outage of another one known.
 */
static void an_outage_beside_faults_counts(void **state) {
	(void)state;
	static const char *const names[] = {"api", "web", "zoo"};
	static const char down[] = "{" OF_API "," ACTIVE "," COUNTS "," OLD "," NO_EVENTS "}";
	static const char *const others[] = {"1", "{\"serviceName\":\"web\"}",
		"{\"serviceName\":\"web\",\"status\":\"ACTIVATING\"}",
		"{\"serviceName\":\"else\"}"};
	for (size_t i = 0; i < LENGTH(others); i++) {
		for (int first = 0; first < 2; first++) {
			char body[TEXT_BYTES];
			struct answer a;
			(void)snprintf(body, sizeof body, LIST("%s,%s"), first ? down : others[i],
				first ? others[i] : down);
			read_answer(&a, body, names, 3);
			expect_whole(silence_reason(&a.said[0], NOW_S), REASON_DOWN, "beside %s",
				others[i]);
			for (size_t k = 1; k < 3; k++)
				expect_whole(silence_state(silence_reason(&a.said[k], NOW_S)),
					STATE_UNKNOWN, "%s beside %s", names[k], others[i]);
			free_answer(&a);
		}
	}
}

static void faults_are_told(void **state) {
	(void)state;
	static const struct {
		const char *body, *text;
	} cases[] = {
		{SERVICE("\"status\":\"ACTIVATING\"," NOTHING_WANTED "," OLD "," NO_EVENTS),
			"status&ACTIVATING"},
		{SERVICE("\"status\":\"a|b\\u001b[31m\"," NOTHING_WANTED "," OLD "," NO_EVENTS),
			"status&'a/b'"},
		{SERVICE(ACTIVE "," NOTHING_WANTED "," OLD "," NO_EVENTS
				",\"schedulingStrategy\":\"SPOT\""),
			"schedulingStrategy&SPOT"},
		{SERVICE(ACTIVE ",\"desiredCount\":0.5,\"runningCount\":0," OLD "," NO_EVENTS),
			"desiredCount"},
		{SERVICE(ACTIVE ",\"desiredCount\":0," OLD "," NO_EVENTS), "runningCount"},
		{SERVICE(ACTIVE "," COUNTS "," NEW), "events"},
	};
	static const char *const names[] = {"api"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct answer a;
		read_answer(&a, cases[i].body, names, 1);
		expect_holds(a.said[0].fault_text, cases[i].text, "%s", cases[i].body);
		free_answer(&a);
	}
}

/* --- what AWS has sent --- */

static const char *body_of(const cJSON *vectors, const char *name) {
	const cJSON *v;
	cJSON_ArrayForEach(v, vector_member(vectors, "cases")) {
		if (strcmp(vector_text(v, "name"), name) == 0)
			return vector_text(v, "body");
	}
	fail_msg("no case %s", name);
	return NULL;
}

static void recorded_answers_are_judged(void **state) {
	(void)state;
	static const struct {
		const char *name, *service, *cluster, *region;
		int64_t now_s;
		enum reason reason;
		const char *failure; /* quoted; NULL: none is current */
	} cases[] = {
		{"by-arn", "test-no-delete", "test", "us-east-1", 1548681296, REASON_SCALED_TO_ZERO,
			NULL},
		{"draining", "web", "Default", "us-east-1", 1516061632, REASON_GONE, NULL},
		{"raw-wire", "convox-myapp-ServiceWeb-1OKBY3I5WYIIP", "team-Cluster-11CH3SUXA7BQH",
			"us-east-1", 1473500000, REASON_NO_DATA, NULL},
		{"scaled-to-zero", "custodian-service-autoscaling-test", "test-cluster",
			"us-east-1", 1615993700, REASON_SCALED_TO_ZERO,
			"(service custodian-service-autoscaling-test) was unable to place a task"},
		{"two-deployments", "redash-server", "dev-redash", "us-east-2", 1707741897 + 899,
			REASON_NEW, NULL},
		{"two-deployments", "redash-server", "dev-redash", "us-east-2", 1707741897 + 901,
			REASON_NO_DATA, NULL},
		/* Created 191 s before a task could not be placed. */
		{"wanted-not-running", "custodian-service-autoscaling-test", "test-cluster",
			"us-east-1", 1615993341, REASON_DOWN,
			"(service custodian-service-autoscaling-test) was unable to place a task"},
		{"wanted-not-running", "custodian-service-autoscaling-test", "test-cluster",
			"us-east-1", 1615993340 + 899, REASON_DOWN,
			"(service custodian-service-autoscaling-test) was unable to place a task"},
		{"wanted-not-running", "custodian-service-autoscaling-test", "test-cluster",
			"us-east-1", 1615993340 + 901, REASON_DOWN, NULL},
	};
	cJSON *vectors = vectors_load("ecs-describe.json");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct description said = {.status = DESCRIPTION_PENDING};
		const struct described asked = {cases[i].service, &said};
		struct describe_scope where = {cases[i].cluster, cases[i].region, "123456789012"};
		struct err e = {.code = ERR_NONE};
		const char *body = body_of(vectors, cases[i].name);
		json *document = json_parse(body, strlen(body), &e);
		expect_whole(document ? describe_read(document, &where, &asked, 1, &e) : -1, 0,
			"%s: %s", cases[i].name, e.message);
		expect_whole(said.fault, FAULT_NONE, "%s: fault (%s)", cases[i].name,
			said.fault_text ? said.fault_text : "none");
		expect_whole(silence_reason(&said, cases[i].now_s), cases[i].reason, "%s: reason",
			cases[i].name);
		struct silence_failures f = silence_failures(&said, cases[i].now_s);
		expect_whole(f.event, cases[i].failure != NULL, "%s: a failure is current",
			cases[i].name);
		if (cases[i].failure)
			expect_holds(said.failure_message, cases[i].failure, "%s", cases[i].name);
		description_clear(&said);
		json_free(document);
	}
	cJSON_Delete(vectors);
}

/* AWS's wordings: Amazon ECS Developer Guide, "Amazon ECS service event messages", "Amazon ECS
 * service unhealthy event messages"; GitHub issues that quote events. */
static void messages_are_understood(void **state) {
	(void)state;
	static const struct {
		const char *message;
		unsigned says;
	} cases[] = {
		{"(service api) has reached a steady state.", ECS_EVENT_STEADY},
		{"(service api, taskSet ecs-svc/1) has reached a steady state.", ECS_EVENT_STEADY},
		{"service api has reached a steady state.", ECS_EVENT_STEADY},
		{"(service api) has started 1 tasks: (task 32d3bb5d).", ECS_EVENT_STARTED},
		{"service api has started 2 tasks: task 1a4459fa task 2.", ECS_EVENT_STARTED},
		{"(service api) has started 1 tasks: (task 06). Amazon ECS replaced 1 tasks due to "
		 "an unhealthy status.",
			ECS_EVENT_STARTED | ECS_EVENT_FAILURE},
		{"(service api) was unable to place a task because no container instance met all of "
		 "its requirements. Reason: No Container Instances were found in your cluster.",
			ECS_EVENT_FAILURE},
		{"(service api) was unable to place a task. Reason: Internal error.",
			ECS_EVENT_FAILURE},
		{"(service api) was unable to reach steady state because task set (taskSet 1) was "
		 "unable to scale in.",
			ECS_EVENT_FAILURE},
		{"(service api) was unable to stop or start tasks during a deployment because of the "
		 "service deployment configuration.",
			ECS_EVENT_FAILURE},
		{"(service api) is unable to consistently start tasks successfully. For more "
		 "information, see the Troubleshooting section.",
			ECS_EVENT_FAILURE},
		{"(service api) operations are being throttled. Will try again later.",
			ECS_EVENT_FAILURE},
		{"(service api) (port 80) is unhealthy in (target-group arn:aws:x/y) due to (reason "
		 "Health checks failed with these codes: [502]).",
			ECS_EVENT_FAILURE},
		{"(service api) (instance i-1) is unhealthy in (elb web) due to (reason Instance has "
		 "failed at least the UnhealthyThreshold number of health checks consecutively.)",
			ECS_EVENT_FAILURE},
		{"(service api) (task 60a7) failed container health checks.", ECS_EVENT_FAILURE},
		{"(service api) failed to launch a task with (error ECS was unable to assume the "
		 "role).",
			ECS_EVENT_FAILURE},
		{"(service api) failed to register targets in (target-group arn:aws:x/y) with (error "
		 "rate exceeded)",
			ECS_EVENT_FAILURE},
		{"(service api) (deployment ecs-svc/1) deployment failed: tasks failed to start.",
			ECS_EVENT_FAILURE},
		{"(service api) rolling back to deployment ecs-svc/1.", ECS_EVENT_FAILURE},
		{"(SERVICE API) WAS UNABLE TO PLACE A TASK", ECS_EVENT_FAILURE},
		/* Of neither kind. */
		{"(service api) has stopped 1 running tasks: (task 1).", 0},
		{"(service api) registered 1 targets in (target-group arn:aws:x/y)", 0},
		{"(service api) deregistered 1 targets in (target-group arn:aws:x/y)", 0},
		{"(service api) has begun draining connections on 1 tasks.", 0},
		{"(service api) (deployment ecs-svc/1) deployment completed.", 0},
		{"", 0},
		/* Names are no words of the message. */
		{"(service failed) has started 1 tasks: (task 1).", ECS_EVENT_STARTED},
		{"(service unable-to-place) has started 1 tasks: (task 1).", ECS_EVENT_STARTED},
		{"(service api) registered 1 targets in (target-group failed-logins)", 0},
		{"(service error_page) has reached a steady state.", ECS_EVENT_STEADY},
		/* Parentheses that do not close hide no failure, and let none look over. */
		{"(service api) (task 1 was unable to start", ECS_EVENT_FAILURE},
		{"(service api) x (has reached a steady state", 0},
		{"(service api", 0},
		{"(service api)", 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(ecs_event_read(cases[i].message), cases[i].says, "%s",
			cases[i].message);
}

/* Ten services with a hundred events each, the messages as long as they come: within the bounds of
 * an answer (8 MiB, 500,000 values). */
static void the_largest_answer_is_read(void **state) {
	(void)state;
	enum { SERVICES = 10, EVENTS = 100, MESSAGE = 4096, MAX_BODY = 8 * 1024 * 1024 };
	static const char *const names[] = {"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8",
		"s9"};
	struct answer a;
	struct buf body;
	char long_text[MESSAGE + 1];
	memset(long_text, 'x', MESSAGE);
	long_text[MESSAGE] = '\0';
	buf_init(&body, MAX_BODY);
	buf_adds(&body, "{\"services\":[");
	for (int s = 0; s < SERVICES; s++) {
		buf_addf(&body,
			"%s{\"serviceName\":\"s%d\"," ACTIVE "," COUNTS "," OLD ",\"events\":[",
			s > 0 ? "," : "", s);
		for (int i = 0; i < EVENTS; i++)
			buf_addf(&body,
				"%s{\"id\":\"%d\",\"createdAt\":%d.347,\"message\":"
				"\"(service s%d) was unable to place a task %s\"}",
				i > 0 ? "," : "", i, NOW_S - 1 - i, s, long_text);
		buf_adds(&body, "]}");
	}
	buf_adds(&body, "],\"failures\":[]}");
	assert_int_equal(buf_check(&body, "body", NULL), 0);
	read_answer(&a, buf_str(&body), names, SERVICES);
	assert_int_equal(a.rc, 0);
	for (size_t i = 0; i < SERVICES; i++) {
		expect_whole((int64_t)a.said[i].event_count, EVENTS, "events of s%zu", i);
		expect_whole(silence_reason(&a.said[i], NOW_S), REASON_DOWN, "s%zu", i);
	}
	free_answer(&a);
	buf_free(&body);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(what_is_read_is_judged),
		UNIT_TEST(what_is_odd_is_unknown),
		UNIT_TEST(missing_times_are_not_new),
		UNIT_TEST(an_outage_beside_faults_counts),
		UNIT_TEST(faults_are_told),
		UNIT_TEST(recorded_answers_are_judged),
		UNIT_TEST(messages_are_understood),
		UNIT_TEST(the_largest_answer_is_read),
	};
	return cmocka_run_group_tests_name("describe", tests, NULL, NULL);
}
