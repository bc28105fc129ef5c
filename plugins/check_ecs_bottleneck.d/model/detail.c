#include "config.h"

#include "model/detail.h"

#include <stdlib.h>
#include <string.h>

int detail_init(struct detail *d, const struct request_list *list, const struct window *window,
	struct err *e) {
	detail_free(d);
	d->items = calloc(list->count + 1, sizeof *d->items);
	if (!d->items)
		return err_no_memory(e);
	d->window = *window;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].kind == REQUEST_SERIES)
			d->items[d->count++] = (struct detail_series){.request = list->items[i],
				.points.status = SERIES_PENDING};
	return 0;
}

void detail_free(struct detail *d) {
	for (size_t i = 0; i < d->count; i++) {
		series_clear(&d->items[i].points);
		free(d->items[i].points.failure);
	}
	free(d->items);
	*d = (struct detail){.count = 0};
}

static size_t first_of_service(const struct detail *d, size_t service) {
	size_t from = 0;
	size_t to = d->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (d->items[middle].request.service < service)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct series *detail_find(const struct detail *d, size_t service, enum metric m,
	const struct statistic *statistic) {
	size_t i = d ? first_of_service(d, service) : 0;
	for (; d && i < d->count && d->items[i].request.service == service; i++) {
		const struct detail_series *x = &d->items[i];
		if (x->request.metric == m && x->points.status == SERIES_COMPLETE &&
			x->points.values &&
			strcmp(x->request.statistic->name, statistic->name) == 0)
			return &x->points;
	}
	return NULL;
}
