/* The AWS account that the server plays: its identities, clusters, services and their metrics. */
#ifndef STANDIN_ACCOUNT_H
#define STANDIN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity.h"
#include "series.h"
#include "text.h"

enum metric { CPU, MEMORY, EBS, METRICS };

/* See task.h. Strings may be NULL: no providers; the service's name as family. 0: no such size. */
struct task {
	char *launch, *providers, *platform, *os, *family;
	int revision, cpu, memory;
};

/* Times are seconds since 1970. */
struct deployment {
	char *status, *rollout,
		*reason;          /* rollout NULL: as the counts have it; reason NULL: none */
	int64_t created, updated; /* updated 0: as created */
	int failed;
	struct task task;
};

struct event {
	int64_t at;
	char *message;
};

struct service {
	char *name, *status, *scheduling, *controller;
	int desired, running, pending;
	int64_t created, taskset;         /* taskset 0: the service has no task set */
	struct deployment deployments[4]; /* the PRIMARY one first */
	size_t deployment_count;
	struct event *events; /* none: that it has reached a steady state, when it was deployed */
	size_t event_count;
	bool missing;
	struct series metrics[METRICS];
	size_t line;
};

/* `services` in the order ListServices gives them, `by_name` sorted for look-ups. */
struct cluster {
	char *name, *region;
	bool short_arns;
	struct service **services, **by_name;
	size_t count;
};

struct account {
	char *id, *partition;
	struct identity identity;
	struct cluster **clusters;
	size_t cluster_count;
};

/* Read an account file's text. `name` stands in messages; csv files are looked up in `directory`
 * (ends in '/' or is empty); `start` is the server's start in seconds since 1970; `seed` decides
 * the order of listings. False after a message on stderr. The account must be freed either way. */
bool account_parse(struct account *account, const char *name, const char *directory,
	const char *content, int64_t start, uint64_t seed);
void account_free(struct account *account);

/* Look-ups; NULL if there is none. */
const struct cluster *account_cluster(const struct account *account, const char *region,
	const char *name);
const struct service *cluster_service(const struct cluster *cluster, const char *name);

/* Append the ARN of a cluster, or of a service in the cluster's form. */
void account_cluster_arn(const struct account *account, const struct cluster *cluster,
	struct text *arn);
void account_service_arn(const struct account *account, const struct cluster *cluster,
	const char *service, struct text *arn);

/* Sort the services of a cluster by name into `by_name`; returns one whose name another one has
 * too, NULL if all differ. */
const struct service *cluster_index(struct cluster *cluster);

#endif
