/* A set of AWS keys for signing calls, and the list of keys that AWS has refused. */
#ifndef AWS_KEYS_H
#define AWS_KEYS_H

#include "base/crypto.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEYS_ROLE_BYTES = 65 }; /* IAM: a role's name has at most 64 characters */

/* A zeroed struct holds none. Owns its strings except provider. */
struct keys {
	char *access_key_id, *secret_access_key;
	char *session_token; /* NULL for long-term keys */
	int64_t expires_s;   /* seconds since 1970; 0: never */
	/* A hash that identifies the source, if it gives different keys each time. NULL: the key id
	 * identifies them. */
	char *origin;
	bool cached;                /* read from a cache file */
	const char *provider;       /* the name of the provider that found them; static text */
	char role[KEYS_ROLE_BYTES]; /* the name of their role; "": none, or not known */
};

/* Wipes and frees the strings. A zeroed struct is allowed. */
void keys_free(struct keys *k);

/* Copies the arguments into k and protects its secrets from being shown (base/secrets.h). 0, or -1
 * with ERR_MEMORY (k is then empty). */
int keys_set(struct keys *k, const char *access_key_id, const char *secret_access_key,
	const char *session_token, struct err *e);

/* Notes the role that the keys are of: its name, or an ARN or path that ends with it. */
void keys_set_role(struct keys *k, const char *role);

/* Sets k->origin to the hash of a text that identifies the source and the identity its keys belong
 * to; no other source may have the same text. NULL on failure. */
void keys_set_origin(struct keys *k, const char *text);

/* Keys are sent in header lines. 0 when all their characters are visible, so that none can end a
 * line, and none is in quotes; else -1 with ERR_CREDENTIALS that names k->provider. */
int keys_check(const struct keys *k, struct err *e);

/* The key id shortened for display ("AKIA...MPLE"). Returns out. */
const char *keys_short_id(const struct keys *k, char out[static 16]);

/* A refused key, linked to those refused before it. */
struct spent_key {
	char id[132]; /* AWS ids have at most 128 characters */
	char origin[CRYPTO_SHA256_HEX];
	const struct spent_key *older;
};

/* Copies k's id and origin into s; s->older is unchanged. */
void keys_spend(struct spent_key *s, const struct keys *k);

/* Whether the list contains this id. */
bool keys_is_spent(const struct spent_key *spent, const char *access_key_id);

/* Whether keys that AWS does not accept, or does not permit to make the call, should be requested
 * again: they come from a cache, and their source has not been asked again yet. */
bool keys_worth_another_try(const struct spent_key *spent, const struct keys *k);

#endif
