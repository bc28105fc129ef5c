/* The operations this program calls, and how each is sent. */
#ifndef AWS_OPERATION_H
#define AWS_OPERATION_H

#include "aws/config/endpoint.h"

enum operation {
	OPERATION_LIST_CLUSTERS,
	OPERATION_LIST_SERVICES,
	OPERATION_DESCRIBE_SERVICES,
	OPERATION_DESCRIBE_TASK_DEFINITION,
	OPERATION_GET_METRIC_DATA
};
enum { OPERATIONS = 5 };

struct operation_traits {
	const char *name;       /* "ListServices" */
	const char *iam_action; /* "ecs:ListServices" */
	enum endpoint_service service;
	const char *target;       /* X-Amz-Target */
	const char *content_type; /* without charset */
	int query_mode;           /* X-Amzn-Query-Mode: true is sent */
};

const struct operation_traits *operation_traits(enum operation op);

#endif
