/* Who a profile signs in as: where the first keys come from, and the roles that are assumed with
 * them one after the other. Looks at profiles only, asks nobody. */
#ifndef AWS_ROLE_CHAIN_H
#define AWS_ROLE_CHAIN_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROLE_CHAIN_MAX = 16, ROLE_MIN_DURATION_S = 900, ROLE_MAX_DURATION_S = 43200 };

/* Where the first keys come from: the settings of a profile, or what its credential_source names.
 */
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
	const char *profile; /* that names the role */
	const char *role_arn, *session_name, *external_id, *mfa_serial;
	int64_t duration_s;
};

struct role_chain {
	enum role_base base;
	const char *base_profile;               /* whose settings; borrowed likewise */
	struct role_step steps[ROLE_CHAIN_MAX]; /* in the order in which they are assumed */
	size_t count;
};

/* Whether a profile is one that assumes a role: role_arn and no web_identity_token_file. */
bool role_chain_begins(const struct profile_set *profiles);

/* The chain of the chosen profile; without a role of its own the count is 0. Rules: botocore,
 * credentials.py (AssumeRoleProvider), but credential_source counts in any case of letters, and a
 * duration_seconds that is no number or out of bounds is an error. A source's static keys go before
 * its own role; a profile may be its own source if it has static keys. The values themselves are
 * not looked at. 0, or -1 with ERR_CREDENTIALS (a missing source, both or none of source_profile
 * and credential_source, a loop, too long a chain, nothing to begin with) or ERR_MEMORY. */
int role_chain_plan(const struct profile_set *profiles, struct role_chain *out, struct err *e);

#endif
