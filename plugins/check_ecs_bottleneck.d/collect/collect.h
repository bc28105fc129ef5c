/* From the cluster to its samples: lists the services and fetches their series and what else is
 * requested. What cannot be fetched is recorded in the samples, and the run continues. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "base/err.h"
#include "collect/scope.h"
#include "model/request.h"

/* Lists the services that pass the filters and fetches their series. Services that -s names
 * (rules->services_are_named) are not looked for in the list, and the window is that of this host's
 * clock until CloudWatch has answered. Afterwards the samples are
 * sorted and their window and now_s are fixed: later requests do not change which series lack
 * current data. 0, or -1 with ERR_MEMORY if even failures cannot be recorded. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* Fetches the requests of a list, which must be in the order of the samples' services; nothing if
 * the samples' time is over. All series have the span of the samples' window. Returns as above. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	struct err *e);

/* If ECS does not know a service that -s names: fetches the names of the cluster's services into
 * passed_over, as far as they arrive in time, so that the nearest ones can be suggested. Nothing
 * else changes, but for time_is_over. */
void collect_other_names(const struct collect_scope *scope);

#endif
