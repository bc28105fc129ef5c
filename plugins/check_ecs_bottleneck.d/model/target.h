/* The one cluster that a run is about. */
#ifndef TARGET_H
#define TARGET_H

enum { TARGET_ACCOUNT_BYTES = 64, TARGET_HOST_BYTES = 128 };

struct target {
	char *cluster; /* what the ECS calls get: the ARN if there is one, so that a cluster of that
			  name in another account is never taken for it */
	char *name;    /* what CloudWatch and people call it */
	char account[TARGET_ACCOUNT_BYTES];   /* "" while unknown */
	const char *region;                   /* borrowed */
	char console_host[TARGET_HOST_BYTES]; /* of the AWS console for the region; "": not known */
};

#endif
