/* Where the calls go: the endpoint of a service. */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include "aws/config/profile.h"
#include "aws/config/region.h"
#include "aws/http/url.h"
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
enum { ENDPOINT_DATA_SERVICES = 2, ENDPOINT_SERVICES = 5 };

struct endpoint {
	char *url; /* what to send to */
	struct http_url parts;
	const char *signing_name; /* "ecs", "monitoring", "sts" */
	/* The region to sign for: the one asked for, but us-east-1 at STS's global endpoint. */
	char signing_region[REGION_MAX_BYTES];
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
