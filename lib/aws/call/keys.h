/* One set of AWS keys, which signs calls, and those that AWS has refused.
 */
#ifndef AWS_KEYS_H
#define AWS_KEYS_H

#include "base/crypto.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* A zeroed struct holds none. Owns its strings, but for provider. */
struct keys {
	char *access_key_id, *secret_access_key;
	char *session_token; /* NULL for long-term keys */
	int64_t expires_s;   /* seconds since 1970; 0: never */
	/* NULL, or what names their source (a hash) where it gives other keys each time: NULL means
	 * that the id of the key names them. */
	char *origin;
	bool cached;          /* they come from a file of a cache */
	const char *provider; /* the name of the provider that found them; static text */
};

/* Wipes and frees the strings; takes a zeroed struct. */
void keys_free(struct keys *k);

/* Copies what is borrowed into k, and keeps its secrets from being shown (base/secrets.h). 0, or -1
 * with ERR_MEMORY (k is left empty). */
int keys_set(struct keys *k, const char *access_key_id, const char *secret_access_key,
	const char *session_token, struct err *e);

/* Sets k->origin to the hash of a text that names the source of keys, and whose keys it gives:
 * nobody else's source may have the same text. Left NULL without memory. */
void keys_set_origin(struct keys *k, const char *text);

/* Keys travel in header lines: 0 when no character in them could end one, else -1 with
 * ERR_CREDENTIALS that names k->provider. */
int keys_check(const struct keys *k, struct err *e);

/* The key id shortened for display ("AKIA...MPLE"). Returns out. */
const char *keys_short_id(const struct keys *k, char out[static 16]);

/* A key that AWS has refused, and those before it. */
struct spent_key {
	char id[132]; /* no id of AWS's is longer than 128 */
	char origin[CRYPTO_SHA256_HEX];
	const struct spent_key *older;
};

/* Puts k into s, whose older ones stay. */
void keys_spend(struct spent_key *s, const struct keys *k);

/* Whether that id is among them. */
bool keys_is_spent(const struct spent_key *spent, const char *access_key_id);

/* Whether keys that AWS does not accept, or does not permit to do what was asked, are to be asked
 * for again from their source: they come from a cache, and this source has not been asked again
 * yet. */
bool keys_worth_another_try(const struct spent_key *spent, const struct keys *k);

#endif
