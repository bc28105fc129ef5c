#include "config.h"

#include "model/request.h"

#include "model/samples.h"

#include <stdlib.h>

/* The maximum number of services in a run, each with a description, a task definition and
 * a series per metric. */
enum { MAX_REQUESTS = SAMPLES_MAX_SERVICES * (METRICS + 2) };

int request_list_add(struct request_list *l, const struct request *request, struct err *e) {
	if (l->count == MAX_REQUESTS)
		return err_set(e, ERR_LIMIT, "more than %d requests at a time", MAX_REQUESTS);
	if ((l->count & (l->count - 1)) == 0) {
		size_t room = l->count ? 2 * l->count : 1;
		struct request *grown = realloc(l->items, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		l->items = grown;
	}
	l->items[l->count++] = *request;
	return 0;
}

void request_list_free(struct request_list *l) {
	free(l->items);
	*l = (struct request_list){0};
}
