/* What a user should hear of a cluster or service that does not exist: the nearest names that do.
 * Part of collect. */
#ifndef COLLECT_MISSING_H
#define COLLECT_MISSING_H

#include "collect/calls.h"
#include "collect/scope.h"

/* Adds the line about the missing cluster to the samples' failures: "-c 80", meant as the critical
 * range, must not go unnoticed. For any other name the nearest ones are suggested, if may_ask and
 * the account's list arrives in time. ticks as in calls_run. */
void missing_explain_cluster(const struct collect_scope *scope, const struct calls_watcher *ticks,
	bool may_ask);

/* The same where services are named and ECS said so when it was asked about them: they are missing,
 * and the list counts as incomplete. What CloudWatch has of them still counts. */
void missing_note_cluster(const struct collect_scope *scope, const struct calls_watcher *ticks,
	bool may_ask);

/* If a service is missing: fetches the names of the cluster's services into the samples'
 * passed_over, to suggest the nearest ones; a round of at most for_ms after the verdict. What goes
 * wrong with the list is ignored: the services stay missing. */
void missing_list_others(const struct collect_scope *scope, const struct calls_watcher *ticks,
	int64_t for_ms);

#endif
