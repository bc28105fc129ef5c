/* ECS: the three operations, API version 2014-11-13. Each fills the answer of a call whose body is
 * a JSON object of any content. */
#ifndef STANDIN_ECS_H
#define STANDIN_ECS_H

struct call;

void ecs_list_clusters(struct call *call);
void ecs_list_services(struct call *call);
void ecs_describe_services(struct call *call);

#endif
