/* Keys that a program prints: the profile's credential_process (AWS SDKs and Tools Reference Guide,
 * "Process credential provider"). */
#include "config.h"

#include "aws/identity/provider.h"

#include "base/child.h"
#include "base/env.h"
#include "base/file.h"
#include "base/json.h"
#include "base/secrets.h"
#include "base/text.h"
#include "base/words.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
	MAX_OUTPUT_BYTES = 64 * 1024,
	MAX_LOG_BYTES = 4096,
	MAX_LOG_CHARS = 300,
	MAX_NAME_CHARS = 120,
	MAX_ORIGIN_BYTES = 128 * 1024
};

/* --- the answer --- */

static int missing(const char *member, struct err *e) {
	return err_set(e, ERR_CREDENTIALS, "its output must have %s as a string that is not empty",
		member);
}

static int read_expiration(const struct provider_context *context, const json *answer,
	struct keys *out, struct err *e) {
	char text[TIME_ISO_BYTES];
	const json *member = json_member(answer, "Expiration");
	if (json_is_absent(member))
		return 0;
	const char *s = json_string(member);
	if (!s || time_parse_iso(s, &out->expires_s))
		return err_set(e, ERR_CREDENTIALS,
			"Expiration in its output is not a valid ISO 8601 time");
	if (out->expires_s <= aws_run_now_s(&context->run))
		return err_set(e, ERR_CREDENTIALS, "the keys in its output expired at %s",
			time_format_iso(out->expires_s, text));
	return 0;
}

static int read_members(const struct provider_context *context, const json *answer,
	struct keys *out, struct err *e) {
	double version = 0;
	if (!json_is_object(answer))
		return err_set(e, ERR_CREDENTIALS, "its output is not a JSON object");
	if (!json_number(json_member(answer, "Version"), &version) || version != 1)
		return err_set(e, ERR_CREDENTIALS, "its output must have Version 1 (a number)");
	const char *id = json_string(json_member(answer, "AccessKeyId"));
	const char *secret = json_string(json_member(answer, "SecretAccessKey"));
	const json *token = json_member(answer, "SessionToken");
	const char *token_text = json_string(token);
	if (!id || !*id)
		return missing("AccessKeyId", e);
	if (!secret || !*secret)
		return missing("SecretAccessKey", e);
	if (!json_is_absent(token) && !token_text)
		return err_set(e, ERR_CREDENTIALS, "SessionToken in its output is not a string");
	if (read_expiration(context, answer, out, e))
		return -1;
	return keys_set(out, id, secret, token_text && *token_text ? token_text : NULL, e);
}

/* No message quotes the output. */
static int read_output(const struct provider_context *context, const struct buf *output,
	struct keys *out, struct err *e) {
	struct err reason = {0};
	json *answer = json_parse(buf_str(output), output->len, &reason);
	if (!answer)
		return err_set(e, ERR_CREDENTIALS, "its output is %s", reason.message);
	int rc = read_members(context, answer, out, e);
	json_free_secret(answer);
	return rc;
}

/* --- failures --- */

/* A script under "set -x" prints its keys. */
static bool may_hold_secret(const char *text) {
	static const char *const words[] = {"SecretAccessKey", "secret_access_key", "SessionToken",
		"session_token", "security_token", "security-token"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_find_nocase(text, words[i]))
			return true;
	return false;
}

/* ": " and the program's standard error, or nothing. */
static const char *shown_log(const struct buf *log, struct buf *out) {
	if (may_hold_secret(buf_str(log))) {
		buf_adds(out, " (its error text is left out because it may contain a secret)");
	} else {
		buf_adds(out, ": ");
		size_t before = out->len;
		text_add_foreign(out, buf_str(log), MAX_LOG_CHARS);
		if (out->len == before)
			buf_truncate(out, 0);
	}
	return buf_str(out);
}

/* A program that could not be started and is not an absolute path may be anything, even a
 * password. */
static const char *shown_program(struct child_result r, const char *program) {
	const int not_found = 127; /* where posix_spawn lets the child fail */
	bool started = r.end != CHILD_NOT_STARTED &&
		(r.end != CHILD_EXITED || r.number != not_found);
	return started || *program == '/' ? program : "its program (not an absolute path)";
}

static int explain_failure(struct child_result r, const char *program, const struct buf *output,
	const struct buf *log, struct err *e) {
	struct buf words;
	buf_init(&words, sizeof e->message);
	switch (r.end) {
	case CHILD_EXITED:
		(void)err_set(e, ERR_CREDENTIALS, "%s failed with exit status %d%s", program,
			r.number, shown_log(log, &words));
		break;
	case CHILD_KILLED:
		(void)err_set(e, ERR_CREDENTIALS, "%s was killed by signal %d%s", program, r.number,
			shown_log(log, &words));
		break;
	case CHILD_NOT_STARTED:
		(void)err_set(e, ERR_CREDENTIALS, "cannot start %s: %s", program,
			strerror(r.number));
		break;
	case CHILD_TOO_LOUD:
		(void)buf_check(output, "its output", e);
		break;
	case CHILD_OUT_OF_TIME:
		(void)err_set(e, ERR_DEADLINE, "%s did not answer before the run's deadline",
			program);
		break;
	case CHILD_STOPPED:
		(void)err_set(e, ERR_DEADLINE, "%s did not answer before the run was stopped",
			program);
		break;
	}
	buf_free(&words);
	return -1;
}

/* --- the program --- */

/* Protects the secrets that the program inherits and may repeat. */
static int protect_inherited(struct err *e) {
	static const char *const variables[] = {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_SECURITY_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"};
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
		if (secrets_keep(env_get(variables[i]), e))
			return -1;
	return 0;
}

static int run(const struct provider_context *context, const struct words *command,
	struct keys *out, struct err *e) {
	const struct child_limits limits = {.deadline = context->run.deadline,
		.started = context->run.child_started};
	struct buf output, log, program;
	if (protect_inherited(e))
		return -1;
	buf_init(&output, MAX_OUTPUT_BYTES);
	buf_init(&log, MAX_LOG_BYTES);
	buf_init(&program, sizeof e->message);
	/* The arguments may hold a password: only the program is named. */
	text_add_clean(&program, command->list[0], MAX_NAME_CHARS);
	struct child_result r = child_run(command->list, &limits, &output, &log);
	int rc = r.end == CHILD_EXITED && r.number == 0
		? read_output(context, &output, out, e)
		: explain_failure(r, shown_program(r, buf_str(&program)), &output, &log, e);
	buf_free(&program);
	buf_wipe(&output);
	buf_wipe(&log);
	return rc;
}

static int split_and_run(const struct provider_context *context, const char *line, struct keys *out,
	struct err *e) {
	struct words command;
	if (words_split(line, &command, e))
		return -1;
	int rc = command.count > 0 && *command.list[0]
		? run(context, &command, out, e)
		: err_set(e, ERR_CREDENTIALS, "the command is empty");
	words_free(&command);
	return rc;
}

/* --- the origin of the keys --- */

/* Keys with a session token differ each time. Their origin is the user, the command, the profile
 * and the host (the keys may be the host's own, and the home directory may be shared). The command
 * may hold a password; it is hashed with the rest. */
static void set_origin(const struct provider_context *context, const char *line, struct keys *out) {
	const struct profile_set *p = context->profiles;
	struct utsname host;
	struct buf text;
	if (!out->session_token || uname(&host))
		return;
	buf_init(&text, MAX_ORIGIN_BYTES);
	buf_addf(&text, "credential_process\nuser=%lld\nhost=%s\n", (long long)geteuid(),
		host.nodename);
	for (int i = 0; i < PROFILE_FILES; i++) {
		const char *path = profile_path(p, (enum profile_file)i);
		buf_addf(&text, "file %d=", i);
		if (*path)
			file_add_absolute(&text, path);
		buf_addc(&text, '\n');
	}
	buf_addf(&text, "profile=%s\ncommand=%s\n", profile_name(p), line);
	if (!text.failed)
		keys_set_origin(out, buf_str(&text));
	buf_wipe(&text);
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	const char *line = profile_get(context->profiles, "credential_process");
	const char *profile = profile_name(context->profiles);
	if (!line) {
		(void)err_set(e, ERR_CREDENTIALS, "none in profile '%s'", profile);
		return PROVIDER_NOT_CONFIGURED;
	}
	if (split_and_run(context, line, out, e) == 0) {
		set_origin(context, line, out);
		return PROVIDER_FOUND;
	}
	if (e->code != ERR_MEMORY && e->code != ERR_DEADLINE)
		e->code = ERR_CREDENTIALS;
	err_prefix(e, "credential_process of profile '%s'", profile);
	return PROVIDER_FAILED;
}

const struct provider provider_process = {.name = "credential_process", .fetch = fetch};
