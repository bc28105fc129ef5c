/* Who we are to AWS: one set of credentials, found by a chain of providers in the AWS CLI's order.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "aws/call/keys.h"
#include "aws/config/endpoint.h"
#include "aws/http/http.h"
#include "aws/config/profile.h"
#include "aws/call/run.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/file.h"
#include "base/time.h"

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* What a provider may look at, and what bounds it if it has to wait. All borrowed. */
struct credentials_context {
	const struct profile_set *profiles; /* its chosen profile is the one to sign in with */
	/* The run's own profile, for endpoints and retries: the same, but while a source_profile is
	 * followed. Then is_source is set: environment variables do not count. */
	const struct profile_set *settings;
	bool is_source;
	const struct region *region;        /* where STS is asked; NULL: not known yet */
	const char *role_arn, *external_id; /* of the command line: assumed last; or NULL */
	bool no_cache;                      /* no credential cache on disk */
	/* NULL, or keys that no cache may give again. */
	const struct spent_key *spent;
	/* NULL, or gets the key whose AssumeRole was refused, where another one of its source may
	 * be accepted. */
	struct spent_key *refused;
	struct aws_run run;
};

enum credentials_outcome {
	CREDENTIALS_FOUND,
	CREDENTIALS_NOT_CONFIGURED, /* the chain goes on; err holds the reason in a few words */
	CREDENTIALS_FAILED /* configured but broken: the search ends with its reason in err */
};

/* One way to get credentials. Runs synchronously, between turns of the client's loop. */
struct credentials_provider {
	const char *name; /* as shown to the administrator */
	enum credentials_outcome (
		*fetch)(const struct credentials_context *context, struct keys *out, struct err *e);
};

/* The providers, one file each. */
extern const struct credentials_provider credentials_environment;
extern const struct credentials_provider credentials_role;
extern const struct credentials_provider credentials_web_identity;
extern const struct credentials_provider credentials_sso;
extern const struct credentials_provider credentials_shared_file;
extern const struct credentials_provider credentials_login;
extern const struct credentials_provider credentials_process;
extern const struct credentials_provider credentials_config_file;
extern const struct credentials_provider credentials_container;
extern const struct credentials_provider credentials_imds;

/* Asks the providers in order; then the role of the command line is assumed, if there is one. When
 * AWS refuses keys that assume a role, all is asked again without them: where it calls them
 * expired, as long as that gives other keys; where it does so for another reason, once for each
 * source, and only if they come from a cache. 0 with *out filled; -1 with ERR_CREDENTIALS (or what
 * else the failing provider met): its reason, or the list of places that were tried; -1 with
 * ERR_DEADLINE when the time was over meanwhile: then the message goes on after "timed out, ". */
int credentials_resolve(const struct credentials_context *context, struct keys *out, struct err *e);

/* Puts keys of the role context->role_arn (with context->external_id) in the place of c, which
 * assumes it. 0, or -1 (c is empty then) with what STS or its endpoint met; the message begins with
 * "--role-arn". */
int credentials_assume_last(const struct credentials_context *context, struct keys *c,
	struct err *e);

/* Shared by the two file providers: static keys of the chosen profile in one file. */
enum credentials_outcome credentials_from_profile(const struct profile_set *profiles,
	enum profile_file file, struct keys *out, struct err *e);

/* Where container credentials come from: relative_uri (NULL or empty: unset) below
 * http://169.254.170.2, else full_uri: https to any host, http only to loopback addresses,
 * localhost, 169.254.170.2, 169.254.170.23 and fd00:ec2::23, spelt so (botocore: utils.py
 * ContainerMetadataFetcher). Appends the URL to out and sets *origin (free it with http_url_free in
 * any case; its path is without a query). 0, or -1 with ERR_CREDENTIALS or ERR_MEMORY. */
int credentials_container_url(const char *relative_uri, const char *full_uri, struct buf *out,
	struct http_url *origin, struct err *e);

#endif
