#define _POSIX_C_SOURCE 200809L
#include "account.h"

#include <stdlib.h>
#include <string.h>

#include "task.h"

const struct cluster *account_cluster(const struct account *account, const char *region,
	const char *name) {
	for (size_t i = 0; i < account->cluster_count; i++) {
		const struct cluster *cluster = account->clusters[i];
		if (strcmp(cluster->name, name) == 0 && strcmp(cluster->region, region) == 0) {
			return cluster;
		}
	}
	return NULL;
}

static int service_order(const void *a, const void *b) {
	const struct service *const *left = a;
	const struct service *const *right = b;
	return strcmp((*left)->name, (*right)->name);
}

static int service_matches(const void *name, const void *item) {
	const struct service *const *service = item;
	return strcmp(name, (*service)->name);
}

const struct service *cluster_index(struct cluster *cluster) {
	size_t size = cluster->count * sizeof(*cluster->by_name);
	cluster->by_name = must_grow(cluster->by_name, size);
	if (cluster->count == 0) {
		return NULL;
	}
	memcpy(cluster->by_name, cluster->services, size);
	qsort(cluster->by_name, cluster->count, sizeof(*cluster->by_name), service_order);
	for (size_t i = 1; i < cluster->count; i++) {
		if (service_order(&cluster->by_name[i - 1], &cluster->by_name[i]) == 0) {
			return cluster->by_name[i];
		}
	}
	return NULL;
}

const struct service *cluster_service(const struct cluster *cluster, const char *name) {
	if (cluster->count == 0) {
		return NULL;
	}
	struct service **found = bsearch(name, cluster->by_name, cluster->count,
		sizeof(*cluster->by_name), service_matches);
	return found != NULL ? *found : NULL;
}

void account_cluster_arn(const struct account *account, const struct cluster *cluster,
	struct text *arn) {
	text_addf(arn, "arn:%s:ecs:%s:%s:cluster/%s", account->partition, cluster->region,
		account->id, cluster->name);
}

void account_service_arn(const struct account *account, const struct cluster *cluster,
	const char *service, struct text *arn) {
	text_addf(arn, "arn:%s:ecs:%s:%s:service/", account->partition, cluster->region,
		account->id);
	if (!cluster->short_arns) {
		text_addf(arn, "%s/", cluster->name);
	}
	text_add(arn, service);
}

static void service_free(struct service *service) {
	free(service->name);
	free(service->status);
	free(service->scheduling);
	free(service->controller);
	for (size_t i = 0; i < service->deployment_count; i++) {
		free(service->deployments[i].status);
		free(service->deployments[i].rollout);
		free(service->deployments[i].reason);
		task_free(&service->deployments[i].task);
	}
	for (size_t i = 0; i < service->event_count; i++) {
		free(service->events[i].message);
	}
	free(service->events);
	for (size_t i = 0; i < METRICS; i++) {
		series_free(&service->metrics[i]);
	}
	free(service);
}

static void cluster_free(struct cluster *cluster) {
	for (size_t i = 0; i < cluster->count; i++) {
		service_free(cluster->services[i]);
	}
	free(cluster->services);
	free(cluster->by_name);
	free(cluster->name);
	free(cluster->region);
	free(cluster);
}

void account_free(struct account *account) {
	identity_free(&account->identity);
	for (size_t i = 0; i < account->cluster_count; i++) {
		cluster_free(account->clusters[i]);
	}
	free(account->clusters);
	free(account->id);
	free(account->partition);
	*account = (struct account){0};
}
