/* How a profile signs in: the source of its first keys, and the roles then assumed one after the
 * other. Only profiles are read; no request is made. */
#ifndef AWS_ROLE_CHAIN_H
#define AWS_ROLE_CHAIN_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROLE_CHAIN_MAX = 16, ROLE_MIN_DURATION_S = 900, ROLE_MAX_DURATION_S = 43200 };

/* The source of the first keys: a profile's settings, or what its credential_source names. */
enum role_base {
	ROLE_BASE_KEYS,         /* static keys of the profile */
	ROLE_BASE_WEB_IDENTITY, /* the profile's web_identity_token_file */
	ROLE_BASE_SSO,          /* its sso_account_id or sso_role_name */
	ROLE_BASE_LOGIN,        /* its login_session */
	ROLE_BASE_PROCESS,      /* its credential_process */
	ROLE_BASE_ENVIRONMENT,  /* credential_source = Environment */
	ROLE_BASE_CONTAINER,    /* EcsContainer */
	ROLE_BASE_INSTANCE      /* Ec2InstanceMetadata */
};

/* One role; borrowed from the profile set. NULL (0): not given. */
struct role_step {
	const char *profile; /* the profile that has the role_arn */
	const char *role_arn, *session_name, *external_id, *mfa_serial;
	int64_t duration_s;
};

struct role_chain {
	enum role_base base;
	const char *base_profile; /* the profile with the settings; borrowed as well */
	struct role_step steps[ROLE_CHAIN_MAX]; /* in the order of assumption */
	size_t count;
};

/* Whether the profile assumes a role: it has role_arn and no web_identity_token_file. */
bool role_chain_begins(const struct profile_set *profiles);

/* Plans the chain of the chosen profile; without a role of its own, count is 0. Rules: botocore,
 * credentials.py (AssumeRoleProvider), except that credential_source is case-insensitive, and a
 * duration_seconds that is not a number or is out of range is an error. A source's static keys take
 * precedence over its own role; a profile may be its own source if it has static keys. The values
 * themselves are not checked. 0, or -1 with ERR_CREDENTIALS (a missing source, both or neither of
 * source_profile and credential_source, a loop, too long a chain, no source of first keys),
 * ERR_CONFIG (a source that profile_check refuses) or ERR_MEMORY. */
int role_chain_plan(const struct profile_set *profiles, struct role_chain *out, struct err *e);

#endif
