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
	const char *name;     /* what follows its last "/"; likewise */
};

/* Splits text. 0, or -1 if it has fewer than six fields, one before the resource is too long, or
 * resource or name is empty. */
int arn_parse(const char *text, struct arn *out);

/* Whether s is a valid ECS name: 1 to 255 letters, digits, '-' and '_'. */
bool arn_is_ecs_name(const char *s);

/* Whether it is an ECS resource of this type ("cluster", "service"). */
bool arn_is_ecs(const struct arn *a, const char *type);

/* Whether it is the ARN of a service or a cluster with valid ECS names and an account: service/NAME
 * (the form until 2018) or service/CLUSTER/NAME; cluster/NAME. For a service *cluster is CLUSTER,
 * cluster_len bytes of the parsed text, or NULL. */
bool arn_is_service(const struct arn *a, const char **cluster, size_t *cluster_len);
bool arn_is_cluster(const struct arn *a);

/* Limits of STS for assuming a role (STS API Reference, AssumeRole). */
enum {
	ARN_MAX_ROLE_CHARS = 2048,
	ARN_MIN_WORD_CHARS = 2, /* of a session name and of an external ID */
	ARN_MAX_SESSION_NAME_CHARS = 64,
	ARN_MAX_EXTERNAL_ID_CHARS = 1224
};

/* Whether text is a role's ARN, arn:aws...:iam::ACCOUNT:role/[PATH/]NAME (IAM API Reference, Role:
 * names of up to 64 characters). */
bool arn_is_role(const char *text);

/* Whether s is a session name (letters, digits and _+=,.@-), an external ID (these, : and /). */
bool arn_is_session_name(const char *s);
bool arn_is_external_id(const char *s);

#endif
