/* The size of an ECS task, and the sizes that Fargate has. */
#ifndef MODEL_TASK_SIZE_H
#define MODEL_TASK_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/* 1,024 CPU units are a vCPU. 0: the task has no such size. */
struct task_size {
	int64_t cpu_units, memory_mib;
};

/* What a task runs on. */
enum task_host {
	TASK_HOST_NOT_KNOWN,
	TASK_ON_FARGATE,
	TASK_ON_INSTANCES /* EC2, ECS Managed Instances or ECS Anywhere: any size */
};

/* Which of Fargate's sizes a task may have. */
enum fargate_platform {
	FARGATE_LINUX,
	FARGATE_LINUX_OLD, /* platform version before 1.4.0 */
	FARGATE_WINDOWS
};

/* The smallest size with at least this much CPU and memory: the least CPU first, then the least
 * memory. (Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", Task
 * size; RegisterTaskDefinition in the API reference.) False if none is large enough. */
bool fargate_find(enum fargate_platform platform, double cpu_units, double memory_mib,
	struct task_size *out);

/* The largest size of the platform. */
struct task_size fargate_largest(enum fargate_platform platform);

/* Whether the platform has exactly this size. */
bool fargate_has(enum fargate_platform platform, const struct task_size *size);

#endif
