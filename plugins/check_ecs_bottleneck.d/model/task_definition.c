#include "config.h"

#include "model/task_definition.h"

#include <stdlib.h>

void task_definitions_free(struct task_definitions *t) {
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i].failure);
	free(t->items);
	*t = (struct task_definitions){.count = 0};
}
