/* Internals of the credential cache: its directory and files, and the AWS CLI's directory. */
#ifndef AWS_CACHE_STATE_H
#define AWS_CACHE_STATE_H

#include "aws/identity/cache.h"
#include "base/crypto.h"
#include "base/json.h"

#include <sys/types.h>

enum {
	CACHE_MAX_FILE_BYTES = 64 * 1024,
	CACHE_NAME_BYTES = CRYPTO_SHA256_HEX + sizeof ".json" - 1
};

/* The open directory and the names of one identity's files in it. All access goes through the
 * descriptor, so that the directory cannot be exchanged meanwhile. */
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

/* Opens the directory, which must belong to us alone. Creates a missing one if make is set. 0; 1
 * when it is missing and make is not set; -1 with the reason. */
int cache_store_open(struct cache_store *s, const char *identity, bool make, struct err *e);
void cache_store_close(struct cache_store *s);

/* Whether there is an intact entry; the caller frees its keys (keys_free). Its age is not
 * checked. */
bool cache_store_read(const struct cache_store *s, struct cache_entry *out);

/* 0, or -1 with the reason. */
int cache_store_write(const struct cache_store *s, const struct cache_entry *entry, struct err *e);

/* Takes the identity's lock without waiting: 0 with its descriptor in *lock (closing it or ending
 * the process releases the lock); 1 when another process holds it; -1 with the reason. Do not nest:
 * fcntl locks belong to the process. */
int cache_store_lock(const struct cache_store *s, int *lock, struct err *e);

/* Removes old files and, if there are more than 500 entries, the oldest one. Checks the first 4096
 * names, and as many after skipping skip names, so that every file of a large directory is reached
 * in time. */
void cache_store_sweep(const struct cache_store *s, int64_t now_s, int skip);

/* Appends to out the content of a regular file of ours that has none of the forbidden mode bits.
 * alone: it must have no other hard link. false when it is another kind of file, too large, or
 * absent. */
bool cache_read_file(int folder, const char *name, mode_t forbidden, bool alone, struct buf *out);

/* Reads AccessKeyId, SecretAccessKey, SessionToken and Expiration, all of which must be present and
 * well-formed. */
bool cache_take_keys(const json *object, struct keys *out);

/* Whether the AWS CLI has cached keys for the text that it hashes. Their age is not checked. */
bool cache_cli_read(const char *cli_identity, struct keys *out);

#endif
