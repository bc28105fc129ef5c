/* What the messages of a service's events say. The API gives them as English text alone. */
#ifndef AWS_ECS_EVENT_H
#define AWS_ECS_EVENT_H

/* What one message says; several at once are possible ("has started 1 tasks: (task ...). Amazon ECS
 * replaced 1 tasks due to an unhealthy status."). */
enum {
	ECS_EVENT_STARTED = 1 << 0, /* tasks were started */
	ECS_EVENT_STEADY = 1 << 1,  /* the service has reached a steady state */
	ECS_EVENT_FAILURE = 1 << 2  /* something failed */
};

/* Reads a message: a sum of the above, 0 for anything else. Of what stands in parentheses (names,
 * ids, reasons) only failures count, and never the service's name. Letters' case is ignored. */
unsigned ecs_event_read(const char *message);

/* The message behind the "(service NAME) " that nearly all of them begin with; of any other the
 * whole. Points into it. */
const char *ecs_event_text(const char *message);

#endif
