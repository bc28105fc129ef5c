/* What a run needs to talk to AWS before the first request: profile, region, endpoints, trust
 * store, retry figures; and where each came from. */
#ifndef AWS_SESSION_H
#define AWS_SESSION_H

#include "aws/config/endpoint.h"
#include "aws/config/profile.h"
#include "aws/call/run.h"
#include "base/buf.h"

/* As given by option; NULL where not. Borrowed. A value that is private came from a file: a message
 * that does not understand it does not quote it. */
struct session_options {
	bool profile_is_private, region_is_private, ca_bundle_is_private;
	const char *profile;
	const char *region;
	const char *arn_region; /* the region of an ARN that the run is about: beats environment and
				   profile, must not differ from region */
	const char *endpoint_url;
	const char *ca_bundle;
	const char *role_arn, *external_id; /* of a role to assume last */
	bool no_cache;                      /* no credential cache on disk */
	/* Within its deadline files are waited for, and the instance metadata service, which is
	 * asked for the region where nothing names one. What comes out of the files (retry,
	 * ca_file) and the skew are not looked at. NULL: nobody is asked. */
	const struct aws_run *run;
};

struct session {
	struct profile_set *profiles;
	struct region region;
	struct endpoint endpoints[ENDPOINT_DATA_SERVICES];
	char *ca_file; /* NULL: the default trust store */
	const char *ca_source;
	struct aws_run run;                 /* the one of the options, with ca_file and retry set */
	const char *role_arn, *external_id; /* as in the options */
	bool no_cache;
};

/* Resolves everything; without network, but for the region as said above. s is set in any case;
 * free it with session_free. 0, or -1 with ERR_CONFIG, ERR_USAGE (-r against the ARN), ERR_DEADLINE
 * (the message goes on after "timed out, ") or ERR_MEMORY. */
int session_open(const struct session_options *options, struct session *s, struct err *e);
void session_free(struct session *s);

/* Appends the -vv lines: profile and files, region, endpoints, trust store, each with its source.
 */
void session_describe(const struct session *s, struct buf *out);

#endif
