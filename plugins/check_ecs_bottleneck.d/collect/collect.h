/* From the cluster to its samples: lists the services and fetches their series and what else is
 * requested. What cannot be fetched is recorded in the samples, and the run continues. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "base/err.h"
#include "collect/scope.h"
#include "model/detail.h"
#include "model/request.h"

/* Lists the services that pass the filters and fetches their series. Afterwards the samples are
 * sorted and their window and now_s are fixed: later requests do not change which series lack
 * current data. 0, or -1 with ERR_MEMORY if even failures cannot be recorded. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* A round after the verdict, which changes nothing of what decides it. */
struct collect_round {
	int64_t for_ms;         /* how long it may take */
	bool is_single_attempt; /* no call is made twice, and of an answer only the first page is
				   read */
	struct detail *into;    /* receives the series, whatever of them arrives; borrowed */
};

/* Fetches the requests of a list, which must be in the order of the samples' services; nothing if
 * the samples' time is over. Without a round (NULL) this belongs to the verdict, all series have
 * the span of the samples' window and go there; it returns as above. The series of a round have one
 * span, laid by the samples' now_s; descriptions go to the samples all the same. Such a round
 * returns 0, or -1 with e: why it was not completed. A signal makes the samples' time be over, and
 * so does a call that cannot be given up. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	const struct collect_round *round, struct err *e);

#endif
