/* What a probe finds out: which calls of a check AWS answers, and with whose keys. */
#ifndef MODEL_PROBE_H
#define MODEL_PROBE_H

#include "base/err.h"
#include "model/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum probe_api {
	PROBE_LIST_CLUSTERS,
	PROBE_LIST_SERVICES,
	PROBE_GET_METRIC_DATA,
	PROBE_DESCRIBE_SERVICES,
	PROBE_APIS
};

enum probe_result {
	PROBE_NOT_NEEDED, /* a check with these options would not call it */
	PROBE_PENDING,    /* no answer before the end of the run */
	PROBE_PERMITTED,
	PROBE_DENIED, /* AWS does not permit the call */
	PROBE_FAILED  /* there is no answer, or another error */
};

struct probe_call {
	const char *operation;  /* "ListServices" */
	const char *permission; /* "ecs:ListServices" */
	const char *host;       /* borrowed from the session */
	enum probe_result result;
	/* A check works without the permission: it knows less of silent services, or needs -c.
	 * AWS's denial proves keys, network and region. */
	bool is_optional;
	struct err error; /* for PROBE_DENIED and PROBE_FAILED */
};

/* Texts are borrowed but for those in arrays. Free with probe_free. */
struct probe {
	struct probe_call calls[PROBE_APIS];
	/* The first page's; more: there are further ones. */
	size_t clusters, services;
	bool more_clusters, more_services;
	char account[16]; /* "" while unknown */
	enum samples_end end;
	bool time_is_over;     /* no further call is allowed, not even to clean up */
	struct buf end_reason; /* unless end is SAMPLES_WHOLE */
	/* The keys. */
	const char *key_source, *key_role; /* the role's name; "": none, or not known */
	char key_id[16];                   /* "AKIA...MPLE" */
	bool key_is_temporary;
	int64_t key_expires_s; /* 0: never, or not known */
	bool identity_asked;
	char identity[512]; /* STS's ARN of whose keys these are; "": not known */
	struct err identity_error;
	int64_t now_s; /* the corrected time at the end */
	size_t metrics_billed;
	bool clock_is_known;
	int64_t clock_offset_s; /* how far AWS's clock is ahead of this host's */
};

void probe_init(struct probe *p);
void probe_free(struct probe *p);

/* OK: each call that a check needs is permitted, and without a cluster's name there is one in the
 * region. A denied call that is optional changes nothing; all else is UNKNOWN. */
enum state probe_state(const struct probe *p);

#endif
