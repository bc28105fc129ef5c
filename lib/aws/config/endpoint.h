/* The endpoint of each AWS service. */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include "aws/config/profile.h"
#include "aws/config/region.h"
#include "aws/http/url.h"
#include "base/err.h"

#include <stdbool.h>

/* The services that hold the data come first: every run calls them. */
enum endpoint_service {
	ENDPOINT_ECS,
	ENDPOINT_CLOUDWATCH,
	ENDPOINT_STS,
	ENDPOINT_SSO,
	ENDPOINT_SSO_OIDC
};
enum { ENDPOINT_DATA_SERVICES = 2, ENDPOINT_SERVICES = 5 };

struct endpoint {
	char *url;
	struct http_url parts;
	const char *signing_name; /* "ecs", "monitoring", "sts" */
	/* The requested region, but us-east-1 for STS's global endpoint, and the host's own region
	 * where a custom URL names an STS endpoint of AWS's. */
	char signing_region[REGION_MAX_BYTES];
	const char *source; /* static text, for -vv */
	bool is_custom;
};

/* Resolves a service's endpoint. The first of these wins: option (NULL: none); unless
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or its profile key is true, AWS_ENDPOINT_URL_<SERVICE>,
 * AWS_ENDPOINT_URL, the profile's [services], the profile's endpoint_url; else the partition's URL
 * pattern. The pattern follows the FIPS and dual-stack settings of environment or profile. STS has
 * its global endpoint in region "aws-global" and where AWS_STS_REGIONAL_ENDPOINTS
 * (sts_regional_endpoints in the profile) is "legacy" (botocore: endpoint rule sets, args.py). out
 * is set in any case; free it with endpoint_free. 0, or -1 with ERR_CONFIG (bad URL, FIPS together
 * with a custom endpoint, a word other than regional or legacy) or ERR_MEMORY. */
int endpoint_resolve(enum endpoint_service service, const struct region *region, const char *option,
	const struct profile_set *profiles, struct endpoint *out, struct err *e);
void endpoint_free(struct endpoint *ep);

#endif
