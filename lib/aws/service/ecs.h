/* Amazon ECS: request bodies and answers of ListClusters, ListServices, DescribeServices and
 * DescribeTaskDefinition (API version 2014-11-13). */
#ifndef AWS_ECS_H
#define AWS_ECS_H

#include "base/buf.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

enum { ECS_LIST_PAGE = 100, ECS_DESCRIBE_MAX = 10 };

/* Append the request body. next_token NULL: first page. cluster: name or ARN. */
void ecs_list_clusters_body(struct buf *out, const char *next_token);
void ecs_list_services_body(struct buf *out, const char *cluster, const char *next_token);
void ecs_describe_services_body(struct buf *out, const char *cluster, const char *const *services,
	size_t n);
/* task_definition: its ARN, or FAMILY:REVISION. */
void ecs_describe_task_definition_body(struct buf *out, const char *task_definition);

/* Reads a list page: calls visit for each ARN in member ("clusterArns", "serviceArns"); *next_token
 * is borrowed from the document, NULL on the last page. visit returns non-zero with its err set: to
 * ERR_SYNTAX (a phrase) for a malformed ARN, which affects no other one, to anything else to end
 * the reading. 0, or -1 with ERR_SYNTAX (the first such phrase) if a part of the answer is
 * malformed, or with the error that ended it: the ARNs before it count, and *next_token, if it
 * could be read. */
int ecs_read_list(const json *document, const char *member,
	int (*visit)(void *ctx, const char *arn, struct err *e), void *ctx, const char **next_token,
	struct err *e);

/* What tasks run on. */
enum ecs_host {
	ECS_HOST_NOT_KNOWN,
	ECS_HOST_FARGATE,
	ECS_HOST_OTHER /* EC2, ECS Managed Instances, ECS Anywhere */
};

/* What DescribeServices reports about one service. Texts are borrowed from the document; times are
 * milliseconds since 1970 by AWS's clock, 0 if unknown. */
struct ecs_service {
	const char *name;
	const char *arn, *cluster_arn; /* NULL: not given */
	const char
		*failure; /* listed under failures, with this reason; below, only missing is set */
	bool missing;     /* the reason says that it does not exist (any more) */
	const char *status; /* "ACTIVE", "DRAINING", "INACTIVE"; "" with a fault */
	bool is_daemon;     /* one task for each instance */
	int64_t desired_count, running_count;
	int64_t created_ms;
	int64_t primary_created_ms; /* the newest of its PRIMARY deployment and PRIMARY task set */
	int64_t failed_tasks;       /* consecutive failures, the maximum of all deployments */
	bool rollout_failed;        /* of any deployment */
	const char *rollout_reason; /* of that one; NULL: none */
	/* Of its PRIMARY task set or deployment, else of the service itself. What cannot be read of
	 * these is not known, and no fault. */
	enum ecs_host host;
	const char *task_definition;  /* its ARN; NULL: not given */
	const char *platform_version; /* of Fargate: "1.4.0", "LATEST"; NULL: not given */
	bool is_windows;
	const json *events; /* a list for ecs_read_events; NULL: none */
	/* What is wrong with the counts or words above, so that none of them is reliable: a phrase,
	 * and the word concerned. NULL: nothing. */
	const char *fault, *fault_word;
	/* The same for deployments, task sets and the list of events (the history only). */
	const char *history_fault;
};

/* Calls visit for each service and each failure of a DescribeServices answer, even after one that
 * cannot be read. 0, or -1 with ERR_SYNTAX (a phrase) if the answer, or a name, ARN or failure in
 * it, is malformed. Unknown words and invalid counts are faults of their service. (Amazon ECS API
 * Reference, Service, Deployment, TaskSet, Failure.) */
int ecs_read_services(const json *document,
	void (*visit)(void *ctx, const struct ecs_service *service), void *ctx, struct err *e);

/* What DescribeTaskDefinition reports. arn is borrowed from the document. */
struct ecs_task_definition {
	const char *arn;
	int64_t cpu_units, memory_mib; /* of the task as a whole; 0: it has no such size */
	bool is_windows;
};

/* Reads a DescribeTaskDefinition answer. 0, or -1 with ERR_SYNTAX (a phrase) if it, or one of the
 * above in it, is malformed. (Amazon ECS API Reference, TaskDefinition: cpu and memory are whole
 * numbers as text once they are registered.) */
int ecs_read_task_definition(const json *document, struct ecs_task_definition *out, struct err *e);

/* An event of a service: its time and message. */
struct ecs_event {
	int64_t at_ms;
	const char *message; /* borrowed */
};

/* Calls visit for each event that can be read, in the answer's order (AWS: newest first). Returns
 * the number of the others. */
size_t ecs_read_events(const json *events, void (*visit)(void *ctx, const struct ecs_event *event),
	void *ctx);

#endif
