#include "config.h"

#include "model/task_find.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *x, const void *y) {
	const struct task_definition *a = x;
	const struct task_definition *b = y;
	int order = strcmp(a->arn, b->arn);
	return order != 0 ? order : (a->service > b->service) - (a->service < b->service);
}

static int compare_arn(const void *arn, const void *item) {
	return strcmp(arn, ((const struct task_definition *)item)->arn);
}

static const char *arn_of(const struct samples *s, const bool *marked, size_t service) {
	const struct description *d = &s->services[service].description;
	return marked[service] && d->status == DESCRIPTION_KNOWN ? d->task_definition : NULL;
}

/* Of equal ones the first stays. */
static void drop_equal(struct task_definitions *t) {
	size_t kept = 0;
	for (size_t i = 0; i < t->count; i++)
		if (kept == 0 || strcmp(t->items[i].arn, t->items[kept - 1].arn) != 0)
			t->items[kept++] = t->items[i];
	t->count = kept;
}

int task_find(struct samples *s, const bool *marked, struct err *e) {
	struct task_definitions *t = &s->task_definitions;
	t->items = calloc(s->service_count + 1, sizeof *t->items);
	if (!t->items)
		return err_no_memory(e);
	for (size_t i = 0; i < s->service_count; i++)
		if (arn_of(s, marked, i))
			t->items[t->count++] = (struct task_definition){.arn = arn_of(s, marked, i),
				.service = i};
	qsort(t->items, t->count, sizeof *t->items, compare);
	drop_equal(t);
	for (size_t i = 0; i < s->service_count && t->count > 0; i++)
		if (arn_of(s, marked, i))
			s->services[i].task_definition = bsearch(arn_of(s, marked, i), t->items,
				t->count, sizeof *t->items, compare_arn);
	return 0;
}
