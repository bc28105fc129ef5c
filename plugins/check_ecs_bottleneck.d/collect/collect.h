/* From the cluster to its samples: lists the services and fetches their series and what else is
 * requested. What cannot be fetched is recorded in the samples, and the run continues. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "base/err.h"
#include "collect/scope.h"
#include "model/request.h"

/* Lists the services that pass the filters and fetches their series. Afterwards the samples are
 * sorted and their window and now_s are fixed: later requests do not change which series lack
 * current data. 0, or -1 with ERR_MEMORY if even failures cannot be recorded. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* Fetches the requests of a list, which must be in the order of the samples' services; nothing if
 * the samples' time is over. All series have the span of the samples' window. Returns as above. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	struct err *e);

#endif
