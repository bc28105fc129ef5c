/* What the tasks of a deployment are and run on: in the account file, in DescribeServices, and as
 * DescribeTaskDefinition. */
#ifndef STANDIN_TASK_H
#define STANDIN_TASK_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "account.h"
#include "call.h"
#include "parser.h"

/* A task of 256 CPU units and 512 MiB with Linux on Fargate: revision 7 of a definition that has
 * the service's name. */
void task_init(struct task *task);
void task_free(struct task *task);

/* Read a word of the account file: launch=TYPE, providers=NAME,..., platform=VERSION, os=FAMILY,
 * task=FAMILY, revision=N, size=CPUxMEMORY ("-" for none). False if it is none of these. */
bool task_word(struct parser *parser, struct task *task, const char *word);

/* Add the members of a service, a deployment or a task set that tell of it. */
void task_describe(const struct account *account, const struct cluster *cluster,
	const struct service *service, const struct task *task, cJSON *object);

/* ECS's DescribeTaskDefinition: fills the answer of a call whose body is a JSON object. */
void task_describe_definition(struct call *call);

#endif
