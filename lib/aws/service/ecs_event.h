/* The meaning of a service's event messages. The API provides only English text. */
#ifndef AWS_ECS_EVENT_H
#define AWS_ECS_EVENT_H

/* What a message reports; several at once are possible ("has started 1 tasks: (task ...). Amazon
 * ECS replaced 1 tasks due to an unhealthy status."). */
enum {
	ECS_EVENT_STARTED = 1 << 0, /* tasks were started */
	ECS_EVENT_STEADY = 1 << 1,  /* the service has reached a steady state */
	ECS_EVENT_FAILURE = 1 << 2  /* something failed */
};

/* Reads a message: a sum of the above, 0 for anything else. In parentheses (names, IDs, reasons)
 * only failures count; the service's name never does. Case is ignored. */
unsigned ecs_event_read(const char *message);

#endif
