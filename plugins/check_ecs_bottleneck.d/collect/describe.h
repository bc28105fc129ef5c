/* Asks ECS what it knows of services, with DescribeServices: ten a call, two calls in flight, at
 * most 50 calls, none after one was refused or lost. A part of collect. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "collect/scope.h"

/* Opaque. */
struct describer;

/* scope is borrowed; the tag is that of its calls. NULL with ERR_MEMORY. */
struct describer *describer_new(const struct collect_scope *scope, int tag, struct err *e);
void describer_free(struct describer *d);

/* Wants a description of the service with this index: it is DESCRIPTION_PENDING then, or
 * DESCRIPTION_BEYOND when the calls are used up. */
void describer_want(struct describer *d, size_t service);

/* Sends the first calls. 0, or -1 with ERR_MEMORY. */
int describer_send(struct describer *d, struct err *e);

/* Takes the answer of one of the calls and sends the next. What the answer lacks is
 * DESCRIPTION_FAILED; what it tells of a service that its call did not ask about, or of another
 * cluster, is left aside, and nothing else in it makes a service OK. 0, or -1 with ERR_MEMORY. */
int describer_on_answer(struct describer *d, const struct client_answer *answer, struct err *e);

#endif
