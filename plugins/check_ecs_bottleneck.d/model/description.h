/* What ECS said of one service: facts alone, see silence.h for what follows from them. */
#ifndef DESCRIPTION_H
#define DESCRIPTION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum description_status {
	DESCRIPTION_NONE,    /* not needed, or not wanted by --no-data */
	DESCRIPTION_PENDING, /* needed, no answer yet */
	DESCRIPTION_BEYOND,  /* needed, but the run's calls were used up */
	DESCRIPTION_KNOWN,
	DESCRIPTION_GONE, /* ECS does not know the service, or it is not ACTIVE */
	DESCRIPTION_FAILED
};

/* What is wrong with what was said, and so how much of it can be relied on. */
enum description_fault {
	FAULT_NONE,
	FAULT_HISTORY, /* deployments or events: nothing in there makes the service OK */
	FAULT_ANSWER,  /* the answer that it stood in: likewise, nor is the service gone */
	FAULT_SERVICE  /* its counts or words: nothing follows from them */
};

/* An event, with what its message says (any of these). Times are milliseconds since 1970. */
struct service_event {
	int64_t at_ms;
	bool started; /* tasks were started */
	bool steady;  /* the service has reached a steady state */
	bool failure; /* something failed */
};

struct description {
	enum description_status status;
	char *text; /* DESCRIPTION_GONE: "gone" or the status; DESCRIPTION_FAILED: why */
	enum description_fault fault;
	char *fault_text; /* a phrase; NULL without a fault, or without memory */
	bool is_daemon;   /* one task for each instance */
	int64_t desired_count, running_count;
	int64_t created_ms;         /* 0 unknown, like the next one */
	int64_t primary_created_ms; /* of its PRIMARY deployment or task set */
	int64_t failed_tasks;       /* failed in a row */
	bool rollout_failed;
	char *rollout_reason;         /* NULL: none */
	struct service_event *events; /* in no order */
	size_t event_count;
	int64_t failure_ms;    /* of the newest event that tells of a failure; 0: none */
	char *failure_message; /* what it says; NULL: none */
};

/* Frees what it holds; it is DESCRIPTION_NONE then. */
void description_clear(struct description *d);

/* Notes a fault, unless a graver one is known. text is a phrase. */
void description_add_fault(struct description *d, enum description_fault fault, const char *text);

/* Appends an event; message is kept if it is the newest that tells of a failure. 0, or -1 with
 * ERR_MEMORY. */
int description_add_event(struct description *d, const struct service_event *event,
	const char *message, struct err *e);

/* Whether two say the same of a service, faults left aside. */
bool description_is_equal(const struct description *a, const struct description *b);

#endif
