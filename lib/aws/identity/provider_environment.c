/* Keys from environment variables. Ignored when a profile was given by option, which takes
 * precedence (AWS CLI). */
#include "config.h"

#include "aws/identity/provider.h"

#include "base/env.h"
#include "base/time.h"

static int read_expiration(const struct provider_context *context, struct keys *out,
	struct err *e) {
	const char *text = env_get("AWS_CREDENTIAL_EXPIRATION");
	if (!text)
		return 0;
	if (time_parse_iso(text, &out->expires_s))
		return err_set(e, ERR_CREDENTIALS,
			"AWS_CREDENTIAL_EXPIRATION is not a valid ISO 8601 time");
	if (out->expires_s <= aws_run_now_s(&context->run))
		return err_set(e, ERR_CREDENTIALS,
			"the keys in the environment expired at %s (AWS_CREDENTIAL_EXPIRATION): renew them",
			text);
	return 0;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	const char *id = env_get("AWS_ACCESS_KEY_ID");
	const char *secret = env_get("AWS_SECRET_ACCESS_KEY");
	/* The newer name takes precedence, as in the AWS SDKs other than boto3. */
	const char *token = env_get("AWS_SESSION_TOKEN");
	if (!token)
		token = env_get("AWS_SECURITY_TOKEN");
	if (profile_is_option(context->profiles) || !id) {
		(void)err_set(e, ERR_CREDENTIALS,
			id ? "skipped because --profile is given" : "AWS_ACCESS_KEY_ID is not set");
		return PROVIDER_NOT_CONFIGURED;
	}
	if (!secret) {
		(void)err_set(e, ERR_CREDENTIALS,
			"AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set both");
		return PROVIDER_FAILED;
	}
	if (read_expiration(context, out, e) || keys_set(out, id, secret, token, e))
		return PROVIDER_FAILED;
	return PROVIDER_FOUND;
}

const struct provider provider_environment = {.name = "environment", .fetch = fetch};
