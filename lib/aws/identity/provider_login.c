/* Keys of a person who has signed in with "aws login" (profile key login_session). They live for 15
 * minutes. Only the AWS CLI renews them, since that uses up the person's refresh token. (botocore:
 * credentials.py, LoginProvider.) */
#include "config.h"

#include "aws/identity/provider.h"

#include "aws/identity/sso/login_file.h"
#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SHOWN_NAME_CHARS = 100, COMMAND_BYTES = 512 };

static void name_command(const struct profile_set *profiles, char out[static COMMAND_BYTES]) {
	struct buf shown;
	buf_init(&shown, COMMAND_BYTES);
	text_add_clean(&shown, profile_name(profiles), MAX_SHOWN_NAME_CHARS);
	(void)snprintf(out, COMMAND_BYTES, "aws login --profile %s", buf_str(&shown));
	buf_free(&shown);
}

static int find_file(const char *session, struct buf *path, struct err *e) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	if (crypto_sha256(session, strlen(session), digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	return login_file_path(env_get("AWS_LOGIN_CACHE_DIRECTORY"), "/.aws/login/cache", hex, path,
		e);
}

static int read_keys(const struct provider_context *context, const char *path, const char *command,
	const json *document, struct keys *out, struct err *e) {
	char until[TIME_ISO_BYTES];
	const json *keys = json_member(document, "accessToken");
	const char *id = json_word(keys, "accessKeyId");
	const char *secret = json_word(keys, "secretAccessKey");
	const char *token = json_word(keys, "sessionToken");
	const char *expires_at = json_string(json_member(keys, "expiresAt"));
	if (!id || !secret || !token)
		return login_file_broken(path,
			"has an accessToken without accessKeyId, secretAccessKey or sessionToken",
			command, e);
	if (!expires_at || time_parse_iso(expires_at, &out->expires_s))
		return login_file_broken(path, "has no valid time in expiresAt", command, e);
	if (out->expires_s <= aws_run_now_s(&context->run))
		return err_set(e, ERR_CREDENTIALS, "the keys in %s expired at %s: run %s", path,
			time_format_iso(out->expires_s, until), command);
	return keys_set(out, id, secret, token, e);
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	const char *session = profile_get(context->profiles, "login_session");
	char command[COMMAND_BYTES];
	struct buf path;
	json *document = NULL;
	if (!session) {
		(void)err_set(e, ERR_CREDENTIALS, "no login_session in profile '%s'",
			profile_name(context->profiles));
		return PROVIDER_NOT_CONFIGURED;
	}
	name_command(context->profiles, command);
	buf_init(&path, LOGIN_FILE_MAX_PATH_BYTES);
	int rc = find_file(session, &path, e);
	if (rc == 0) {
		aws_run_trace(&context->run, provider_login.name, file_shown(buf_str(&path)));
		rc = login_file_read(buf_str(&path), &context->run.deadline, command, &document, e);
	}
	if (rc == 0)
		rc = read_keys(context, buf_str(&path), command, document, out, e);
	json_free_secret(document);
	buf_free(&path);
	return rc ? PROVIDER_FAILED : PROVIDER_FOUND;
}

const struct provider provider_login = {.name = "aws login", .fetch = fetch};
