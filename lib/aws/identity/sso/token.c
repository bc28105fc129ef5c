/* The access token's file: reads, checks, refreshes (one process at a time) and rewrites it. */
#include "config.h"

#include "aws/identity/sso/sso.h"

#include "aws/identity/sso/login_file.h"
#include "aws/identity/sso/refresh.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	REFRESH_BEFORE_S = 15 * 60,
	LOCK_STEP_MS = 50,
	/* Time needed before the deadline: with less, the run might end between the answer and the
	 * write. */
	MIN_TIME_MS = 2000,
	MAX_TEXT_BYTES = 8 * LOGIN_FILE_MAX_BYTES, /* printing may lengthen the JSON */
	FILE_MODE = 0600
};

/* The file as last read. */
struct token {
	const struct provider_context *context;
	const struct sso_settings *settings;
	const char *path;
	json *document;
	const char *access; /* borrowed from the document */
	int64_t expires_s;
};

static int load_file(struct token *t, struct err *e) {
	json_free_secret(t->document);
	t->access = NULL;
	if (login_file_read(t->path, &t->context->run.deadline, t->settings->command, &t->document,
		    e))
		return -1;
	const char *until = json_string(json_member(t->document, "expiresAt"));
	t->access = json_word(t->document, "accessToken");
	if (!t->access)
		return login_file_broken(t->path, "has no usable accessToken", t->settings->command,
			e);
	if (!until || time_parse_iso(until, &t->expires_s))
		return login_file_broken(t->path, "has no valid time in expiresAt",
			t->settings->command, e);
	return secrets_keep(t->access, e) ||
			secrets_keep(json_string(json_member(t->document, "refreshToken")), e) ||
			secrets_keep(json_string(json_member(t->document, "clientSecret")), e)
		? -1
		: 0;
}

static bool lives_for(const struct token *t, int64_t seconds) {
	return t->expires_s - aws_run_now_s(&t->context->run) > seconds;
}

/* --- whether it may be refreshed --- */

static const char *find_file_obstacle(const struct token *t) {
	struct stat st;
	if (lstat(t->path, &st) != 0 || !S_ISREG(st.st_mode))
		return "its file is not a regular file";
	if (st.st_uid != geteuid())
		return "its file belongs to another user";
	return access(t->path, W_OK) == 0 ? NULL : "its file cannot be written";
}

/* NULL if the token may be refreshed, else the reason. */
static const char *find_obstacle(const struct token *t) {
	static const char *const members[] = {"refreshToken", "clientId", "clientSecret"};
	const char *until = json_string(json_member(t->document, "registrationExpiresAt"));
	int64_t until_s = 0;
	if (!t->settings->session)
		return "the profile has no sso_session";
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const char *text = json_string(json_member(t->document, members[i]));
		if (!text || !*text)
			return "its file lacks refreshToken, clientId or clientSecret";
	}
	if (!until || time_parse_iso(until, &until_s))
		return "its file lacks registrationExpiresAt";
	if (until_s <= aws_run_now_s(&t->context->run))
		return "the client registration in its file has expired";
	return find_file_obstacle(t);
}

/* --- one at a time --- */

static bool is_same_file(int fd, const char *path) {
	struct stat held, named;
	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev &&
		held.st_ino == named.st_ino;
}

/* The lock is on the token file itself, so that nothing is left behind. If the file was replaced
 * before the lock was granted, the new file is locked instead. The descriptor holds the lock until
 * it is closed; -1 with e. */
static int lock_file(const struct token *t, const struct deadline *deadline, struct err *e) {
	while (!deadline_is_over(deadline)) {
		/* Opened for writing as well: over NFS, an exclusive lock needs that. */
		int fd = open(t->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			return err_set(e, ERR_CREDENTIALS, "cannot open its file: %s",
				strerror(errno));
		int rc = flock(fd, LOCK_EX | LOCK_NB);
		int why = errno;
		if (rc == 0 && is_same_file(fd, t->path))
			return fd;
		(void)close(fd);
		if (rc != 0 && why != EWOULDBLOCK && why != EINTR)
			return err_set(e, ERR_CREDENTIALS, "cannot lock its file: %s",
				strerror(why));
		if (rc != 0)
			(void)poll(NULL, 0, LOCK_STEP_MS);
	}
	return err_set(e, ERR_DEADLINE,
		"waiting for another process that is refreshing the SSO token");
}

/* --- refreshing --- */

/* Checks that the file can be written before the refresh token is used up: with a full disk, the
 * login would be lost. */
static int check_writable(const char *path, size_t n, struct err *e) {
	struct buf name, blanks;
	struct err reason = {0};
	buf_init(&name, LOGIN_FILE_MAX_PATH_BYTES + sizeof ".try");
	buf_init(&blanks, n);
	buf_addf(&name, "%s.try", path);
	for (size_t i = 0; i < n; i++)
		buf_addc(&blanks, ' ');
	int rc = buf_check(&name, "path", &reason);
	if (rc == 0)
		rc = buf_check(&blanks, "text", &reason);
	if (rc == 0)
		rc = file_replace(buf_str(&name), buf_str(&blanks), n, FILE_MODE, &reason);
	if (rc == 0)
		(void)unlink(buf_str(&name));
	else
		(void)err_set(e, ERR_CREDENTIALS, "its file could not be rewritten: %s",
			reason.message);
	buf_free(&name);
	buf_free(&blanks);
	return rc;
}

static int write_document(const struct token *t, struct err *e) {
	struct buf text;
	buf_init(&text, MAX_TEXT_BYTES);
	int rc = json_print(t->document, MAX_TEXT_BYTES, &text, e);
	if (rc == 0)
		rc = file_replace(t->path, buf_str(&text), text.len, FILE_MODE, e);
	buf_wipe(&text);
	return rc;
}

/* Puts the new token into the document and the file. If writing fails, this run can still use
 * it. */
static int store_grant(struct token *t, const struct sso_grant *grant, struct err *e) {
	char until[TIME_ISO_BYTES];
	struct err unwritten = {0};
	(void)time_format_iso(grant->expires_s, until);
	t->access = NULL;
	if (json_set_string(t->document, "accessToken", grant->access_token, e) ||
		json_set_string(t->document, "expiresAt", until, e) ||
		(grant->refresh_token &&
			json_set_string(t->document, "refreshToken", grant->refresh_token, e)))
		return -1;
	t->access = json_string(json_member(t->document, "accessToken"));
	t->expires_s = grant->expires_s;
	if (write_document(t, &unwritten))
		sso_trace(t->context, "token refreshed, valid until %s, but not stored: %s", until,
			unwritten.message);
	else
		sso_trace(t->context, "token refreshed, valid until %s", until);
	return 0;
}

static int refresh(struct token *t, const struct provider_context *bounded, struct err *e) {
	struct sso_grant grant = {0};
	const struct sso_refresh r = {.region = t->settings->region,
		.client_id = json_string(json_member(t->document, "clientId")),
		.client_secret = json_string(json_member(t->document, "clientSecret")),
		.refresh_token = json_string(json_member(t->document, "refreshToken"))};
	int rc = check_writable(t->path, LOGIN_FILE_MAX_BYTES, e);
	if (rc == 0)
		rc = sso_refresh_ask(bounded, &r, &grant, e);
	if (rc == 0)
		rc = store_grant(t, &grant, e);
	sso_grant_free(&grant);
	return rc;
}

/* Checks again with the lock: the file may have changed. */
static int refresh_locked(struct token *t, const struct provider_context *bounded, struct err *e) {
	int fd = lock_file(t, &bounded->run.deadline, e);
	if (fd < 0)
		return -1;
	int rc = load_file(t, e);
	if (rc == 0 && lives_for(t, REFRESH_BEFORE_S)) {
		sso_trace(t->context, "another process has refreshed the token");
	} else if (rc == 0) {
		const char *reason = find_obstacle(t);
		rc = reason ? err_set(e, ERR_CREDENTIALS, "%s", reason) : refresh(t, bounded, e);
	}
	(void)close(fd);
	return rc;
}

static int try_refresh(struct token *t, struct err *e) {
	struct provider_context bounded = *t->context;
	int64_t now_ms = clock_monotonic_ms(bounded.run.deadline.clock);
	int64_t left_ms = bounded.run.deadline.at_ms - now_ms;
	const char *reason = find_obstacle(t);
	if (!reason && left_ms < MIN_TIME_MS)
		reason = "the run's deadline is too close";
	if (reason)
		return err_set(e, ERR_CREDENTIALS, "%s", reason);
	/* While the token is valid, a refresh may take only half of the run's time left. */
	if (lives_for(t, 0))
		bounded.run.deadline.at_ms = now_ms + left_ms / 2;
	return refresh_locked(t, &bounded, e);
}

/* --- the token to use --- */

static int report_expired(const struct token *t, const char *reason, struct err *e) {
	char until[TIME_ISO_BYTES];
	return err_set(e, ERR_CREDENTIALS,
		"the SSO token in %s expired at %s and cannot be refreshed (%s): run %s", t->path,
		time_format_iso(t->expires_s, until), reason, t->settings->command);
}

static int ensure_valid(struct token *t, struct err *e) {
	char until[TIME_ISO_BYTES];
	struct err reason = {0};
	if (load_file(t, e))
		return -1;
	sso_trace(t->context, "token file %s", t->path);
	sso_trace(t->context, "token valid until %s", time_format_iso(t->expires_s, until));
	if (lives_for(t, REFRESH_BEFORE_S) || try_refresh(t, &reason) == 0)
		return 0;
	if (reason.code == ERR_MEMORY ||
		(reason.code == ERR_DEADLINE && deadline_is_over(&t->context->run.deadline))) {
		*e = reason;
		return -1;
	}
	if (!t->access || !lives_for(t, 0))
		return report_expired(t, reason.message, e);
	sso_trace(t->context, "token not refreshed, used until it expires: %s", reason.message);
	return 0;
}

int sso_token_get(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out, struct err *e) {
	struct buf path;
	struct token t = {.context = context, .settings = s};
	buf_init(&path, LOGIN_FILE_MAX_PATH_BYTES);
	int rc = sso_token_path(s, &path, e);
	t.path = buf_str(&path);
	if (rc == 0)
		rc = ensure_valid(&t, e);
	if (rc == 0) {
		buf_adds(out, t.access);
		rc = buf_check(out, "SSO token", e);
	}
	json_free_secret(t.document);
	buf_free(&path);
	return rc;
}

bool sso_token_peek(const struct provider_context *context, const struct sso_settings *s,
	struct buf *out) {
	struct buf path;
	struct err unused;
	struct token t = {.context = context, .settings = s};
	buf_init(&path, LOGIN_FILE_MAX_PATH_BYTES);
	bool found = sso_token_path(s, &path, &unused) == 0;
	t.path = buf_str(&path);
	found = found && load_file(&t, &unused) == 0;
	if (found)
		buf_adds(out, t.access);
	bool lives = found && lives_for(&t, 0);
	json_free_secret(t.document);
	buf_free(&path);
	return lives;
}
