/* IAM Identity Center (SSO) as a profile asks for it, and its access tokens: kept by "aws sso
 * login" in ~/.aws/sso/cache, prolonged here where that can do no harm. Never a browser, never a
 * device flow. (AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider";
 * botocore: tokens.py, credentials.py.) */
#ifndef AWS_SSO_H
#define AWS_SSO_H

#include "aws/identity/provider.h"

enum { SSO_COMMAND_BYTES = 512 };

/* What a profile says. The texts are borrowed from it. */
struct sso_settings {
	const char *session; /* the name of [sso-session NAME]; NULL: the older form without one */
	const char *start_url, *region, *account_id, *role_name;
	char command[SSO_COMMAND_BYTES]; /* what signs in anew, "aws sso login --profile x" */
};

/* PROVIDER_FOUND with *out filled; PROVIDER_NOT_CONFIGURED when the profile has neither
 * sso_account_id nor sso_role_name (as in the AWS CLI); PROVIDER_FAILED with ERR_CREDENTIALS
 * naming the key that is missing or contradicts. */
enum provider_outcome sso_settings_read(const struct profile_set *profiles,
	struct sso_settings *out, struct err *e);

/* Appends the path of the token file: SHA-1 of the session's name, else of the start URL. 0, or -1
 * with ERR_CREDENTIALS or ERR_MEMORY. */
int sso_token_path(const struct sso_settings *s, struct buf *out, struct err *e);

/* Appends the JSON text that the AWS CLI hashes (SHA-1) for its own cache of the role's keys.
 * (botocore: credentials.py, SSOCredentialFetcher.) */
void sso_add_cli_identity(const struct sso_settings *s, struct buf *out);

/* The access token, appended to out (wipe it), prolonged when it has less than 15 minutes left and
 * all of this holds: there is a session, the file has what that takes, its registration lives, and
 * the file is our own and can be rewritten (for prolonging spends the token in it: who cannot write
 * the new one would sign its owner out). A token that cannot be prolonged is used while it lives.
 * Several processes take turns. 0, or -1 with ERR_CREDENTIALS saying what to run; ERR_DEADLINE when
 * the time was over, with a message that goes on after "timed out, "; ERR_MEMORY. */
int sso_token_get(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out, struct err *e);

/* Appends the access token in the file, whether it still lives or not; nothing when there is none.
 * true when it lives. */
bool sso_token_peek(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out);

/* Reads the answer of GetRoleCredentials, apart so that it can be tested without a network. 0 with
 * *out filled but for its provider (keys_free it); -1 with ERR_SYNTAX and what is wrong with
 * it, or ERR_MEMORY. */
int sso_read_role_credentials(const struct buf *body, struct keys *out, struct err *e);

/* As shown to the administrator. */
extern const char sso_name[];

/* Appends a line "credentials: IAM Identity Center: WHAT" to the trace, if there is one. */
void sso_trace(const struct provider_context *context, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
