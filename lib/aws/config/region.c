#include "config.h"

#include "aws/config/region.h"

#include "aws/config/setting.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/ini.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SHOWN_BYTES = 2048 };

/* --- partitions (from where the regions below are) --- */

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

static bool has_region(const struct partition *p, const char *region) {
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

const struct partition *partition_find(const char *region) {
	for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
		if (has_region(&partitions[i], region))
			return &partitions[i];
	return &partitions[0];
}

const char *partition_of(const char *region) {
	return partition_find(region)->id;
}

/* --- region --- */

/* The only list of regions: @aws-sdk/core 3.981.2 of 2026-11-24, whose partitions are those of
 * botocore's data/partitions.json; without the isolated partitions. It only serves suggestions: any
 * name that is formed like a region is taken. */
const char region_names[] =
	"af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
	"ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
	"ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 "
	"eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 "
	"eusc-de-east-1 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 "
	"sa-west-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

int region_suggest(const char *name, struct err *e) {
	return nearest_explain_word(name, strlen(name), region_names, e);
}

/* A host label: up to 63 letters, digits and dashes, no dash at either end, not only digits. */
static bool is_region(const char *s, size_t n) {
	size_t digits = 0;
	for (size_t i = 0; i < n; i++) {
		if (!text_is_alnum(s[i]) && s[i] != '-')
			return false;
		digits += s[i] >= '0' && s[i] <= '9';
	}
	return n > 0 && n < REGION_MAX_BYTES && s[0] != '-' && s[n - 1] != '-' && digits < n;
}

const char region_option[] = "--region";

/* Only a command-line value is quoted: one from a file or the environment may be a misplaced
 * secret. */
static int refuse(const char *name, const char *source, const char *why, struct err *e) {
	struct buf shown;
	buf_init(&shown, MAX_SHOWN_BYTES);
	if (source == region_option) {
		buf_adds(&shown, "'");
		text_add_clean(&shown, name, REGION_MAX_BYTES);
		buf_adds(&shown, "' from ");
	} else {
		buf_adds(&shown, "the value of ");
	}
	(void)err_set(e, ERR_CONFIG, "%s%s is %s", buf_str(&shown), source, why);
	buf_free(&shown);
	return -1;
}

static int not_a_region(const char *name, const char *source, struct err *e) {
	char why[160];
	const char *inner = name;
	size_t n = strlen(name);
	(void)snprintf(why, sizeof why, "not a valid region name; %s",
		ini_advice(name, "write one such as eu-west-1"));
	(void)refuse(name, source, why, e);
	ini_trim(&inner, &n);
	return nearest_explain_word(inner, n, region_names, e);
}

/* Whether a partition has regions that look like this name. */
static bool is_of_partition(const char *name) {
	for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
		if (has_region(&partitions[i], name))
			return true;
	return false;
}

/* Whether only the number at the end is missing ("eu-central"). */
static bool lacks_number(const char *name) {
	char longer[REGION_MAX_BYTES + 2];
	(void)snprintf(longer, sizeof longer, "%s-1", name);
	return is_of_partition(longer);
}

int region_check(const struct region *r, struct err *e) {
	char name[REGION_MAX_BYTES];
	size_t n = strlen(r->name);
	bool is_lower = true;
	for (size_t i = 0; i <= n; i++) {
		name[i] = text_lower(r->name[i]);
		is_lower = is_lower && name[i] == r->name[i];
	}
	if (is_of_partition(name) && strstr(name, "-global"))
		return refuse(r->name, r->source,
			"not a region but stands for services without one; write one such as eu-west-1",
			e);
	/* No region has capitals, a known one or not. */
	if (!is_lower && strchr(name, '-'))
		return refuse(r->name, r->source,
			"not a valid region name; write it in small letters, as in eu-west-1", e);
	if (!is_lower)
		return not_a_region(r->name, r->source, e);
	if (lacks_number(name)) {
		(void)refuse(r->name, r->source,
			"not a valid region name; write it with its number, as in eu-west-1", e);
		return nearest_explain_word(name, n, region_names, e);
	}
	bool ends_in_letter = n > 1 && name[n - 1] >= 'a' && name[n - 1] <= 'z';
	if (ends_in_letter)
		name[n - 1] = '\0';
	if (ends_in_letter && is_of_partition(name))
		return refuse(r->name, r->source,
			"an availability zone, not a region; leave out the letter at its end", e);
	return 0;
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
	const char *first = env_get("AWS_REGION");
	if (first)
		return region_set(out, first, "AWS_REGION", e);
	const struct setting found = setting_find(profiles, "AWS_DEFAULT_REGION", "region");
	if (found.value)
		return region_set(out, found.value,
			found.variable ? found.variable : "region in the profile", e);
	(void)err_set(e, ERR_CONFIG,
		"no region: give -r REGION, or set AWS_REGION, or region in profile '%s' of %s",
		profile_name(profiles),
		*profile_path(profiles, PROFILE_CONFIG) ? profile_path(profiles, PROFILE_CONFIG)
							: "the AWS config file (HOME is not set)");
	profile_explain_heading(profiles, e);
	return -1;
}
