/* Amazon Resource Names: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE. */
#ifndef AWS_ARN_H
#define AWS_ARN_H

#include <stdbool.h>
#include <stddef.h>

enum { ARN_FIELD_BYTES = 64 };

struct arn {
	char partition[ARN_FIELD_BYTES], service[ARN_FIELD_BYTES], region[ARN_FIELD_BYTES],
		account[ARN_FIELD_BYTES];
	const char *resource; /* "cluster/prod", "service/prod/api"; points into the parsed text */
	const char *name;     /* what stands behind its last "/"; likewise */
};

/* Takes text apart. 0, or -1 when it has not six fields, one of them is too long, or resource or
 * name is empty. */
int arn_parse(const char *text, struct arn *out);

/* Whether s is a name that ECS takes: 1 to 255 letters, digits, '-' and '_'. */
bool arn_is_ecs_name(const char *s);

/* Whether it is an ECS resource of this type ("cluster", "service"). */
bool arn_is_ecs(const struct arn *a, const char *type);

/* Whether s is the number of an account: 12 digits. */
bool arn_is_account(const char *s);

/* Whether it is the ARN of a service or a cluster with names that ECS takes and an account:
 * service/NAME (as accounts had it until 2018) or service/CLUSTER/NAME; cluster/NAME. Of a service
 * *cluster is CLUSTER, cluster_len bytes of the parsed text, or NULL. */
bool arn_is_service(const struct arn *a, const char **cluster, size_t *cluster_len);
bool arn_is_cluster(const struct arn *a);

/* Whether text is the ARN of a role, arn:aws...:iam::ACCOUNT:role/[PATH/]NAME (IAM API reference,
 * Role: 20 to 2048 characters, names of up to 64). */
bool arn_is_role(const char *text);

/* Whether s is an external id that STS takes: 2 to 1224 letters, digits and _+=,.@:/- (STS API
 * reference, AssumeRole). */
bool arn_is_external_id(const char *s);

#endif
