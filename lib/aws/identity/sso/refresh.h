/* Gets a new access token for a refresh token: SSO-OIDC's CreateToken. */
#ifndef AWS_IDENTITY_SSO_REFRESH_H
#define AWS_IDENTITY_SSO_REFRESH_H

#include "aws/identity/provider.h"

/* All borrowed. */
struct sso_refresh {
	const char *region; /* sso_region */
	const char *client_id, *client_secret, *refresh_token;
};

/* A zeroed struct holds nothing. Owns its strings. */
struct sso_grant {
	char *access_token;
	char *refresh_token; /* NULL: the one that was sent remains valid */
	int64_t expires_s;   /* of the access token, seconds since 1970 */
};

/* Sends the request, which may use up the refresh token even without an answer. 0 with *out filled
 * (sso_grant_free it); -1 with one line, ERR_DEADLINE when the context's deadline passed. */
int sso_refresh_ask(const struct provider_context *context, const struct sso_refresh *r,
	struct sso_grant *out, struct err *e);
void sso_grant_free(struct sso_grant *g);

/* Reads the answer, which came at now_s; separate, so that tests need no network. 0 with *out
 * filled; -1 with *out empty, ERR_SYNTAX and what is wrong with it, or ERR_MEMORY. */
int sso_refresh_read(const struct buf *body, int64_t now_s, struct sso_grant *out, struct err *e);

#endif
