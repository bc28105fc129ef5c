/* The API operations that the server knows, as data. */
#ifndef STANDIN_OPERATION_H
#define STANDIN_OPERATION_H

#include <stdbool.h>

enum operation_id {
	LIST_CLUSTERS,
	LIST_SERVICES,
	DESCRIBE_SERVICES,
	DESCRIBE_TASK_DEFINITION,
	GET_METRIC_DATA,
	ASSUME_ROLE,
	ASSUME_ROLE_WITH_WEB_IDENTITY,
	GET_CALLER_IDENTITY,
	GET_METRIC_STATISTICS,
	GET_ROLE_CREDENTIALS,
	CREATE_TOKEN,
	OPERATIONS
};

/* How an operation is asked for and answered: awsJson (ECS, CloudWatch), forms and XML (STS, and
 * CloudWatch for older clients), an address and JSON (the SSO portal), JSON with the errors of
 * OAuth (SSO-OIDC). */
enum protocol { AWS_JSON, QUERY, PORTAL, OAUTH };

struct call;

/* `target` is the X-Amz-Target, the Action of the query protocol or the path; `action` the name in
 * IAM policies; `service` the signing name, NULL for requests that must not be signed; `version`
 * that of the API where the query protocol wants it, else NULL; `serve` fills the call's answer. */
struct operation {
	enum operation_id id;
	enum protocol protocol;
	const char *name, *target, *action, *service, *content_type;
	void (*serve)(struct call *call);
	const char *version;
};

/* All operations, indexed by their id. */
extern const struct operation operations[OPERATIONS];

/* The operation of that target in that protocol, NULL if there is none. */
const struct operation *operation_find(enum protocol protocol, const char *target);

#endif
