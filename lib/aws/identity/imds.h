/* The EC2 instance metadata service (IMDS): version 2, and version 1 only if it is allowed. */
#ifndef AWS_IMDS_H
#define AWS_IMDS_H

#include "aws/config/profile.h"
#include "aws/http/url.h"
#include "aws/identity/metadata.h"

/* Its settings in environment and profile (botocore: configprovider.py, utils.py IMDSFetcher). */
struct imds_settings {
	bool is_off;     /* AWS_EC2_METADATA_DISABLED; nothing else is read then */
	struct buf base; /* its URL, with a trailing slash */
	struct http_url origin;
	bool version_1; /* allowed if version 2 gives no token */
	int attempts;
	bool attempts_are_set; /* by a setting, not by default */
	int64_t timeout_ms;
};

/* Reads them; public for tests only, which then need no network. out is set in any case; free it
 * with imds_settings_free. 0, or -1 with ERR_CONFIG that names the setting, or ERR_MEMORY. */
int imds_settings_read(const struct profile_set *profiles, struct imds_settings *out,
	struct err *e);
void imds_settings_free(struct imds_settings *s);

/* A session with the service. */
struct imds {
	struct imds_settings settings;
	struct metadata_service service;
	struct buf token_header; /* empty: version 1 */
	bool token_is_older;     /* from an earlier session of the run */
};

/* Reads the settings and gets a session token, or takes the one that the run has already. An answer
 * that the service is overloaded or has failed (429, 5xx) is followed by two quick attempts, unless
 * a setting says how many attempts there are. i is set in any case; imds_close it. 0; 1 when the
 * service is off or cannot be used from here (e: ERR_CREDENTIALS with the reason); -1 with
 * ERR_CONFIG, ERR_DEADLINE (as metadata_ask), ERR_MEMORY or ERR_INTERNAL. */
int imds_open(struct imds *i, const struct profile_set *profiles, const struct aws_run *run,
	struct err *e);
void imds_close(struct imds *i);

/* Requests a path below the base. 0, or -1 as metadata_ask. */
int imds_get(struct imds *i, const char *path,
	enum metadata_verdict (*judge)(void *ctx, const struct buf *body, struct err *e), void *ctx,
	struct err *e);

/* Judges the first line, which must be visible ASCII characters, and appends it to ctx (struct
 * buf *). */
enum metadata_verdict imds_judge_text(void *ctx, const struct buf *body, struct err *e);

/* Appends the instance's region to name. Results as imds_open. */
int imds_region(const struct profile_set *profiles, const struct aws_run *run, struct buf *name,
	struct err *e);

#endif
