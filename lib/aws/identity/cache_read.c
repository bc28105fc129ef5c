/* Reads key files of any cache, and the AWS CLI's own cache, which is read only. */
#include "config.h"

#include "aws/identity/cache_state.h"

#include "aws/identity/sts.h"
#include "base/account.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH_BYTES = 4096 };

bool cache_read_file(int folder, const char *name, mode_t forbidden, bool alone, struct buf *out) {
	struct stat st;
	struct err unused;
	/* O_NONBLOCK: opening a FIFO must not block the check. */
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool fit = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		(st.st_mode & forbidden) == 0 && (!alone || st.st_nlink == 1) &&
		st.st_size <= CACHE_MAX_FILE_BYTES && file_read_fd(fd, name, out, &unused) == 0;
	(void)close(fd);
	return fit;
}

bool cache_take_keys(const json *object, struct keys *out) {
	struct err unused;
	const char *id = json_word(object, "AccessKeyId");
	const char *secret = json_word(object, "SecretAccessKey");
	const char *token = json_word(object, "SessionToken");
	const char *expiration = json_word(object, "Expiration");
	return id && secret && token && expiration &&
		time_parse_iso(expiration, &out->expires_s) == 0 &&
		keys_set(out, id, secret, token, &unused) == 0;
}

/* --- the AWS CLI's cache --- */

static bool read_keys(int folder, const char *name, struct keys *out) {
	struct buf text;
	struct err unused;
	bool found = false;
	buf_init(&text, CACHE_MAX_FILE_BYTES);
	if (cache_read_file(folder, name, S_IWGRP | S_IWOTH, false, &text)) {
		json *document = json_parse(buf_str(&text), text.len, &unused);
		found = cache_take_keys(json_member(document, "Credentials"), out);
		json_free_secret(document);
	}
	buf_wipe(&text);
	return found;
}

/* -1 when there is none. Other users who may write there could exchange files. */
static int open_directory(void) {
	struct buf path;
	struct stat st;
	int fd = -1;
	buf_init(&path, MAX_PATH_BYTES);
	account_add_home(&path);
	buf_adds(&path, "/.aws/cli/cache");
	if (*buf_str(&path) == '/' && !path.failed)
		fd = open(buf_str(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	buf_free(&path);
	if (fd < 0 ||
		(fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
			(st.st_mode & (S_IWGRP | S_IWOTH)) == 0))
		return fd;
	(void)close(fd);
	return -1;
}

bool cache_cli_read(const char *cli_identity, struct keys *out) {
	unsigned char digest[CRYPTO_SHA1_BYTES];
	char hex[CRYPTO_SHA1_HEX];
	char name[CRYPTO_SHA1_HEX + sizeof ".json"];
	struct err unused;
	if (crypto_sha1(cli_identity, strlen(cli_identity), digest, &unused))
		return false;
	crypto_hex(digest, sizeof digest, hex);
	(void)snprintf(name, sizeof name, "%s.json", hex);
	int folder = open_directory();
	if (folder < 0)
		return false;
	bool found = read_keys(folder, name, out);
	(void)close(folder);
	return found;
}

/* --- file names of the AWS CLI's cache --- */

/* Appends one character as Python's json writes it (json.encoder, ensure_ascii). */
static void add_character(struct buf *out, uint32_t c) {
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *known = c < 0x7F ? strchr(plain, (int)c) : NULL;
	if (known && c) {
		buf_addc(out, '\\');
		buf_addc(out, letters[known - plain]);
	} else if (c >= 0x20 && c < 0x7F) {
		buf_addc(out, (char)c);
	} else if (c < 0x10000) {
		buf_addf(out, "\\u%04lx", (unsigned long)c);
	} else {
		buf_addf(out, "\\u%04lx\\u%04lx", 0xD800UL + ((c - 0x10000) >> 10),
			0xDC00UL + ((c - 0x10000) & 0x3FF));
	}
}

static int add_argument(struct buf *out, const char *name, const char *value) {
	size_t n = value ? strlen(value) : 0;
	if (!value)
		return 0;
	buf_addf(out, "%s\"%s\": \"", out->data[out->len - 1] == '{' ? "" : ", ", name);
	while (n > 0) {
		uint32_t c;
		size_t bytes = text_utf8_decode(value, n, &c);
		if (bytes == 0)
			return -1;
		add_character(out, c);
		value += bytes;
		n -= bytes;
	}
	buf_addc(out, '"');
	return 0;
}

int cli_cache_identity_of_role(const struct sts_role *role, const char *serial_number,
	struct buf *out) {
	buf_addc(out, '{');
	if (out->failed)
		return -1;
	if (role->duration_s > 0)
		buf_addf(out, "\"DurationSeconds\": %lld", (long long)role->duration_s);
	if (add_argument(out, "ExternalId", role->external_id) ||
		add_argument(out, "RoleArn", role->role_arn) ||
		add_argument(out, "RoleSessionName", role->session_name) ||
		add_argument(out, "SerialNumber", serial_number))
		return -1;
	buf_addc(out, '}');
	return out->failed ? -1 : 0;
}
