#include "config.h"

#include "aws/config/endpoint.h"

#include "aws/config/setting.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/ini.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_URL_BYTES = 2048 };

static const char sts_global_region[] = "us-east-1";

static const struct {
	const char *prefix, *signing_name, *variable, *profile_service;
} services[ENDPOINT_SERVICES] = {
	[ENDPOINT_ECS] = {"ecs", "ecs", "AWS_ENDPOINT_URL_ECS", "ecs"},
	[ENDPOINT_CLOUDWATCH] = {"monitoring", "monitoring", "AWS_ENDPOINT_URL_CLOUDWATCH",
		"cloudwatch"},
	[ENDPOINT_STS] = {"sts", "sts", "AWS_ENDPOINT_URL_STS", "sts"},
	[ENDPOINT_SSO] = {"portal.sso", "awsssoportal", "AWS_ENDPOINT_URL_SSO", "sso"},
	[ENDPOINT_SSO_OIDC] = {"oidc", "sso-oauth", "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"},
};

/* Only the word "true" turns the setting on. The environment takes precedence over the profile. */
static bool is_on(const char *variable, const struct profile_set *profiles, const char *key) {
	return text_is_word(setting_find(profiles, variable, key).value, "true");
}

/* Sets *url to the configured URL (allocated), or to NULL when there is none. */
static int find_custom_url(enum endpoint_service service, const char *option,
	const struct profile_set *profiles, char **url, const char **source, struct err *e) {
	const char *variable = services[service].variable;
	struct setting found = {.value = option, .variable = "--endpoint-url"};
	*url = NULL;
	if (!option) {
		if (is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profiles,
			    "ignore_configured_endpoint_urls"))
			return 0;
		found = (struct setting){.value = env_get(variable), .variable = variable};
	}
	if (!found.value)
		found = setting_find(profiles, "AWS_ENDPOINT_URL", "endpoint_url");
	*source = found.variable;
	if (!found.variable) {
		*source = "the profile's [services] section";
		if (profile_get_service(profiles, services[service].profile_service, "endpoint_url",
			    url, e))
			return -1;
		if (*url)
			return 0;
		*source = "the profile's endpoint_url";
	}
	if (!found.value)
		return 0;
	*url = text_dup(found.value, strlen(found.value));
	return *url ? 0 : err_no_memory(e);
}

/* Whether the service's plain host names in this partition are FIPS endpoints. */
static bool is_fips_by_itself(enum endpoint_service service, const struct partition *p,
	bool dual_stack) {
	if (strcmp(p->id, "aws-us-gov") != 0 || service == ENDPOINT_ECS)
		return false;
	return service == ENDPOINT_CLOUDWATCH || !dual_stack;
}

/* https://PREFIX[-fips].REGION.SUFFIX, with the exceptions in the services' endpoint rule sets. */
static char *build_url(enum endpoint_service service, const char *region, bool fips,
	bool dual_stack) {
	const struct partition *p = partition_find(region);
	if (is_fips_by_itself(service, p, dual_stack))
		fips = false;
	struct buf url;
	buf_init(&url, MAX_URL_BYTES);
	buf_addf(&url, "https://%s%s.%s.%s", services[service].prefix, fips ? "-fips" : "", region,
		dual_stack ? p->dual_stack_suffix : p->dns_suffix);
	char *text = buf_take(&url);
	buf_free(&url);
	return text;
}

/* The regions that STS serves from its global endpoint in legacy mode (botocore: args.py). */
static bool is_legacy_global(const char *region) {
	static const char *const regions[] = {"ap-northeast-1", "ap-south-1", "ap-southeast-1",
		"ap-southeast-2", "aws-global", "ca-central-1", "eu-central-1", "eu-north-1",
		"eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
		"us-west-1", "us-west-2"};
	for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
		if (strcmp(region, regions[i]) == 0)
			return true;
	return false;
}

/* Sets *global: STS's global endpoint is used in "aws-global", and in legacy mode for the regions
 * above. FIPS and dual-stack endpoints are always regional. */
static int sts_is_global(const char *region, const struct profile_set *profiles, bool *global,
	struct err *e) {
	const struct setting found = setting_find(profiles, "AWS_STS_REGIONAL_ENDPOINTS",
		"sts_regional_endpoints");
	const char *mode = found.value;
	bool legacy = mode && strcmp(mode, "legacy") == 0;
	if (mode && !legacy && strcmp(mode, "regional") != 0) {
		(void)err_set(e, ERR_CONFIG,
			"AWS_STS_REGIONAL_ENDPOINTS (or sts_regional_endpoints in the profile) must be regional or legacy");
		(void)ini_explain(mode, NULL, e);
		return -1;
	}
	*global = strcmp(region, "aws-global") == 0 || (legacy && is_legacy_global(region));
	return 0;
}

/* Sets the endpoint from the partition's URL pattern. */
static int set_standard_url(enum endpoint_service service, const struct region *region, bool fips,
	const struct profile_set *profiles, struct endpoint *out, struct err *e) {
	static const char sts_global_url[] = "https://sts.amazonaws.com";
	bool dual_stack = is_on("AWS_USE_DUALSTACK_ENDPOINT", profiles, "use_dualstack_endpoint");
	bool global = false;
	if (service == ENDPOINT_STS && sts_is_global(region->name, profiles, &global, e))
		return -1;
	if (global && !fips && !dual_stack) {
		out->source = "STS's global endpoint";
		out->url = text_dup(sts_global_url, sizeof sts_global_url - 1);
		memcpy(out->signing_region, sts_global_region, sizeof sts_global_region);
	} else {
		out->source = "region";
		out->url = build_url(service, region->name, fips, dual_stack);
	}
	return out->url ? 0 : err_no_memory(e);
}

/* Whether text is one of the partition's suffixes, or that of a VPC endpoint. */
static bool is_suffix_of(const struct partition *p, const char *text) {
	if (text_starts_with(text, "vpce."))
		return strcmp(text + strlen("vpce."), p->dns_suffix) == 0;
	return strcmp(text, p->dns_suffix) == 0 || strcmp(text, p->dual_stack_suffix) == 0;
}

/* For an STS endpoint of AWS's, sets the region that it signs for from its host:
 * [VPCE.]sts[-fips].REGION.SUFFIX, or sts.amazonaws.com. Another host leaves it. */
static void sign_for_host(struct endpoint *out) {
	char host[256];
	size_t n = strcspn(out->parts.host_header, ":");
	if (n >= sizeof host)
		return;
	memcpy(host, out->parts.host_header, n);
	host[n] = '\0';
	if (strcmp(host, "sts.amazonaws.com") == 0) {
		memcpy(out->signing_region, sts_global_region, sizeof sts_global_region);
		return;
	}
	char *at = text_starts_with(host, "vpce-") ? strchr(host, '.') : NULL;
	at = at ? at + 1 : host;
	char *region = strchr(at, '.');
	char *suffix = region ? strchr(region + 1, '.') : NULL;
	if (!suffix)
		return;
	*region++ = '\0';
	*suffix++ = '\0';
	bool is_sts = strcmp(at, "sts") == 0 || strcmp(at, "sts-fips") == 0;
	if (is_sts && strlen(region) < sizeof out->signing_region &&
		is_suffix_of(partition_find(region), suffix))
		memcpy(out->signing_region, region, strlen(region) + 1);
}

int endpoint_resolve(enum endpoint_service service, const struct region *region, const char *option,
	const struct profile_set *profiles, struct endpoint *out, struct err *e) {
	bool fips = region->fips || is_on("AWS_USE_FIPS_ENDPOINT", profiles, "use_fips_endpoint");
	*out = (struct endpoint){.signing_name = services[service].signing_name};
	memcpy(out->signing_region, region->name, sizeof out->signing_region);
	if (find_custom_url(service, option, profiles, &out->url, &out->source, e))
		return -1;
	out->is_custom = out->url != NULL;
	if (out->is_custom && fips)
		return err_set(e, ERR_CONFIG,
			"FIPS endpoints are switched on, but %s names a custom endpoint: remove one of the two",
			out->source);
	if (!out->is_custom && set_standard_url(service, region, fips, profiles, out, e))
		return -1;
	if (http_url_split(out->url, &out->parts, e)) {
		err_prefix(e, "%s", out->source);
		(void)ini_explain(out->url, NULL, e);
		e->code = e->code == ERR_SYNTAX ? ERR_CONFIG : e->code;
		return -1;
	}
	if (out->is_custom && service == ENDPOINT_STS)
		sign_for_host(out);
	return 0;
}

void endpoint_free(struct endpoint *ep) {
	free(ep->url);
	http_url_free(&ep->parts);
	*ep = (struct endpoint){0};
}
