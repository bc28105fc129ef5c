/* What the tasks of a service are and run on, read for ecs_service.c. */
#ifndef AWS_ECS_TASK_H
#define AWS_ECS_TASK_H

#include "aws/service/ecs.h"

/* Sets host, task_definition, platform_version and is_windows of a service in an answer of
 * DescribeServices: those of its PRIMARY task set, else of its PRIMARY deployment; where that does
 * not tell, those of the service. (Amazon ECS API Reference, Service, Deployment, TaskSet.) */
void ecs_read_tasks(const json *service, struct ecs_service *out);

#endif
