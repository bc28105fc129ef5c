/* Temporary keys kept on disk, so that not every check asks AWS for new ones; also read from where
 * the AWS CLI keeps its own.
 *
 * Ours are in $XDG_CACHE_HOME/check_ecs_bottleneck, else ~/.cache/check_ecs_bottleneck, a file an
 * identity. Keys with at most a minute to live count as absent; in their last quarter (but no
 * earlier than 15 minutes before the end) one process renews them while the others use them on.
 * When there are none, one process asks and the others wait for it. An entry that is not as it was
 * written (it has a checksum) counts as absent. */
#ifndef AWS_CREDENTIAL_CACHE_H
#define AWS_CREDENTIAL_CACHE_H

#include "aws/identity/provider.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct sts_role;

/* One kind of keys. All borrowed. */
struct cached_request {
	const char *what; /* for -vv: "role arn:aws:iam::1:role/R" */
	/* Names everything that these keys depend on, the source identity included; may hold key
	 * ids, never secrets. Lines "name=value\n" in a fixed order. Hashed into the file's name
	 * and compared with what is in the file. Must be valid UTF-8, or nothing is kept. */
	const char *identity;
	/* The JSON text that the AWS CLI hashes (SHA-1) for its own cache file, or NULL. */
	const char *cli_identity;
	/* Asks AWS. 0 with *out filled, -1 with one line; out->expires_s of 0: not kept. */
	int (*fetch)(void *ctx, struct keys *out, struct err *e);
	void *ctx;
	/* NULL, or the deadline that fetch keeps to (on the monotonic clock, the context's own):
	 * brought forward while an early renewal is tried, so that an AWS that does not answer
	 * cannot spend the time of a run that has usable keys. */
	int64_t *deadline_ms;
};

/* Keys from this program's cache, else from the AWS CLI's, else from fetch, and then into the
 * cache. Those of context->spent are not taken from a cache; out->cached says whether one gave
 * them, out->origin names the identity. With context->no_cache only fetch, and neither. Never fails
 * because of the cache: what is wrong with it goes to context->trace. 0 with *out filled (but for
 * provider; keys_free it), or -1 with fetch's error, or ERR_DEADLINE (goes on after "timed
 * out, ") when the time was over while another process asked. Needs clock and stop in the context.
 */
int credentials_cached(const struct provider_context *context, const struct cached_request *r,
	struct keys *out, struct err *e);

/* Only looks (own cache, then the CLI's): 0 with *out filled, 1 when there is nothing usable. For
 * roles that need a code from a person (MFA). */
int credentials_cache_look(const struct provider_context *context, const struct cached_request *r,
	struct keys *out);

/* Appends the text that the AWS CLI hashes for keys of a role: Python's JSON of the arguments in
 * alphabetical order, all but ASCII escaped (botocore: credentials.py, CachedCredentialFetcher). A
 * session name that the program made up is left out: NULL. serial_number: of the MFA device, or
 * NULL. 0, or -1 when a value is no valid UTF-8 or out has no room: then the CLI has no such file.
 */
int cli_cache_identity_of_role(const struct sts_role *role, const char *serial_number,
	struct buf *out);

#endif
