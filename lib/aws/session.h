/* What a run needs to talk to AWS before the first request: profile, region, endpoints, trust
 * store, retry figures; and where each came from. */
#ifndef AWS_SESSION_H
#define AWS_SESSION_H

#include "aws/endpoint.h"
#include "aws/profile.h"
#include "aws/retry.h"
#include "base/buf.h"

/* As given by option; NULL where not. Borrowed. */
struct session_options {
	const char *profile;
	const char *region;
	const char *arn_region; /* the region of an ARN that the run is about: beats environment and
				   profile, must not differ from region */
	const char *endpoint_url;
	const char *ca_bundle;
};

struct session {
	struct profile_set *profiles;
	struct region region;
	struct endpoint endpoints[ENDPOINT_SERVICES];
	char *ca_file; /* NULL: the default trust store */
	const char *ca_source;
	struct retry_policy retry;
};

/* Resolves everything; no network. s is set in any case; free it with session_free. 0, or -1 with
 * ERR_CONFIG, ERR_USAGE (-r against the ARN) or ERR_MEMORY. */
int session_open(const struct session_options *options, struct session *s, struct err *e);
void session_free(struct session *s);

/* Appends the -vv lines: profile and files, region, endpoints, trust store, each with its source.
 */
void session_describe(const struct session *s, struct buf *out);

#endif
