/* Names of regions, and the AWS partition that each belongs to. */
#ifndef AWS_REGION_H
#define AWS_REGION_H

#include "aws/config/profile.h"
#include "base/err.h"

#include <stdbool.h>

enum { REGION_MAX_BYTES = 64 };

/* A region as it signs, whether its name asked for FIPS, and where it was found. */
struct region {
	char name[REGION_MAX_BYTES];
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

struct partition {
	const char *id;       /* "aws", "aws-cn", ... */
	const char *prefixes; /* a region of the partition is one of these words, "-", letters, "-",
				 digits */
	const char *dns_suffix, *dual_stack_suffix; /* of the names of its hosts */
};

/* The partition a region belongs to, and its id; unknown names count as "aws". Static. */
const struct partition *partition_find(const char *region);
const char *partition_of(const char *region);

#endif
