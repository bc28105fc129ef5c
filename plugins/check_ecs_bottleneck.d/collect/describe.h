/* Requests ECS's descriptions of services with DescribeServices: ten services a call, two calls in
 * flight. Part of collect. */
#ifndef COLLECT_DESCRIBE_H
#define COLLECT_DESCRIBE_H

#include "collect/scope.h"

/* Why descriptions are requested, which decides how hard is tried (the contract has both). */
enum describe_purpose {
	/* Series without data: at most 50 calls, none after one was refused or lost, throttling is
	 * not waited out. */
	DESCRIBE_SILENT,
	/* The running tasks of all services: as many calls as it takes, at most ten a second,
	 * throttling is waited out; none after one that was refused for all of them. */
	DESCRIBE_ALL
};

/* Opaque. */
struct describer;

/* scope is borrowed; tag marks the calls. NULL with ERR_MEMORY. */
struct describer *describer_new(const struct collect_scope *scope, int tag,
	enum describe_purpose purpose, struct err *e);
void describer_free(struct describer *d);

/* Requests a description of the service with this index. Its status becomes DESCRIPTION_PENDING;
 * or DESCRIPTION_BEYOND if the call limit is reached, DESCRIPTION_FAILED after a call that was
 * refused for all. 0, or -1 with ERR_MEMORY. */
int describer_want(struct describer *d, size_t service, struct err *e);

/* Whether ECS said that the cluster does not exist. */
bool describer_lacks_cluster(const struct describer *d);

/* Sends calls of ten services as far as two may be in flight, and, with flush, the rest: nothing is
 * requested after that. 0, or -1 with ERR_MEMORY. */
int describer_send(struct describer *d, bool flush, struct err *e);

/* Handles the answer to one of the calls and sends the next. A service missing from the answer
 * becomes DESCRIPTION_FAILED. What the answer says about a service that was not requested, or about
 * another cluster, is ignored, and nothing else in it makes a service OK. 0, or -1 with
 * ERR_MEMORY. */
int describer_on_answer(struct describer *d, const struct client_answer *answer, struct err *e);

#endif
