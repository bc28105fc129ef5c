/* Services as DescribeServices shows them. */
#ifndef STANDIN_DESCRIBE_H
#define STANDIN_DESCRIBE_H

#include <cjson/cJSON.h>

#include "server.h"

/* New JSON values for the caller: a service, or the failure that stands for one of that name. */
cJSON *describe_service(struct server *server, const struct cluster *cluster,
	const struct service *service);
cJSON *describe_missing(struct server *server, const struct cluster *cluster, const char *name);

#endif
