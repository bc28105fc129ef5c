/* What a run needs before its first request to AWS, and where each value came from: profile,
 * region, endpoints, trust store, retry policy. */
#ifndef AWS_SESSION_H
#define AWS_SESSION_H

#include "aws/config/endpoint.h"
#include "aws/config/profile.h"
#include "aws/call/run.h"
#include "base/buf.h"

/* Options; NULL where not given. Borrowed. A private value came from a file: an error message about
 * it does not quote it. */
struct session_options {
	bool profile_is_private, region_is_private, ca_bundle_is_private;
	const char *profile;
	const char *region;
	const char *arn_region; /* the region of the run's ARN: takes precedence over environment
				   and profile, must not differ from region */
	const char *endpoint_url;
	const char *ca_bundle;
	const char *role_arn, *external_id; /* of a role to assume last */
	bool no_cache;                      /* no credential cache on disk */
	/* Its deadline limits reading files and asking the instance metadata service, which gives
	 * the region if nothing else does. Its retry and ca_file (set from the files) and its skew
	 * are not read. NULL: the service is not asked. */
	const struct aws_run *run;
};

struct session {
	struct profile_set *profiles;
	struct region region;
	struct endpoint endpoints[ENDPOINT_DATA_SERVICES];
	char *ca_file; /* NULL: the default trust store */
	const char *ca_source;
	struct aws_run run;                 /* that of the options, with ca_file and retry set;
					       the deadline is that of session_open */
	struct buf metadata_token;          /* the run's, of instance metadata; s must not move */
	const char *role_arn, *external_id; /* as in the options */
	bool no_cache;
};

/* Resolves everything, without network access except for the region as above. s is set in any case;
 * free it with session_free. 0, or -1 with ERR_CONFIG, ERR_USAGE (-r contradicts the ARN),
 * ERR_DEADLINE (the message follows "timed out, ") or ERR_MEMORY. */
int session_open(const struct session_options *options, struct session *s, struct err *e);
void session_free(struct session *s);

/* Appends the proxy that the environment names, without user and password: "HOST:PORT (VARIABLE)",
 * or "none". */
void session_describe_proxy(const struct session *s, struct buf *out);

/* Appends the -vv lines: profile and files, region, endpoints, trust store, each with its source.
 */
void session_describe(const struct session *s, struct buf *out);

#endif
