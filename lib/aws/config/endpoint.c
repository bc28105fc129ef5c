#include "config.h"

#include "aws/config/endpoint.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_URL_BYTES = 2048 };

/* --- partitions (botocore: data/partitions.json) --- */

struct partition {
	const char *id;
	const char *prefixes; /* a region of the partition is one of these words, "-", letters, "-",
				 digits */
	const char *dns_suffix, *dual_stack_suffix;
};

static const struct partition partitions[] = {
	{"aws", "us eu ap sa ca me af il mx", "amazonaws.com", "api.aws"},
	{"aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{"aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"},
	{"aws-us-gov", "us-gov", "amazonaws.com", "api.aws"},
	{"aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"},
	{"aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"},
	{"aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{"aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

/* Whether s is LETTERS-DIGITS ("west-1"): letters, digits and "_" before the dash. */
static bool is_place(const char *s) {
	const char *dash = strchr(s, '-');
	if (!dash || dash == s || !dash[1])
		return false;
	for (const char *c = s; c < dash; c++)
		if (!text_is_alnum(*c) && *c != '_')
			return false;
	return dash[1 + strspn(dash + 1, "0123456789")] == '\0';
}

static bool matches(const struct partition *p, const char *region) {
	for (const char *word = p->prefixes; *word;) {
		size_t n = strcspn(word, " ");
		if (strncmp(region, word, n) == 0 && region[n] == '-' && is_place(region + n + 1))
			return true;
		word += n + (word[n] == ' ');
	}
	/* Each partition also lists a pseudo region, e.g. "aws-cn-global". */
	size_t id_len = strlen(p->id);
	return strncmp(region, p->id, id_len) == 0 && strcmp(region + id_len, "-global") == 0;
}

static const struct partition *find_partition(const char *region) {
	for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
		if (matches(&partitions[i], region))
			return &partitions[i];
	return &partitions[0];
}

const char *partition_of(const char *region) {
	return find_partition(region)->id;
}

/* --- region --- */

/* botocore: data/partitions.json, without the isolated partitions. */
static const char known_regions[] =
	"af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
	"ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
	"ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 "
	"eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 "
	"eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 "
	"us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

int region_suggest(const char *name, struct err *e) {
	return nearest_explain_word(name, strlen(name), known_regions, e);
}

/* A host label: up to 63 letters, digits and dashes, no dash at either end, not only digits. */
static bool is_region(const char *s, size_t n) {
	size_t digits = 0;
	for (size_t i = 0; i < n; i++) {
		if (!text_is_alnum(s[i]) && s[i] != '-')
			return false;
		digits += s[i] >= '0' && s[i] <= '9';
	}
	return n > 0 && n < ENDPOINT_MOST_REGION_BYTES && s[0] != '-' && s[n - 1] != '-' &&
		digits < n;
}

const char region_option[] = "--region";

/* Only the command line is quoted: a value of a file or of the environment may be a secret that
 * strayed. */
static int not_a_region(const char *name, const char *source, struct err *e) {
	struct buf shown;
	buf_init(&shown, MOST_URL_BYTES);
	if (source == region_option) {
		buf_adds(&shown, "'");
		text_add_clean(&shown, name, ENDPOINT_MOST_REGION_BYTES);
		buf_adds(&shown, "' from ");
	} else {
		buf_adds(&shown, "the value of ");
	}
	(void)err_set(e, ERR_CONFIG, "%s%s is no region (they look like eu-west-1)",
		buf_str(&shown), source);
	buf_free(&shown);
	return region_suggest(name, e);
}

int region_set(struct region *out, const char *name, const char *source, struct err *e) {
	static const char prefix[] = "fips-";
	static const char suffix[] = "-fips";
	const size_t affix = sizeof prefix - 1;
	const char *start = name;
	size_t n = strlen(name);
	*out = (struct region){.source = source};
	if (text_starts_with(name, prefix)) {
		out->fips = true;
		start += affix;
		n -= affix;
	} else if (n > affix && strcmp(name + n - affix, suffix) == 0) {
		out->fips = true;
		n -= affix;
	}
	if (!is_region(start, n)) {
		return not_a_region(name, source, e);
	}
	memcpy(out->name, start, n);
	out->name[n] = '\0';
	return 0;
}

int region_resolve(const char *option, const struct profile_set *profiles, struct region *out,
	struct err *e) {
	*out = (struct region){0};
	if (option)
		return region_set(out, option, region_option, e);
	if (env_get("AWS_REGION"))
		return region_set(out, env_get("AWS_REGION"), "AWS_REGION", e);
	if (env_get("AWS_DEFAULT_REGION"))
		return region_set(out, env_get("AWS_DEFAULT_REGION"), "AWS_DEFAULT_REGION", e);
	const char *from_profile = profile_get(profiles, "region");
	if (from_profile)
		return region_set(out, from_profile, "region in the profile", e);
	return err_set(e, ERR_CONFIG,
		"no region: give -r REGION, or set AWS_REGION, or region in profile '%s' of %s",
		profile_name(profiles),
		*profile_path(profiles, PROFILE_CONFIG) ? profile_path(profiles, PROFILE_CONFIG)
							: "the AWS config file (HOME is not set)");
}

/* --- endpoints --- */

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

/* A switch that is on only for the word true; the environment beats the profile. */
static bool is_on(const char *variable, const struct profile_set *profiles, const char *key) {
	const char *value = env_get(variable);
	return text_is_word(value ? value : profile_get(profiles, key), "true");
}

/* The configured URL, allocated, or NULL in *url when there is none. */
static int find_custom_url(enum endpoint_service service, const char *option,
	const struct profile_set *profiles, char **url, const char **source, struct err *e) {
	const char *found = option;
	*url = NULL;
	*source = "--endpoint-url";
	if (!found &&
		is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profiles,
			"ignore_configured_endpoint_urls"))
		return 0;
	if (!found) {
		found = env_get(services[service].variable);
		*source = services[service].variable;
	}
	if (!found) {
		found = env_get("AWS_ENDPOINT_URL");
		*source = "AWS_ENDPOINT_URL";
	}
	if (!found) {
		*source = "the profile's [services] section";
		if (profile_get_service(profiles, services[service].profile_service, "endpoint_url",
			    url, e))
			return -1;
		if (*url)
			return 0;
		found = profile_get(profiles, "endpoint_url");
		*source = "the profile's endpoint_url";
	}
	if (!found)
		return 0;
	*url = text_dup(found, strlen(found));
	return *url ? 0 : err_no_memory(e);
}

/* Whether the service's hosts in this partition are FIPS hosts under their plain names. */
static bool is_fips_by_itself(enum endpoint_service service, const struct partition *p,
	bool dual_stack) {
	if (strcmp(p->id, "aws-us-gov") != 0 || service == ENDPOINT_ECS)
		return false;
	return service == ENDPOINT_CLOUDWATCH || !dual_stack;
}

/* https://PREFIX[-fips].REGION.SUFFIX, with the exceptions of the services' rule sets. */
static char *build_url(enum endpoint_service service, const char *region, bool fips,
	bool dual_stack) {
	const struct partition *p = find_partition(region);
	if (is_fips_by_itself(service, p, dual_stack))
		fips = false;
	struct buf url;
	buf_init(&url, MOST_URL_BYTES);
	buf_addf(&url, "https://%s%s.%s.%s", services[service].prefix, fips ? "-fips" : "", region,
		dual_stack ? p->dual_stack_suffix : p->dns_suffix);
	char *text = buf_take(&url);
	buf_free(&url);
	return text;
}

/* The regions that STS once served from its global endpoint (botocore: args.py). */
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

/* Whether STS is asked in one place for all regions: in "aws-global", and where the old way is
 * asked for. FIPS and dual-stack hosts are regional always. */
static int sts_is_global(const char *region, const struct profile_set *profiles, bool *global,
	struct err *e) {
	const char *mode = env_get("AWS_STS_REGIONAL_ENDPOINTS");
	if (!mode)
		mode = profile_get(profiles, "sts_regional_endpoints");
	bool legacy = mode && strcmp(mode, "legacy") == 0;
	if (mode && !legacy && strcmp(mode, "regional") != 0)
		return err_set(e, ERR_CONFIG,
			"AWS_STS_REGIONAL_ENDPOINTS (or sts_regional_endpoints in the profile) must be regional or legacy");
	*global = strcmp(region, "aws-global") == 0 || (legacy && is_legacy_global(region));
	return 0;
}

/* The endpoint by the partition's formula. */
static int set_standard_url(enum endpoint_service service, const struct region *region, bool fips,
	const struct profile_set *profiles, struct endpoint *out, struct err *e) {
	static const char sts_global_url[] = "https://sts.amazonaws.com";
	static const char sts_global_region[] = "us-east-1";
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
			"FIPS endpoints are asked for, but %s names a custom one: drop one of the two",
			out->source);
	if (!out->is_custom && set_standard_url(service, region, fips, profiles, out, e))
		return -1;
	if (http_url_split(out->url, &out->parts, e)) {
		err_prefix(e, "%s", out->source);
		e->code = e->code == ERR_SYNTAX ? ERR_CONFIG : e->code;
		return -1;
	}
	return 0;
}

void endpoint_free(struct endpoint *ep) {
	free(ep->url);
	http_url_free(&ep->parts);
	*ep = (struct endpoint){0};
}
