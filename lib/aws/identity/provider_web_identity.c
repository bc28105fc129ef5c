/* Keys for a token of another identity provider, as in EKS pods and CI systems (AWS SDKs and Tools
 * Reference Guide, "Assume role with web identity"). */
#include "config.h"

#include "aws/config/setting.h"
#include "aws/identity/cache.h"
#include "aws/identity/sts.h"

#include "base/file.h"
#include "base/ini.h"
#include "base/secrets.h"
#include "base/text.h"

#include <string.h>

enum {
	MAX_FILE_BYTES = 24 * 1024, /* the longest token and surrounding white space */
	MAX_IDENTITY_BYTES = 16 * 1024,
	MAX_ARN_CHARS = 100
};

/* The provider's settings. All borrowed. */
struct identity {
	struct provider_context context; /* a copy: the cache may bring its deadline forward */
	const char *token_file;
	struct sts_role role;
};

/* The environment takes precedence over the profile, key by key, but is ignored if a profile was
 * asked for (botocore: credentials.py, AssumeRoleWithWebIdentityProvider). */
static const char *setting(const struct provider_context *context, const char *variable,
	const char *key) {
	bool is_asked_for = context->is_source || profile_is_option(context->profiles);
	return setting_find(context->profiles, is_asked_for ? NULL : variable, key).value;
}

/* Reads the token, trimmed; *token points into file, which the caller wipes in any case. */
static int read_token(const struct identity *i, struct buf *file, const char **token,
	struct err *e) {
	const char *shown = file_shown(i->token_file);
	int rc = file_read(i->token_file, shown, &i->context.run.deadline, file, e);
	if (rc > 0) {
		(void)err_set(e, ERR_CREDENTIALS, "the token file %s does not exist", shown);
		(void)ini_explain(i->token_file, NULL, e);
		return -1;
	}
	if (rc < 0)
		return -1;
	const char *start = buf_str(file);
	size_t n = file->len;
	text_trim(&start, &n);
	buf_truncate(file, (size_t)(start - buf_str(file)) + n);
	*token = start;
	for (size_t at = 0; at < n; at++)
		if ((unsigned char)start[at] < 0x20U)
			return err_set(e, ERR_CREDENTIALS,
				"the token in %s contains a line break or another control character",
				shown);
	return n > 0 ? secrets_keep(start, e)
		     : err_set(e, ERR_CREDENTIALS, "the token file %s is empty", shown);
}

/* Reads the file each time: its writer replaces the token before it expires. */
static int fetch_keys(void *ctx, struct keys *out, struct err *e) {
	const struct identity *i = ctx;
	struct buf file;
	const char *token = NULL;
	buf_init(&file, MAX_FILE_BYTES);
	int rc = read_token(i, &file, &token, e);
	if (rc == 0)
		rc = sts_assume_role_with_web_identity(&i->context, &i->role, token, out, e);
	buf_wipe(&file);
	return rc;
}

/* The token file's path is the source identity: its writer puts tokens of one subject there. */
static void add_identity(const struct identity *i, const struct endpoint *sts, struct buf *out) {
	const char *session = i->role.session_name;
	buf_adds(out, "web-identity\nsource=");
	file_add_absolute(out, i->token_file);
	buf_addf(out, "\nendpoint=%s\nrole=%s\nsession=%s\n", sts->url, i->role.role_arn,
		session ? session : "");
}

static int get_keys(struct identity *i, const struct endpoint *sts, struct keys *out,
	struct err *e) {
	struct buf identity, cli_identity, what;
	buf_init(&identity, MAX_IDENTITY_BYTES);
	buf_init(&cli_identity, MAX_IDENTITY_BYTES);
	buf_init(&what, MAX_IDENTITY_BYTES);
	add_identity(i, sts, &identity);
	buf_adds(&what, "role ");
	text_add_clean(&what, i->role.role_arn, MAX_ARN_CHARS);
	bool cli = cli_cache_identity_of_role(&i->role, NULL, &cli_identity) == 0;
	const struct cache_request request = {.what = buf_str(&what),
		.identity = buf_str(&identity),
		.cli_identity = cli ? buf_str(&cli_identity) : NULL,
		.fetch = fetch_keys,
		.ctx = i,
		.deadline_ms = &i->context.run.deadline.at_ms};
	int rc = buf_check(&identity, "the settings of web identity", e);
	if (rc == 0)
		rc = cache_get_or_fetch(&i->context, &request, out, e);
	buf_free(&identity);
	buf_free(&cli_identity);
	buf_free(&what);
	return rc;
}

/* Checks the settings before any cache is read. STS cannot be called without a region; fetch_keys
 * reports that if all else is right. */
static int check_and_get(struct identity *i, struct keys *out, struct err *e) {
	struct endpoint sts = {0};
	int rc = -1;
	if (!i->role.role_arn)
		return err_set(e, ERR_CREDENTIALS,
			"the token file %s is set without a role: set AWS_ROLE_ARN, or role_arn in the profile",
			file_shown(i->token_file));
	if (!i->context.region)
		return fetch_keys(i, out, e);
	if (sts_check_role(&i->role, e) == 0 &&
		endpoint_resolve(ENDPOINT_STS, i->context.region, NULL, i->context.settings, &sts,
			e) == 0)
		rc = get_keys(i, &sts, out, e);
	endpoint_free(&sts);
	return rc;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	struct identity i = {.context = *context,
		.token_file = setting(context, "AWS_WEB_IDENTITY_TOKEN_FILE",
			"web_identity_token_file"),
		.role = {.role_arn = setting(context, "AWS_ROLE_ARN", "role_arn"),
			.session_name = setting(context, "AWS_ROLE_SESSION_NAME",
				"role_session_name")}};
	if (!i.token_file) {
		(void)err_set(e, ERR_CREDENTIALS, "no token file is set");
		return PROVIDER_NOT_CONFIGURED;
	}
	if (check_and_get(&i, out, e) == 0) {
		keys_set_role(out, i.role.role_arn);
		return PROVIDER_FOUND;
	}
	/* After "timed out, ", the message already names the call. */
	if (e->code != ERR_DEADLINE)
		err_prefix(e, "web identity");
	return PROVIDER_FAILED;
}

const struct provider provider_web_identity = {.name = "web identity", .fetch = fetch};
