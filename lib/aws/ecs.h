/* Amazon ECS: request bodies and answers of ListClusters, ListServices and DescribeServices (API
 * version 2014-11-13). */
#ifndef AWS_ECS_H
#define AWS_ECS_H

#include "base/buf.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

enum { ECS_LIST_PAGE = 100, ECS_DESCRIBE_MOST = 10 };

/* Append the request body. next_token NULL: first page. cluster: name or ARN. */
void ecs_list_clusters_body(struct buf *out, const char *next_token);
void ecs_list_services_body(struct buf *out, const char *cluster, const char *next_token);
void ecs_describe_services_body(struct buf *out, const char *cluster, const char *const *services,
	size_t n);

/* Reads a list page: calls visit for each ARN below member ("clusterArns", "serviceArns");
 * *next_token is borrowed from the document, NULL on the last page. visit returns non-zero with its
 * err set: to ERR_SYNTAX (a phrase) for an ARN that is not AWS's, which costs no other one, to
 * anything else to end the reading. 0, or -1 with ERR_SYNTAX (the first such phrase) when something
 * of the answer is not AWS's, or what ended it: then the ARNs before count, and *next_token, if it
 * could be read. */
int ecs_read_list(const json *document, const char *member,
	int (*visit)(void *ctx, const char *arn, struct err *e), void *ctx, const char **next_token,
	struct err *e);

/* What DescribeServices says of one service. */
struct ecs_service {
	const char *name;   /* borrowed from the document */
	bool missing;       /* listed under failures: it does not exist (any more) */
	const char *status; /* "ACTIVE", "DRAINING", "INACTIVE"; "" when absent; borrowed */
	int64_t desired_count, running_count;
	int64_t changed_s; /* the newest of: created, a deployment updated, a task set updated; 0
			      when unknown */
};

/* Calls visit for each service and each failure of a DescribeServices answer. 0, or -1 with
 * ERR_SYNTAX (a phrase) when the answer has another shape. */
int ecs_read_services(const json *document,
	void (*visit)(void *ctx, const struct ecs_service *service), void *ctx, struct err *e);

#endif
