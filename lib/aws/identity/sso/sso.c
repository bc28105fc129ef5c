#include "config.h"

#include "aws/identity/sso/sso.h"

#include "aws/identity/sso/login_file.h"
#include "base/crypto.h"
#include "base/ini.h"
#include "base/json_write.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SHOWN_NAME_CHARS = 100, MAX_TRACE_BYTES = 512 };

static void set_command(const struct profile_set *profiles, struct sso_settings *s) {
	struct buf shown;
	buf_init(&shown, SSO_COMMAND_BYTES);
	text_add_clean(&shown, s->session ? s->session : profile_name(profiles),
		MAX_SHOWN_NAME_CHARS);
	(void)snprintf(s->command, sizeof s->command, "aws sso login --%s %s",
		s->session ? "sso-session" : "profile", buf_str(&shown));
	buf_free(&shown);
}

static enum provider_outcome missing(const struct profile_set *profiles, const char *key,
	struct err *e) {
	(void)err_set(e, ERR_CREDENTIALS, "profile '%s' uses IAM Identity Center but has no %s",
		profile_name(profiles), key);
	return PROVIDER_FAILED;
}

/* A key of the session. If the profile has it as well, both values must be the same. */
static enum provider_outcome of_session(const struct profile_set *profiles, const char *session,
	const char *key, const char **value, struct err *e) {
	const char *in_profile = profile_get(profiles, key);
	*value = profile_get_sso_session(profiles, session, key, NULL);
	if (!*value)
		(void)err_set(e, ERR_CREDENTIALS,
			"profile '%s' uses [sso-session %s], which has no %s",
			profile_name(profiles), session, key);
	else if (in_profile && strcmp(in_profile, *value) != 0)
		(void)err_set(e, ERR_CREDENTIALS,
			"%s differs between profile '%s' and [sso-session %s]: remove it from the profile",
			key, profile_name(profiles), session);
	else
		return PROVIDER_FOUND;
	return PROVIDER_FAILED;
}

static enum provider_outcome read_session(const struct profile_set *profiles,
	struct sso_settings *s, struct err *e) {
	bool exists = false;
	(void)profile_get_sso_session(profiles, s->session, "sso_region", &exists);
	if (!exists) {
		(void)err_set(e, ERR_CREDENTIALS,
			"profile '%s': %s has no section [sso-session NAME] for the NAME in its sso_session",
			profile_name(profiles), profile_path(profiles, PROFILE_CONFIG));
		(void)ini_explain(s->session, NULL, e);
		return PROVIDER_FAILED;
	}
	enum provider_outcome outcome = of_session(profiles, s->session, "sso_region", &s->region,
		e);
	return outcome == PROVIDER_FOUND
		? of_session(profiles, s->session, "sso_start_url", &s->start_url, e)
		: outcome;
}

enum provider_outcome sso_settings_read(const struct profile_set *profiles,
	struct sso_settings *out, struct err *e) {
	*out = (struct sso_settings){.session = profile_get(profiles, "sso_session"),
		.account_id = profile_get(profiles, "sso_account_id"),
		.role_name = profile_get(profiles, "sso_role_name")};
	if (!out->account_id && !out->role_name) {
		(void)err_set(e, ERR_CREDENTIALS,
			"neither sso_account_id nor sso_role_name in profile '%s'",
			profile_name(profiles));
		return PROVIDER_NOT_CONFIGURED;
	}
	set_command(profiles, out);
	if (!out->account_id)
		return missing(profiles, "sso_account_id", e);
	if (!out->role_name)
		return missing(profiles, "sso_role_name", e);
	if (out->session)
		return read_session(profiles, out, e);
	out->region = profile_get(profiles, "sso_region");
	out->start_url = profile_get(profiles, "sso_start_url");
	if (!out->start_url)
		return missing(profiles, "sso_session or sso_start_url", e);
	return out->region ? PROVIDER_FOUND : missing(profiles, "sso_region", e);
}

int sso_token_path(const struct sso_settings *s, struct buf *out, struct err *e) {
	const char *name = s->session ? s->session : s->start_url;
	unsigned char digest[CRYPTO_SHA1_BYTES];
	char hex[2 * CRYPTO_SHA1_BYTES + 1];
	if (crypto_sha1(name, strlen(name), digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	return login_file_path(NULL, "/.aws/sso/cache", hex, out, e);
}

void sso_add_cli_identity(const struct sso_settings *s, struct buf *out) {
	buf_adds(out, "{\"accountId\":");
	json_add_string(out, s->account_id);
	buf_adds(out, ",\"roleName\":");
	json_add_string(out, s->role_name);
	buf_adds(out, s->session ? ",\"sessionName\":" : ",\"startUrl\":");
	json_add_string(out, s->session ? s->session : s->start_url);
	buf_addc(out, '}');
}

const char sso_name[] = "IAM Identity Center";

void sso_trace(const struct provider_context *context, const char *fmt, ...) {
	char text[MAX_TRACE_BYTES];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	aws_run_trace(&context->run, sso_name, text);
}
