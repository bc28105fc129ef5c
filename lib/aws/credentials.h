/* Who we are to AWS: one set of credentials, found by a chain of providers in the AWS CLI's order.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "aws/profile.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* A zeroed struct holds none. Owns its strings. */
struct credentials {
	char *access_key_id, *secret_access_key;
	char *session_token;  /* NULL for long-term keys */
	int64_t expires_s;    /* seconds since 1970; 0: never */
	const char *provider; /* the name of the provider that found them; static text */
};

/* Wipes and frees the strings; takes a zeroed struct. */
void credentials_free(struct credentials *c);

/* Copies what is borrowed into c. 0, or -1 with ERR_MEMORY (c is left empty). */
int credentials_set(struct credentials *c, const char *access_key_id, const char *secret_access_key,
	const char *session_token, struct err *e);

/* The key id shortened for display ("AKIA...MPLE"). Returns out. */
const char *credentials_short_id(const struct credentials *c, char out[static 16]);

/* What a provider may look at, and what bounds it if it has to wait. */
struct credentials_context {
	const struct profile_set *profiles;
	int64_t now_s;
	const struct clock *clock;
	int64_t deadline_ms;                /* on the monotonic clock */
	const volatile sig_atomic_t *stop;  /* non-zero ends the search; NULL: nothing does */
	void (*child_started)(pid_t group); /* a child's process group, 0 when it is gone; NULL:
					       nobody wants to know */
};

enum credentials_outcome {
	CREDENTIALS_FOUND,
	CREDENTIALS_NOT_CONFIGURED, /* the chain goes on; err holds the reason in a few words */
	CREDENTIALS_FAILED /* configured but broken: the search ends with its reason in err */
};

/* One way to get credentials. Runs synchronously, between turns of the client's loop. */
struct credentials_provider {
	const char *name; /* as shown to the administrator */
	enum credentials_outcome (*fetch)(const struct credentials_context *context,
		struct credentials *out, struct err *e);
};

/* The providers, one file each. */
extern const struct credentials_provider credentials_environment;
extern const struct credentials_provider credentials_unsupported;
extern const struct credentials_provider credentials_shared_file;
extern const struct credentials_provider credentials_process;
extern const struct credentials_provider credentials_config_file;

/* Asks the providers in order. 0 with *out filled; -1 with ERR_CREDENTIALS: the failing provider's
 * reason, or the list of places that were tried; or with ERR_DEADLINE when the deadline or the stop
 * flag ended a provider. trace (NULL: none) gets a line for every provider
 * asked: found, or why not. Never holds a secret. */
int credentials_resolve(const struct credentials_context *context, struct credentials *out,
	struct buf *trace, struct err *e);

/* Shared by the two file providers: static keys of the chosen profile in one file. */
enum credentials_outcome credentials_from_profile(const struct profile_set *profiles,
	enum profile_file file, struct credentials *out, struct err *e);

#endif
