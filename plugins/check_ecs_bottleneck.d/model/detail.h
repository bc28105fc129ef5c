/* Points of series with another statistic or span than the run's: what a round after the verdict
 * has fetched. They never decide a state. */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include "base/err.h"
#include "model/request.h"
#include "model/samples.h"

#include <stddef.h>

struct detail_series {
	struct request request; /* what was asked for; what it borrows must outlive this */
	struct series points;
};

/* All on one grid of periods. Zeroed: nothing. */
struct detail {
	struct window window;
	struct detail_series *items; /* in the order of the requests, hence of the services */
	size_t count;
};

/* Makes a pending series for each request for one in a list; window is their span's grid. What d
 * had is freed. 0, or -1 with ERR_MEMORY. */
int detail_init(struct detail *d, const struct request_list *list, const struct window *window,
	struct err *e);
void detail_free(struct detail *d);

/* The series of this statistic, if it was fetched completely and has points;
 * otherwise NULL, as for d NULL. Borrowed. */
const struct series *detail_find(const struct detail *d, size_t service, enum metric m,
	const struct statistic *statistic);

#endif
