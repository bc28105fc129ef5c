/* The inside of the credential cache: the directory with its files, and the AWS CLI's directory. */
#ifndef AWS_CREDENTIAL_CACHE_STATE_H
#define AWS_CREDENTIAL_CACHE_STATE_H

#include "aws/identity/cache.h"
#include "base/crypto.h"
#include "base/json.h"

#include <sys/types.h>

enum {
	CACHE_MAX_FILE_BYTES = 64 * 1024,
	CACHE_NAME_BYTES = CRYPTO_SHA256_HEX + sizeof ".json" - 1
};

/* The open directory and the names of one identity's files in it. Everything is reached from the
 * descriptor, so that nobody can put another directory in its place. */
struct cache_store {
	int folder;
	const char *identity; /* borrowed */
	char entry[CACHE_NAME_BYTES], lock[CACHE_NAME_BYTES];
};

/* One entry. Owns the keys. */
struct cache_entry {
	struct keys keys;
	int64_t made_s; /* seconds since 1970 */
};

/* Opens the directory, which must be ours alone; made if it is missing and make says so. 0; 1 when
 * there is none and none was to be made; -1 with the reason. */
int cache_store_open(struct cache_store *s, const char *identity, bool make, struct err *e);
void cache_store_close(struct cache_store *s);

/* Whether there is an entry that is as we write them; then keys_free its keys. Its age is
 * not looked at. */
bool cache_store_read(const struct cache_store *s, struct cache_entry *out);

/* 0, or -1 with the reason. */
int cache_store_write(const struct cache_store *s, const struct cache_entry *entry, struct err *e);

/* Takes the identity's lock without waiting: 0 with its descriptor in *lock (the lock ends when it
 * is closed, and with the process); 1 when another process holds it; -1 with the reason. Not to be
 * nested: locks of fcntl belong to the process. */
int cache_store_lock(const struct cache_store *s, int *lock, struct err *e);

/* Removes what was left behind long ago, and the entry that was written first where there are more
 * than 500: looks at the first 4096 names and, skip names behind these, at as many, so that all get
 * their turn in a large directory. */
void cache_store_sweep(const struct cache_store *s, int64_t now_s, int skip);

/* Appends the content of a regular file of ours, with none of the forbidden mode bits, to out.
 * alone: it may have no second name (hard link). false when it is another kind of file, too large,
 * or absent. */
bool cache_read_file(int folder, const char *name, mode_t forbidden, bool alone, struct buf *out);

/* Takes AccessKeyId, SecretAccessKey, SessionToken and Expiration, all of which must be there and
 * look like what they are. */
bool cache_take_keys(const json *object, struct keys *out);

/* Whether the AWS CLI has kept keys for the text that it hashes. Their age is not looked at. */
bool cache_cli_read(const char *cli_identity, struct keys *out);

#endif
