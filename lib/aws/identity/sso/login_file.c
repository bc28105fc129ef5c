#include "config.h"

#include "aws/identity/sso/login_file.h"

#include "base/file.h"
#include "base/text.h"
#include "base/account.h"

enum { MAX_SHOWN_PATH_CHARS = 300 };

int login_file_path(const char *directory, const char *below_home, const char *hash,
	struct buf *out, struct err *e) {
	size_t before = out->len;
	if (directory) {
		account_add_path(out, directory, true); /* as the AWS CLI does */
	} else {
		account_add_home(out);
		if (!out->failed && out->len == before)
			return err_set(e, ERR_CREDENTIALS,
				"cannot find ~%s: HOME is not set, and the password entry has no home directory",
				below_home);
		buf_adds(out, below_home);
	}
	buf_addf(out, "/%s.json", hash);
	return buf_check(out, "path", e);
}

/* Usually the file belongs to another user. */
static int cannot_read(const char *reason, const char *command, struct err *e) {
	struct buf user;
	buf_init(&user, sizeof e->message);
	account_add_name(&user);
	(void)err_set(e, ERR_CREDENTIALS, "%s: run %s as the user who runs this check (%s)", reason,
		command, buf_str(&user));
	buf_free(&user);
	return -1;
}

int login_file_broken(const char *path, const char *reason, const char *command, struct err *e) {
	struct buf shown;
	buf_init(&shown, sizeof e->message);
	text_add_clean(&shown, file_shown(path), MAX_SHOWN_PATH_CHARS);
	(void)err_set(e, ERR_CREDENTIALS, "%s %s: run %s", buf_str(&shown), reason, command);
	buf_free(&shown);
	return -1;
}

int login_file_read(const char *path, const struct deadline *deadline, const char *command,
	json **document, struct err *e) {
	struct err reason = {0};
	struct buf text;
	*document = NULL;
	buf_init(&text, LOGIN_FILE_MAX_BYTES);
	int rc = file_read(path, file_shown(path), deadline, &text, &reason);
	if (rc > 0)
		(void)err_set(&reason, ERR_CREDENTIALS, "%s does not exist", file_shown(path));
	if (rc) {
		rc = cannot_read(reason.message, command, e);
	} else {
		*document = json_parse(buf_str(&text), text.len, &reason);
		if (!json_is_object(*document)) {
			json_free_secret(*document);
			*document = NULL;
			rc = login_file_broken(path, "does not contain a JSON object", command, e);
		}
	}
	buf_wipe(&text);
	if (rc && (reason.code == ERR_MEMORY || reason.code == ERR_DEADLINE))
		*e = reason;
	return rc;
}
