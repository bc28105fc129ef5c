/* Keys for a token of another identity provider, as pods in EKS and CI systems have one (AWS SDKs
 * and Tools Reference Guide, "Assume role with web identity"). */
#include "config.h"

#include "aws/config/setting.h"
#include "aws/identity/cache.h"
#include "aws/identity/sts.h"

#include "base/file.h"
#include "base/secrets.h"
#include "base/text.h"

#include <string.h>

enum {
	MAX_FILE_BYTES = 24 * 1024, /* the longest token, and white space around it */
	MAX_IDENTITY_BYTES = 16 * 1024,
	MAX_ARN_CHARS = 100
};

/* What this provider goes by. All borrowed. */
struct identity {
	struct provider_context context; /* a copy: the cache may bring its deadline forward */
	const char *token_file;
	struct sts_role role;
};

/* The environment beats the profile key by key, and does not count where a profile was asked for
 * (botocore: credentials.py, AssumeRoleWithWebIdentityProvider). */
static const char *setting(const struct provider_context *context, const char *variable,
	const char *key) {
	bool is_asked_for = context->is_source || profile_is_option(context->profiles);
	return setting_find(context->profiles, is_asked_for ? NULL : variable, key).value;
}

/* The token in file, trimmed (file is to be wiped in any case). */
static int read_token(const struct identity *i, struct buf *file, const char **token,
	struct err *e) {
	const char *shown = file_shown(i->token_file);
	int rc = file_read_named(i->token_file, shown, &i->context.run.deadline, file, e);
	if (rc > 0)
		return err_set(e, ERR_CREDENTIALS, "there is no token file %s", shown);
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
				"the token in %s holds a line end or another control character",
				shown);
	return n > 0 ? secrets_keep(start, e)
		     : err_set(e, ERR_CREDENTIALS, "the token file %s is empty", shown);
}

/* The file is read each time: its writer puts a new token there before the old one expires. */
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

/* The token's file stands for the source identity: its writer gives the same subject's tokens. */
static void describe(const struct identity *i, const struct endpoint *sts, struct buf *out) {
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
	describe(i, sts, &identity);
	buf_adds(&what, "role ");
	text_add_clean(&what, i->role.role_arn, MAX_ARN_CHARS);
	bool cli = cli_cache_identity_of_role(&i->role, NULL, &cli_identity) == 0;
	const struct cached_request request = {.what = buf_str(&what),
		.identity = buf_str(&identity),
		.cli_identity = cli ? buf_str(&cli_identity) : NULL,
		.fetch = fetch_keys,
		.ctx = i,
		.deadline_ms = &i->context.run.deadline.at_ms};
	int rc = buf_check(&identity, "the settings of web identity", e);
	if (rc == 0)
		rc = credentials_cached(&i->context, &request, out, e);
	buf_free(&identity);
	buf_free(&cli_identity);
	buf_free(&what);
	return rc;
}

/* What is wrong with the settings shows before a cache is looked at. Without a region STS cannot be
 * asked, which fetch_keys says when all else is right. */
static int check_and_get(struct identity *i, struct keys *out, struct err *e) {
	struct endpoint sts = {0};
	int rc = -1;
	if (!i->role.role_arn)
		return err_set(e, ERR_CREDENTIALS,
			"there is a token file, %s, but no role: set AWS_ROLE_ARN, or role_arn in the profile",
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
		(void)err_set(e, ERR_CREDENTIALS, "no token file is named");
		return PROVIDER_NOT_CONFIGURED;
	}
	if (check_and_get(&i, out, e) == 0)
		return PROVIDER_FOUND;
	/* What follows "timed out, " names the call. */
	if (e->code != ERR_DEADLINE)
		err_prefix(e, "web identity");
	return PROVIDER_FAILED;
}

const struct provider provider_web_identity = {.name = "web identity", .fetch = fetch};
