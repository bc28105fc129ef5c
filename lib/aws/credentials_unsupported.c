/* Ways to sign in that the AWS CLI prefers to static keys and that this program does not have.
 * Passing over them could sign the check in as somebody else than the CLI would, and so look at
 * another account: they end the search with a clear word. */
#include "config.h"

#include "aws/credentials.h"

#include <stddef.h>

/* Profile keys, in the chain's order. login_session comes after the credentials file's static keys.
 */
static const struct {
	const char *key, *what;
	bool after_shared_keys;
} ways[] = {
	{"sso_account_id", "IAM Identity Center (SSO)", false},
	{"sso_role_name", "IAM Identity Center (SSO)", false},
	{"login_session", "aws login", true},
};

static enum credentials_outcome refuse(const char *where, const char *setting, const char *what,
	struct err *e) {
	(void)err_set(e, ERR_CREDENTIALS,
		"%s asks for %s (%s), which this version cannot do: put the keys into the environment with "
		"eval \"$(aws configure export-credentials --format env)\" and leave -p out, or use static keys",
		where, what, setting);
	return CREDENTIALS_FAILED;
}

static enum credentials_outcome fetch(const struct credentials_context *context,
	struct credentials *out, struct err *e) {
	const struct profile_set *p = context->profiles;
	(void)out;
	bool shared_keys = profile_get_from(p, PROFILE_CREDENTIALS, "aws_access_key_id") != NULL;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (profile_get(p, ways[i].key) && !(ways[i].after_shared_keys && shared_keys))
			return refuse("the profile", ways[i].key, ways[i].what, e);
	}
	(void)err_set(e, ERR_CREDENTIALS, "none configured");
	return CREDENTIALS_NOT_CONFIGURED;
}

const struct credentials_provider credentials_unsupported = {.name = "SSO, login", .fetch = fetch};
