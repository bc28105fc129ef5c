/* A provider: one way to get keys. What each may look at, and what it answers. Providers do not
 * know each other; the chain (chain.h) knows them all.
 */
#ifndef AWS_PROVIDER_H
#define AWS_PROVIDER_H

#include "aws/call/keys.h"
#include "aws/call/run.h"
#include "aws/config/endpoint.h"
#include "aws/config/profile.h"
#include "aws/config/role_chain.h"
#include "base/buf.h"
#include "base/err.h"

struct provider;

/* What a provider may look at, and what bounds it if it has to wait. All borrowed. */
struct provider_context {
	const struct profile_set *profiles; /* its chosen profile is the one to sign in with */
	/* The run's own profile, for endpoints: the same, but while a source_profile is followed.
	 * Then is_source is set: environment variables do not count. */
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
	/* Which provider has the keys that the first role of a profile is assumed with. Set by
	 * chain_resolve. */
	const struct provider *(*provider_of_base)(enum role_base base);
	struct aws_run run;
};

enum provider_outcome {
	PROVIDER_FOUND,
	PROVIDER_NOT_CONFIGURED, /* the chain goes on; err holds the reason in a few words */
	PROVIDER_FAILED          /* configured but broken: the search ends with its reason in err */
};

/* Runs synchronously, between turns of the client's loop. */
struct provider {
	const char *name; /* as shown to the administrator */
	/* Fills out (keys_free it), which is empty before. Sets out->provider only where that is
	 * another name than its own. */
	enum provider_outcome (
		*fetch)(const struct provider_context *context, struct keys *out, struct err *e);
};

/* The providers, each in the file of its name; the three of the profile's own keys are in one. Used
 * by chain.c and by tests. */
extern const struct provider provider_environment;
extern const struct provider provider_role;
extern const struct provider provider_web_identity;
extern const struct provider provider_sso;
extern const struct provider provider_shared_file;
extern const struct provider provider_login;
extern const struct provider provider_process;
extern const struct provider provider_config_file;
extern const struct provider provider_container;
extern const struct provider provider_imds;
/* Not in the chain: the keys of the shared credentials file, else those of the config file. */
extern const struct provider provider_profile;

/* Puts keys of the role context->role_arn (with context->external_id) in the place of k, which
 * assumes it. 0, or -1 (k is empty then) with what STS or its endpoint met; the message begins with
 * "--role-arn". */
int provider_role_assume_last(const struct provider_context *context, struct keys *k,
	struct err *e);

/* Where container credentials come from: relative_uri (NULL or empty: unset) below
 * http://169.254.170.2, else full_uri: https to any host, http only to loopback addresses,
 * localhost, 169.254.170.2, 169.254.170.23 and fd00:ec2::23, spelt so (botocore: utils.py
 * ContainerMetadataFetcher). Appends the URL to out and sets *origin (free it with http_url_free in
 * any case; its path is without a query). 0, or -1 with ERR_CREDENTIALS or ERR_MEMORY. Public for
 * the tests. */
int provider_container_url(const char *relative_uri, const char *full_uri, struct buf *out,
	struct http_url *origin, struct err *e);

#endif
