/* The four API operations that the server knows, as data. */
#ifndef STANDIN_OPERATION_H
#define STANDIN_OPERATION_H

enum operation_id { LIST_CLUSTERS, LIST_SERVICES, DESCRIBE_SERVICES, GET_METRIC_DATA, OPERATIONS };

struct call;

/* `target` is the X-Amz-Target, `action` the name in IAM policies, `service` the signing name;
 * `serve` fills the call's answer. */
struct operation {
	enum operation_id id;
	const char *name, *target, *action, *service, *content_type;
	void (*serve)(struct call *call);
};

/* All operations, indexed by their id. */
extern const struct operation operations[OPERATIONS];

/* The operation of that X-Amz-Target, NULL if there is none. */
const struct operation *operation_targeted(const char *target);

#endif
