/* The job and the cluster the user chose, and how to reach AWS: plain values, as given. */
#ifndef MODEL_CHOICE_H
#define MODEL_CHOICE_H

#include <stdbool.h>

enum { CHOICE_FIELD_BYTES = 64 };

/* What a run does. */
enum job {
	JOB_CHECK,
	JOB_DISCOVER, /* lists the services for other programs */
	JOB_BACKTEST  /* judges the past */
};

/* The forms of such a list, as --discover names them. */
enum discovery_format { DISCOVERY_NAMES, DISCOVERY_JSON, DISCOVERY_ICINGA2 };

/* All strings are borrowed; NULL if the option was not given. A private value came from a file: a
 * message that rejects it does not quote it. */
struct choice {
	enum job job;
	enum discovery_format discovery; /* for JOB_DISCOVER */
	const char *cluster;             /* name or ARN; NULL: find it */
	const char *cluster_name;        /* its name; NULL likewise */
	/* Fields of the cluster's ARN; "" if a name was given. */
	char cluster_region[CHOICE_FIELD_BYTES], cluster_account[CHOICE_FIELD_BYTES];
	const char *profile, *region;
	const char *role_arn, *external_id; /* of the role to assume last */
	const char *endpoint_url;           /* for ECS and CloudWatch */
	const char *ca_bundle;              /* path of a PEM file */
	bool profile_is_private, region_is_private, ca_bundle_is_private;
	bool no_cache; /* no credential cache on disk */
	int timeout_s; /* for the whole run */
};

#endif
