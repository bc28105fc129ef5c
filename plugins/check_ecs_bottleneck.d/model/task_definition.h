/* What ECS tells of revisions of task definitions. */
#ifndef MODEL_TASK_DEFINITION_H
#define MODEL_TASK_DEFINITION_H

#include "model/task_size.h"

#include <stdbool.h>
#include <stddef.h>

enum task_definition_status {
	TASK_DEFINITION_PENDING,
	TASK_DEFINITION_KNOWN,
	TASK_DEFINITION_FAILED
};

/* A revision; several services may have the same. */
struct task_definition {
	const char *arn; /* borrowed from the description of a service */
	size_t service;  /* the first service with it, an index into samples */
	enum task_definition_status status;
	char *failure; /* TASK_DEFINITION_FAILED: why; NULL without memory */
	struct task_size size;
	bool is_windows;
};

/* By ARN. Zeroed: none. */
struct task_definitions {
	struct task_definition *items;
	size_t count;
};

/* Frees the contents; the list is empty then. */
void task_definitions_free(struct task_definitions *t);

#endif
