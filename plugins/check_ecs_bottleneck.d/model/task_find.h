/* Which task definitions the services of a run have. */
#ifndef MODEL_TASK_FIND_H
#define MODEL_TASK_FIND_H

#include "base/err.h"
#include "model/samples.h"

#include <stdbool.h>

/* Gives each marked service (one flag a service) whose description has one its task definition,
 * pending; those with the same ARN share it. Once a run. 0, or -1 with ERR_MEMORY. */
int task_find(struct samples *s, const bool *marked, struct err *e);

#endif
