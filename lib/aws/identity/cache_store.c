/* The directory of the credential cache: private to us, with one entry and one lock per
 * identity. */
#include "config.h"

#include "aws/identity/cache_state.h"

#include "base/account.h"
#include "base/env.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ENTRY_VERSION = 2,
	MAX_PATH_BYTES = 4096,
	LOCK_TRIES = 8,
	MAX_SWEPT = 4096,
	/* Each with its lock. A role requested with different keys each time would fill the
	 * directory. */
	MAX_ENTRIES = 500,
	/* Role keys live at most 12 hours: older entries expired more than a day ago. */
	OLD_S = 2 * 86400
};

#define DIRECTORY_NAME "/check_ecs_bottleneck"

/* --- the directory --- */

/* The path of the directory. Its first *given_bytes are never created. */
static int find_directory(struct buf *path, size_t *given_bytes, struct err *e) {
	const char *base = env_get("XDG_CACHE_HOME");
	*given_bytes = 0;
	if (base && *base == '/') {
		buf_adds(path, base);
	} else {
		account_add_home(path);
		if (*buf_str(path) != '/')
			return err_set(e, ERR_CONFIG, "the user has no home directory");
		*given_bytes = path->len;
		buf_adds(path, "/.cache");
	}
	buf_adds(path, DIRECTORY_NAME);
	return buf_check(path, "the path of the credential cache", e);
}

/* A missing home directory is not created: the account is meant to have none. If a parent cannot be
 * created, the last mkdir reports it. */
static int make_directories(char *path, size_t given_bytes, struct err *e) {
	for (char *at = path + given_bytes + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		(void)mkdir(path, 0700);
		*at = '/';
	}
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(e, ERR_CONFIG, "cannot create %s: %s", path, strerror(errno));
	return 0;
}

static int open_directory(const char *path) {
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int check_directory(int folder, const char *path, struct err *e) {
	struct stat st;
	if (fstat(folder, &st))
		return err_set(e, ERR_CONFIG, "cannot examine %s: %s", path, strerror(errno));
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "%s belongs to another user", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(e, ERR_CONFIG, "%s is open to other users: run chmod 700 on it",
			path);
	return 0;
}

static int open_checked(struct buf *path, size_t given_bytes, bool make, int *folder,
	struct err *e) {
	*folder = open_directory(buf_str(path));
	if (*folder < 0 && errno == ENOENT) {
		if (!make)
			return 1;
		if (make_directories(path->data, given_bytes, e))
			return -1;
		*folder = open_directory(buf_str(path));
	}
	if (*folder < 0 && (errno == ENOTDIR || errno == ELOOP))
		return err_set(e, ERR_CONFIG, "%s is not a real directory (is it a symbolic link?)",
			buf_str(path));
	if (*folder < 0)
		return err_set(e, ERR_CONFIG, "cannot open %s: %s", buf_str(path), strerror(errno));
	if (check_directory(*folder, buf_str(path), e) == 0)
		return 0;
	(void)close(*folder);
	return -1;
}

static int name_files(struct cache_store *s, struct err *e) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	if (crypto_sha256(s->identity, strlen(s->identity), digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, s->entry);
	memcpy(s->lock, s->entry, CRYPTO_SHA256_HEX - 1);
	memcpy(s->entry + CRYPTO_SHA256_HEX - 1, ".json", sizeof ".json");
	memcpy(s->lock + CRYPTO_SHA256_HEX - 1, ".lock", sizeof ".lock");
	return 0;
}

int cache_store_open(struct cache_store *s, const char *identity, bool make, struct err *e) {
	struct buf path;
	size_t given_bytes;
	*s = (struct cache_store){.folder = -1, .identity = identity};
	buf_init(&path, MAX_PATH_BYTES);
	int rc = name_files(s, e);
	if (rc == 0)
		rc = find_directory(&path, &given_bytes, e);
	if (rc == 0)
		rc = open_checked(&path, given_bytes, make, &s->folder, e);
	if (rc)
		s->folder = -1;
	buf_free(&path);
	return rc;
}

void cache_store_close(struct cache_store *s) {
	if (s->folder >= 0)
		(void)close(s->folder);
	s->folder = -1;
}

/* --- an entry --- */

/* An entry ends with a checksum of all before it: a bit error on disk may leave valid JSON. */
static const char before_checksum[] = ",\n\"Checksum\": \"", behind_checksum[] = "\"}\n";

static int checksum(const char *text, size_t n, char hex[static CRYPTO_SHA256_HEX], struct err *e) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	if (crypto_sha256(text, n, digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	return 0;
}

static void add_checksum(struct buf *text, struct err *e) {
	char hex[CRYPTO_SHA256_HEX];
	if (text->failed || checksum(text->data, text->len, hex, e)) {
		text->failed = true;
		return;
	}
	buf_adds(text, before_checksum);
	buf_adds(text, hex);
	buf_adds(text, behind_checksum);
}

static bool has_checksum(const struct buf *text) {
	const size_t before = sizeof before_checksum - 1, hex_len = CRYPTO_SHA256_HEX - 1,
		     behind = sizeof behind_checksum - 1;
	char hex[CRYPTO_SHA256_HEX];
	struct err unused;
	if (text->len <= before + hex_len + behind)
		return false;
	size_t n = text->len - before - hex_len - behind;
	const char *end = text->data + n;
	return checksum(text->data, n, hex, &unused) == 0 &&
		memcmp(end, before_checksum, before) == 0 &&
		memcmp(end + before, hex, hex_len) == 0 &&
		memcmp(end + before + hex_len, behind_checksum, behind) == 0;
}

static bool read_entry(const json *document, const char *identity, struct cache_entry *out) {
	double version = 0;
	const char *name = json_string(json_member(document, "Identity"));
	const char *made = json_string(json_member(document, "Made"));
	if (!json_number(json_member(document, "Version"), &version) ||
		version != (double)ENTRY_VERSION || !name || strcmp(name, identity) != 0 || !made ||
		time_parse_iso(made, &out->made_s) || !cache_take_keys(document, &out->keys))
		return false;
	if (out->made_s < out->keys.expires_s)
		return true;
	keys_free(&out->keys);
	return false;
}

bool cache_store_read(const struct cache_store *s, struct cache_entry *out) {
	struct buf text;
	struct err unused;
	bool found = false;
	*out = (struct cache_entry){0};
	buf_init(&text, CACHE_MAX_FILE_BYTES);
	if (cache_read_file(s->folder, s->entry, 07177, true, &text) && has_checksum(&text)) {
		json *document = json_parse(buf_str(&text), text.len, &unused);
		found = document && read_entry(document, s->identity, out);
		json_free_secret(document);
	}
	buf_wipe(&text);
	return found;
}

static void add_member(struct buf *out, const char *name, const char *value) {
	buf_addf(out, ",\n\"%s\": ", name);
	json_add_string(out, value);
}

int cache_store_write(const struct cache_store *s, const struct cache_entry *entry, struct err *e) {
	struct buf text;
	char time[TIME_ISO_BYTES];
	const struct keys *keys = &entry->keys;
	if (!keys->session_token)
		return err_set(e, ERR_CONFIG, "keys without a session token are not stored");
	if (!text_is_utf8(s->identity, strlen(s->identity)))
		return err_set(e, ERR_CONFIG,
			"a setting that the keys depend on is not valid UTF-8");
	buf_init(&text, CACHE_MAX_FILE_BYTES);
	buf_addf(&text, "{\"Version\": %d", ENTRY_VERSION);
	add_member(&text, "Identity", s->identity);
	add_member(&text, "AccessKeyId", keys->access_key_id);
	add_member(&text, "SecretAccessKey", keys->secret_access_key);
	add_member(&text, "SessionToken", keys->session_token);
	add_member(&text, "Expiration", time_format_iso(keys->expires_s, time));
	add_member(&text, "Made", time_format_iso(entry->made_s, time));
	add_checksum(&text, e);
	int rc = buf_check(&text, "the entry of the credential cache", e);
	if (rc == 0)
		rc = file_replace_at(s->folder, s->entry, text.data, text.len, 0600, e);
	buf_wipe(&text);
	return rc;
}

/* --- locks --- */

/* 0; 1 when another process holds it; -1 with errno. */
static int lock_file(int fd) {
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (fcntl(fd, F_SETLK, &whole) == 0)
		return 0;
	return errno == EAGAIN || errno == EACCES ? 1 : -1;
}

/* A lock counts only on the file that has the name: meanwhile another process may have removed it
 * and a third one created it again. */
static bool has_name(int folder, const char *name, int fd) {
	struct stat open_one, named;
	return fstat(fd, &open_one) == 0 &&
		fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
		open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

static int open_lock(const struct cache_store *s, struct err *e) {
	struct stat st;
	int fd = openat(s->folder, s->lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		0600);
	if (fd < 0)
		return err_set(e, ERR_CONFIG, "cannot open %s: %s", s->lock, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return fd;
	(void)close(fd);
	return err_set(e, ERR_CONFIG, "%s is not a lock file of this user's", s->lock);
}

int cache_store_lock(const struct cache_store *s, int *lock, struct err *e) {
	for (int i = 0; i < LOCK_TRIES; i++) {
		int fd = open_lock(s, e);
		if (fd < 0)
			return -1;
		int rc = lock_file(fd);
		if (rc < 0)
			(void)err_set(e, ERR_CONFIG, "cannot lock %s: %s", s->lock,
				strerror(errno));
		if (rc == 0 && has_name(s->folder, s->lock, fd)) {
			*lock = fd;
			return 0;
		}
		(void)close(fd);
		if (rc)
			return rc;
	}
	return 1;
}

/* --- old files --- */

/* Whether the name is the hex digits of our names followed by end. */
static bool is_our_name(const char *name, const char *end) {
	return strspn(name, "0123456789abcdef") == CRYPTO_SHA256_HEX - 1 &&
		text_starts_with(name + CRYPTO_SHA256_HEX - 1, end);
}

/* The lock is removed only while nobody holds it. Our own is skipped: closing its file would
 * release it. */
static void remove_lock(const struct cache_store *s, const char *name) {
	if (strcmp(name, s->lock) == 0)
		return;
	int fd = openat(s->folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (lock_file(fd) == 0 && has_name(s->folder, name, fd))
		(void)unlinkat(s->folder, name, 0);
	(void)close(fd);
}

static void remove_file(const struct cache_store *s, const char *name) {
	if (is_our_name(name, ".lock"))
		remove_lock(s, name);
	else
		(void)unlinkat(s->folder, name, 0);
}

/* The oldest entry other than our own. */
struct oldest {
	char name[CACHE_NAME_BYTES];
	int64_t written_s;
	size_t entries; /* seen */
};

static void note_entry(const struct cache_store *s, const char *name, int64_t written_s,
	struct oldest *o) {
	o->entries++;
	if (strcmp(name, s->entry) == 0 || (o->name[0] && written_s >= o->written_s))
		return;
	(void)snprintf(o->name, sizeof o->name, "%.*s", (int)sizeof o->name - 1, name);
	o->written_s = written_s;
}

static void sweep_file(const struct cache_store *s, const char *name, int64_t now_s,
	struct oldest *o) {
	struct stat st;
	bool entry = is_our_name(name, ".json");
	if (!entry && !is_our_name(name, ".lock") &&
		!(*name == '.' && is_our_name(name + 1, ".json.")))
		return;
	if (fstatat(s->folder, name, &st, AT_SYMLINK_NOFOLLOW) || S_ISDIR(st.st_mode))
		return;
	if (now_s - (int64_t)st.st_mtime > OLD_S)
		remove_file(s, name);
	else if (entry && strlen(name) < sizeof o->name)
		note_entry(s, name, (int64_t)st.st_mtime, o);
}

/* Removing one entry is enough: each write adds at most one. */
static void remove_oldest(const struct cache_store *s, struct oldest *o) {
	if (o->entries <= MAX_ENTRIES || !o->name[0])
		return;
	remove_file(s, o->name);
	memcpy(o->name + CRYPTO_SHA256_HEX - 1, ".lock", sizeof ".lock");
	remove_file(s, o->name);
}

void cache_store_sweep(const struct cache_store *s, int64_t now_s, int skip) {
	struct oldest oldest = {.entries = 0};
	int fd = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	/* A normal directory is checked completely; of a larger one, the first names and as many
	 * further on. */
	const struct dirent *d = readdir(folder);
	for (int i = 0; d && i < 2 * MAX_SWEPT + skip; i++, d = readdir(folder))
		if (i < MAX_SWEPT || i >= MAX_SWEPT + skip)
			sweep_file(s, d->d_name, now_s, &oldest);
	(void)closedir(folder);
	remove_oldest(s, &oldest);
}
