/* From the cluster to its samples: lists the services and fetches their series and what else is
 * requested. What cannot be fetched is recorded in the samples, and the run continues. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "base/err.h"
#include "collect/scope.h"
#include "model/detail.h"
#include "model/request.h"

/* Lists the services that pass the filters and fetches their series. Services that -s names
 * (rules->services_are_named) are not looked for in the list, and the window is that of this host's
 * clock until CloudWatch has answered. Afterwards the samples are
 * sorted and their window and now_s are fixed: later requests do not change which series lack
 * current data. 0, or -1 with ERR_MEMORY if even failures cannot be recorded. */
int collect_services(const struct collect_scope *scope, struct err *e);

/* A round with series of a span of their own. */
struct collect_round {
	/* It belongs to the verdict: it may take all of the run's time, its end is the run's, and
	 * the watcher learns of each answer, with all services. Otherwise it comes after the
	 * verdict, and changes nothing of what decides it. */
	bool is_of_verdict;
	int64_t for_ms;         /* after the verdict: how long it may take */
	bool is_single_attempt; /* no call is made twice, and of an answer only the first page is
				   read */
	struct detail *into;    /* receives the series, whatever of them arrives; borrowed */
};

/* Fetches the requests of a list, which must be in the order of the samples' services; nothing if
 * the samples' time is over. Without a round (NULL) this belongs to the verdict, all series have
 * the span of the samples' window and go there; it returns as above. The series of a round have one
 * span, laid by the samples' now_s; descriptions and task definitions go to the samples all the
 * same. After the verdict it returns 0, or -1 with e: why it was not completed. A signal makes the
 * samples' time be over, and so does a call that cannot be given up. */
int collect_requests(const struct collect_scope *scope, const struct request_list *list,
	const struct collect_round *round, struct err *e);

/* If ECS does not know a service that -s names: fetches the names of the cluster's services into
 * passed_over, as far as they arrive within for_ms, so that the nearest ones can be suggested. A
 * round after the verdict: nothing else changes, but for time_is_over. */
void collect_other_names(const struct collect_scope *scope, int64_t for_ms);

#endif
