/* Requests task definitions with DescribeTaskDefinition: a call for each revision, two in flight,
 * none after one was refused for all of them. Part of collect. */
#ifndef COLLECT_TASK_FETCH_H
#define COLLECT_TASK_FETCH_H

#include "collect/scope.h"

/* Opaque. */
struct task_fetch;

/* scope is borrowed; tag marks the calls. NULL with ERR_MEMORY. */
struct task_fetch *task_fetch_new(const struct collect_scope *scope, int tag, struct err *e);
void task_fetch_free(struct task_fetch *f);

/* Requests the task definition of the service with this index, which has one (see
 * task_find). 0, or -1 with ERR_MEMORY. */
int task_fetch_want(struct task_fetch *f, size_t service, struct err *e);

/* Sends the first calls. 0, or -1 with ERR_MEMORY. */
int task_fetch_send(struct task_fetch *f, struct err *e);

/* Handles the answer to one of the calls and sends the next. 0, or -1 with ERR_MEMORY. */
int task_fetch_on_answer(struct task_fetch *f, const struct client_answer *answer, struct err *e);

#endif
