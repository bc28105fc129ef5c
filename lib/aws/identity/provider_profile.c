/* Static keys of the profile, from the shared credentials file or from the config file. */
#include "config.h"

#include "aws/identity/provider.h"

#include "base/ini.h"

static enum provider_outcome fetch_from(const struct profile_set *profiles, enum profile_file file,
	struct keys *out, struct err *e) {
	const char *id = profile_get_from(profiles, file, "aws_access_key_id");
	const char *secret = profile_get_from(profiles, file, "aws_secret_access_key");
	const char *token = profile_get_from(profiles, file, "aws_session_token");
	const char *path = profile_path(profiles, file);
	/* The older name, as in the environment: some tools write only that one. */
	if (!token)
		token = profile_get_from(profiles, file, "aws_security_token");
	if (!id) {
		(void)err_set(e, ERR_CREDENTIALS, "%s: no aws_access_key_id in profile '%s'%s",
			*path ? path : "no path", profile_name(profiles),
			profile_file_exists(profiles, file) ? "" : " (file missing)");
		return PROVIDER_NOT_CONFIGURED;
	}
	if (!secret) {
		(void)err_set(e, ERR_CREDENTIALS,
			"profile '%s' in %s has aws_access_key_id but no aws_secret_access_key: set both",
			profile_name(profiles), path);
		(void)ini_explain(id, "aws_access_key_id", e);
		return PROVIDER_FAILED;
	}
	return keys_set(out, id, secret, token, e) ? PROVIDER_FAILED : PROVIDER_FOUND;
}

static enum provider_outcome fetch_shared_file(const struct provider_context *context,
	struct keys *out, struct err *e) {
	return fetch_from(context->profiles, PROFILE_CREDENTIALS, out, e);
}

const struct provider provider_shared_file = {.name = "shared credentials file",
	.fetch = fetch_shared_file};

static enum provider_outcome fetch_config_file(const struct provider_context *context,
	struct keys *out, struct err *e) {
	return fetch_from(context->profiles, PROFILE_CONFIG, out, e);
}

const struct provider provider_config_file = {.name = "config file", .fetch = fetch_config_file};

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	static const char key_id[] = "aws_access_key_id";
	const struct profile_set *p = context->profiles;
	bool in_config = !profile_get_from(p, PROFILE_CREDENTIALS, key_id) &&
		profile_get_from(p, PROFILE_CONFIG, key_id);
	const struct provider *file = in_config ? &provider_config_file : &provider_shared_file;
	enum provider_outcome outcome = file->fetch(context, out, e);
	out->provider = file->name;
	return outcome;
}

const struct provider provider_profile = {.name = "static keys", .fetch = fetch};
