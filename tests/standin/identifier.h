/* Names and ARNs of clusters and services in ECS requests. */
#ifndef STANDIN_IDENTIFIER_H
#define STANDIN_IDENTIFIER_H

#include "account.h"
#include "call.h"

/* The cluster that the request's member `cluster` means ("default" if absent). NULL with AWS's
 * error in the call's answer if there is none. */
const struct cluster *identify_cluster(struct call *call);

/* The service name in a name or ARN; points into `text`. NULL with AWS's error in the call's answer
 * if it is an ARN of something else than a service of this cluster. */
const char *identify_service(struct call *call, const struct cluster *cluster, const char *text);

#endif
