/* From the cluster to its samples: lists the services, fetches their series and what else is asked
 * for. Whatever cannot be had is noted in the samples, and the run goes on with the rest. */
#ifndef COLLECT_H
#define COLLECT_H

#include "base/err.h"
#include "collect/scope.h"
#include "model/request.h"

/* Lists the services that pass the filters and fetches their series. The samples are sorted then,
 * and their window and now_s are fixed: later requests do not change who is without current data.
 * 0, or -1 with ERR_MEMORY when even noting what failed is not possible. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* Fetches the requests of a list, which stand in the order of the samples' services; none when
 * the samples' time is over. Series have the span of the samples' window. Returns as above. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	struct err *e);

#endif
