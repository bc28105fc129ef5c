/* Requests ECS's descriptions of services with DescribeServices: ten services a call, two calls in
 * flight, at most 50 calls, none after one was refused or lost. Part of collect. */
#ifndef COLLECT_DESCRIBE_H
#define COLLECT_DESCRIBE_H

#include "collect/scope.h"

/* Opaque. */
struct describer;

/* scope is borrowed; tag marks the calls. NULL with ERR_MEMORY. */
struct describer *describer_new(const struct collect_scope *scope, int tag, struct err *e);
void describer_free(struct describer *d);

/* Requests a description of the service with this index. Its status becomes DESCRIPTION_PENDING, or
 * DESCRIPTION_BEYOND if the call limit is reached. */
void describer_want(struct describer *d, size_t service);

/* Whether ECS said that the cluster does not exist. */
bool describer_lacks_cluster(const struct describer *d);

/* Sends the first calls. 0, or -1 with ERR_MEMORY. */
int describer_send(struct describer *d, struct err *e);

/* Handles the answer to one of the calls and sends the next. A service missing from the answer
 * becomes DESCRIPTION_FAILED. What the answer says about a service that was not requested, or about
 * another cluster, is ignored, and nothing else in it makes a service OK. 0, or -1 with
 * ERR_MEMORY. */
int describer_on_answer(struct describer *d, const struct client_answer *answer, struct err *e);

#endif
