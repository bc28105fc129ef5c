/* Who we are to AWS: one set of credentials, found by a chain of providers in the AWS CLI's order.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "aws/http.h"
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
	int64_t deadline_ms; /* of the run, on the clock's monotonic side */
	const struct clock *clock;
	const volatile sig_atomic_t *stop; /* non-zero ends the run */
	const char *ca_file;               /* NULL: the default trust store */
	const char *user_agent;
	struct buf *journal;                /* NULL, or gets a line per HTTP request */
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
extern const struct credentials_provider credentials_container;
extern const struct credentials_provider credentials_imds;

/* Asks the providers in order. 0 with *out filled; -1 with ERR_CREDENTIALS (or ERR_CONFIG,
 * ERR_MEMORY): the failing provider's reason, or the list of places that were tried; -1 with
 * ERR_DEADLINE when the time was over meanwhile: then the message goes on after "timed out, ".
 * trace (NULL: none) gets a line for every provider asked: found, or why not. Never holds a secret.
 */
int credentials_resolve(const struct credentials_context *context, struct credentials *out,
	struct buf *trace, struct err *e);

/* Shared by the two file providers: static keys of the chosen profile in one file. */
enum credentials_outcome credentials_from_profile(const struct profile_set *profiles,
	enum profile_file file, struct credentials *out, struct err *e);

/* Where container credentials come from: relative_uri (NULL or empty: unset) below
 * http://169.254.170.2, else full_uri: https to any host, http only to loopback addresses,
 * localhost, 169.254.170.2, 169.254.170.23 and fd00:ec2::23, spelt so (botocore: utils.py
 * ContainerMetadataFetcher). Appends the URL to out and sets *origin (free it with http_url_free in
 * any case; its path is without a query). 0, or -1 with ERR_CREDENTIALS or ERR_MEMORY. */
int credentials_container_url(const char *relative_uri, const char *full_uri, struct buf *out,
	struct http_url *origin, struct err *e);

#endif
