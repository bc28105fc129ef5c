/* The cluster that a run checks. */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include <stddef.h>

enum { TARGET_ACCOUNT_BYTES = 64, TARGET_HOST_BYTES = 128, TARGET_MAX_CHOICES = 1000 };

struct target {
	char *cluster; /* the value for ECS calls: the ARN if known, so that a cluster of the same
			  name in another account is never used instead */
	char *name;    /* the name for CloudWatch and for output */
	char account[TARGET_ACCOUNT_BYTES]; /* "" while unknown */
	const char *region;                 /* borrowed */
	char **choices;      /* if none was named and there are several: their names, clean and
				sorted; else NULL */
	size_t choice_count; /* at most TARGET_MAX_CHOICES */
	char console_host[TARGET_HOST_BYTES]; /* of the AWS console for the region; "": unknown */
};

#endif
