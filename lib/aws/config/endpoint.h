/* Where the calls go: region names, AWS partitions and the endpoint of a service. */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include "aws/http/http.h"
#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>

/* Those that hold the data come first: every run asks them. */
enum endpoint_service {
	ENDPOINT_ECS,
	ENDPOINT_CLOUDWATCH,
	ENDPOINT_STS,
	ENDPOINT_SSO,
	ENDPOINT_SSO_OIDC
};
enum { ENDPOINT_DATA_SERVICES = 2, ENDPOINT_SERVICES = 5, ENDPOINT_MOST_REGION_BYTES = 64 };

/* A region as it signs, whether its name asked for FIPS, and where it was found. */
struct region {
	char name[ENDPOINT_MOST_REGION_BYTES];
	bool fips;
	const char *source; /* static text, for -vv */
};

/* The source of a region that the command line gives. */
extern const char region_option[];

/* Takes a region's name: "fips-REGION" and "REGION-fips" become REGION with fips set. 0, or -1 with
 * ERR_CONFIG naming the source, and the name where that is region_option. */
int region_set(struct region *out, const char *name, const char *source, struct err *e);

/* Puts the known regions that are nearest to this name behind the message in e, unless it is one of
 * them itself. Others may exist: only for a name that was found not to work. Returns -1. */
int region_suggest(const char *name, struct err *e);

/* The region: option (NULL: none), AWS_REGION, AWS_DEFAULT_REGION, the profile's "region" (the AWS
 * CLI v2's order; IMDS, its last source, is left to the session). 0, or -1 with ERR_CONFIG that
 * says how to give one; out->source is NULL then if nothing names a region. */
int region_resolve(const char *option, const struct profile_set *profiles, struct region *out,
	struct err *e);

/* The id of the partition a region belongs to ("aws", "aws-cn", ...); unknown names count as "aws".
 */
const char *partition_of(const char *region);

struct endpoint {
	char *url; /* what to send to */
	struct http_url parts;
	const char *signing_name; /* "ecs", "monitoring", "sts" */
	/* The region to sign for: the one asked for, but us-east-1 at STS's global endpoint. */
	char signing_region[ENDPOINT_MOST_REGION_BYTES];
	const char *source; /* static text, for -vv */
	bool is_custom;
};

/* The endpoint of a service, first hit wins: option (NULL: none); unless
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or its profile key is true: AWS_ENDPOINT_URL_<SERVICE>,
 * AWS_ENDPOINT_URL, the profile's [services], the profile's endpoint_url; else the partition's
 * formula, with FIPS and dual-stack as switched by environment or profile, and STS's global
 * endpoint in region "aws-global" or where AWS_STS_REGIONAL_ENDPOINTS (sts_regional_endpoints in
 * the profile) is "legacy" (botocore: endpoint rule sets, args.py). out is set in any case;
 * free it with endpoint_free. 0, or -1 with ERR_CONFIG (bad URL, FIPS together with a custom
 * endpoint, another word than regional or legacy) or ERR_MEMORY. */
int endpoint_resolve(enum endpoint_service service, const struct region *region, const char *option,
	const struct profile_set *profiles, struct endpoint *out, struct err *e);
void endpoint_free(struct endpoint *ep);

#endif
