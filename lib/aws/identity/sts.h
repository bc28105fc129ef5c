/* The AWS Security Token Service: temporary keys of a role. Protocol, limits and errors: STS API
 * Reference, version 2011-06-15 (query protocol, answers in XML). */
#ifndef AWS_STS_H
#define AWS_STS_H

#include "aws/identity/provider.h"

#include <stdint.h>

/* A role to assume. All borrowed; NULL: not given. */
struct sts_role {
	const char *role_arn;
	const char *session_name; /* NULL: sts_default_session_name */
	const char *external_id;  /* for sts_assume_role */
	int64_t duration_s;       /* 0: not given (then an hour) */
};

/* Appears in CloudTrail. */
extern const char sts_default_session_name[];

/* Checks a role by the rules of service/arn.h (config/role_chain checks the duration). 0, or -1
 * with ERR_CONFIG that names the setting. The two functions below do this first. */
int sts_check_role(const struct sts_role *role, struct err *e);

/* AssumeRole, signed with the keys in by; AssumeRoleWithWebIdentity, unsigned, with the identity
 * provider's token (4 to 20000 bytes). Calls STS in context->region until there is an answer or no
 * further attempt is allowed; one skewed signature is corrected in the run's skew. 0 with *out
 * filled except its provider (keys_free it); -1 with ERR_CONFIG (a setting; nothing was sent),
 * ERR_CREDENTIALS (refused keys or token, keys already expired by the corrected clock), ERR_DENIED,
 * or as token_service_ask says; with ERR_DEADLINE the message follows "timed out, ". */
int sts_assume_role(const struct provider_context *context, const struct sts_role *role,
	const struct keys *by, struct keys *out, struct err *e);
int sts_assume_role_with_web_identity(const struct provider_context *context,
	const struct sts_role *role, const char *token, struct keys *out, struct err *e);

/* Who signs, as STS sees it; "" for what is not known. */
struct sts_identity {
	char account[16];
	char arn[512];
};

/* GetCallerIdentity, which needs no permission, signed with the keys in by; its deadline is
 * context->run's. Results as of the functions above. (STS API Reference, GetCallerIdentity.) */
int sts_get_caller_identity(const struct provider_context *context, const struct keys *by,
	struct sts_identity *out, struct err *e);

/* Parts of the above, separate so that tests need no network. The request bodies, appended to out,
 * which may then hold a secret. */
void sts_add_assume_role(struct buf *out, const struct sts_role *role);
void sts_add_web_identity(struct buf *out, const struct sts_role *role, const char *token);

/* Reads the answer of an operation ("AssumeRole", "AssumeRoleWithWebIdentity"). 0, or -1 with
 * ERR_SYNTAX or ERR_LIMIT and what is wrong with it, or ERR_MEMORY. */
int sts_read_keys(const char *operation, const struct buf *body, struct keys *out, struct err *e);

/* Reads the answer of GetCallerIdentity; its texts are cleaned. Results as above. */
int sts_read_identity(const struct buf *body, struct sts_identity *out, struct err *e);

#endif
