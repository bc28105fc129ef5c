/* Region names and the AWS partitions they belong to. */
#ifndef AWS_REGION_H
#define AWS_REGION_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>

enum { REGION_MAX_BYTES = 64 };

/* A region's name for signing, whether it was given as a FIPS region, and where it was found. */
struct region {
	char name[REGION_MAX_BYTES];
	bool fips;
	const char *source; /* static text, for -vv */
};

/* The source of a region given on the command line. */
extern const char region_option[];

/* Sets out from a region's name: "fips-REGION" and "REGION-fips" become REGION with fips set. 0, or
 * -1 with ERR_CONFIG that names the source. The message quotes the name only if the source is
 * region_option. */
int region_set(struct region *out, const char *name, const char *source, struct err *e);

/* Rejects what AWS spells like a region but no call can be sent to: an availability zone
 * ("eu-west-1a"), a name without its number ("eu-west"), capital letters ("EU-WEST-1"), a
 * partition's pseudo region ("aws-global", which only botocore's endpoint rules know). For the
 * region that serves a run. 0, or -1 with ERR_CONFIG as above. */
int region_check(const struct region *r, struct err *e);

/* The names of the known regions, sorted, separated by single blanks (botocore's partitions.json,
 * without the isolated partitions). */
extern const char region_names[];

/* Appends the known regions nearest to this name to the message in e, unless the name is a known
 * region. Other regions may exist, so use it only for a name that did not work. Returns -1. */
int region_suggest(const char *name, struct err *e);

/* Resolves the region: option (NULL: none), AWS_REGION, AWS_DEFAULT_REGION, the profile's "region"
 * (the AWS CLI v2's order; its last source, IMDS, is left to the session). 0, or -1 with ERR_CONFIG
 * that says how to give one; out->source is then NULL if no source names a region. */
int region_resolve(const char *option, const struct profile_set *profiles, struct region *out,
	struct err *e);

struct partition {
	const char *id; /* "aws", "aws-cn", ... */
	/* A region is one of these words, "-", word characters, "-", digits. */
	const char *prefixes;
	const char *dns_suffix, *dual_stack_suffix; /* of host names */
};

/* The region's partition, and that partition's id; an unknown region belongs to "aws". Static. */
const struct partition *partition_find(const char *region);
const char *partition_of(const char *region);

#endif
