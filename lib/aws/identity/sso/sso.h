/* IAM Identity Center (SSO) as a profile configures it, and its access tokens: stored by "aws sso
 * login" in ~/.aws/sso/cache, refreshed here where that is safe. Never opens a browser, never runs
 * a device flow. (AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider";
 * botocore: tokens.py, credentials.py.) */
#ifndef AWS_IDENTITY_SSO_SSO_H
#define AWS_IDENTITY_SSO_SSO_H

#include "aws/identity/provider.h"

enum { SSO_COMMAND_BYTES = 512 };

/* A profile's settings. The strings are borrowed from it. */
struct sso_settings {
	const char *session; /* the name of [sso-session NAME]; NULL: the older form without one */
	const char *start_url, *region, *account_id, *role_name;
	char command[SSO_COMMAND_BYTES]; /* signs in again, "aws sso login --profile x" */
};

/* PROVIDER_FOUND with *out filled; PROVIDER_NOT_CONFIGURED when the profile has neither
 * sso_account_id nor sso_role_name (as in the AWS CLI); PROVIDER_FAILED with ERR_CREDENTIALS naming
 * the missing or contradictory key. */
enum provider_outcome sso_settings_read(const struct profile_set *profiles,
	struct sso_settings *out, struct err *e);

/* Appends the path of the token file, named by the SHA-1 of the session's name, else of the start
 * URL. 0, or -1 with ERR_CREDENTIALS or ERR_MEMORY. */
int sso_token_path(const struct sso_settings *s, struct buf *out, struct err *e);

/* Appends the JSON text that the AWS CLI hashes (SHA-1) for its own cache of the role's keys
 * (botocore: credentials.py, SSOCredentialFetcher). */
void sso_add_cli_identity(const struct sso_settings *s, struct buf *out);

/* Appends the access token to out (wipe it). A token with less than 15 minutes left is refreshed if
 * there is a session, the file holds what that needs, its client registration has not expired, and
 * the file is ours and can be rewritten. (A refresh uses up the refresh token in the file; if the
 * new one cannot be written, the owner is signed out.) A token that cannot be refreshed is used
 * until it expires. Several processes take turns. 0, or -1 with ERR_CREDENTIALS saying what to run;
 * ERR_DEADLINE when the deadline passed, with a message that follows "timed out, "; ERR_MEMORY. */
int sso_token_get(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out, struct err *e);

/* Appends the access token in the file, expired or not; nothing when there is none. true when it
 * has not expired. */
bool sso_token_peek(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out);

/* Reads the answer of GetRoleCredentials; separate, so that tests need no network. 0 with *out
 * filled except its provider (keys_free it); -1 with ERR_SYNTAX and what is wrong with it, or
 * ERR_MEMORY. */
int sso_read_role_credentials(const struct buf *body, struct keys *out, struct err *e);

/* As shown in messages. */
extern const char sso_name[];

/* Appends a line "credentials: IAM Identity Center: WHAT" to the trace, if there is one. */
void sso_trace(const struct provider_context *context, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
