/* A provider is one way to get keys: its input and results. Providers do not depend on each other;
 * only the chain (chain.h) knows them all. */
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

/* A provider's input, and its limits on waiting. All borrowed. */
struct provider_context {
	const struct profile_set *profiles; /* the chosen profile is the one to sign in with */
	/* The run's own profile, for endpoints. It differs from profiles only while a
	 * source_profile is followed; then is_source is set and environment variables are
	 * ignored. */
	const struct profile_set *settings;
	bool is_source;
	const struct region *region;        /* of STS; NULL: not known yet */
	const char *role_arn, *external_id; /* from the command line, assumed last; or NULL */
	bool no_cache;                      /* no credential cache on disk */
	/* NULL, or keys that must not be taken from a cache again. */
	const struct spent_key *spent;
	/* NULL, or gets the key whose AssumeRole was refused, if another key of its source may be
	 * accepted. */
	struct spent_key *refused;
	/* The provider of the keys that a profile's first role is assumed with. Set by
	 * chain_resolve. */
	const struct provider *(*provider_of_base)(enum role_base base);
	struct aws_run run;
};

enum provider_outcome {
	PROVIDER_FOUND,
	PROVIDER_NOT_CONFIGURED, /* the chain continues; err holds a short reason */
	PROVIDER_FAILED          /* configured but broken: the search ends; err holds the reason */
};

/* Runs synchronously, between turns of the client's loop. */
struct provider {
	const char *name; /* as shown to the administrator */
	/* Fills out (keys_free it), which must be empty. Sets out->provider only if it differs from
	 * its own name. */
	enum provider_outcome (
		*fetch)(const struct provider_context *context, struct keys *out, struct err *e);
};

/* Each provider is in the file of its name; the three for the profile's own keys share one. Used by
 * chain.c and by tests. */
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

/* Replaces k by keys of the role context->role_arn (with context->external_id), which k assumes. 0,
 * or -1 (k is then empty) with the error of STS or its endpoint; the message begins with
 * "--role-arn". */
int provider_role_assume_last(const struct provider_context *context, struct keys *k,
	struct err *e);

/* Builds the URL of container credentials: relative_uri (NULL or empty: unset) below
 * http://169.254.170.2, else full_uri. full_uri is https to any host, or http to loopback
 * addresses, localhost, 169.254.170.2, 169.254.170.23 and fd00:ec2::23 in this spelling only
 * (botocore: utils.py ContainerMetadataFetcher). Appends the URL to out and sets *origin (free it
 * with http_url_free in any case; its path has no query). 0, or -1 with ERR_CREDENTIALS or
 * ERR_MEMORY. Public for tests only. */
int provider_container_url(const char *relative_uri, const char *full_uri, struct buf *out,
	struct http_url *origin, struct err *e);

#endif
