/* What ECS reports about one service: facts only. silence.h draws the conclusions. */
#ifndef MODEL_DESCRIPTION_H
#define MODEL_DESCRIPTION_H

#include "base/err.h"
#include "model/task_size.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum description_status {
	DESCRIPTION_NONE,    /* not needed, or ruled out by --no-data */
	DESCRIPTION_PENDING, /* needed, no answer yet */
	DESCRIPTION_BEYOND,  /* needed, but the call limit was reached */
	DESCRIPTION_KNOWN,
	DESCRIPTION_GONE, /* ECS does not know the service, or it is not ACTIVE */
	DESCRIPTION_FAILED
};

/* What is wrong with the answer, and how much of it is still reliable. */
enum description_fault {
	FAULT_NONE,
	FAULT_HISTORY, /* deployments or events: nothing in them makes the service OK */
	FAULT_ANSWER,  /* the whole answer: likewise, nor does the service count as gone */
	FAULT_SERVICE  /* its counts or texts: nothing follows from them */
};

/* An event and what its message reports (any of these). Times are milliseconds since 1970. */
struct service_event {
	int64_t at_ms;
	bool started; /* tasks were started */
	bool steady;  /* the service has reached a steady state */
	bool failure; /* something failed */
};

struct description {
	enum description_status status;
	int64_t read_s; /* the corrected time when it was read; 0: not known */
	char *text;     /* DESCRIPTION_GONE: "gone" or the status; DESCRIPTION_FAILED: the reason */
	bool is_missing; /* DESCRIPTION_GONE: ECS does not know the service */
	enum description_fault fault;
	char *fault_text; /* a phrase; NULL without a fault or without memory */
	bool is_daemon;   /* one task per instance */
	int64_t desired_count, running_count;
	int64_t created_ms;         /* 0: unknown, as for the next field */
	int64_t primary_created_ms; /* of its PRIMARY deployment or task set */
	int64_t failed_tasks;       /* consecutive failures */
	bool rollout_failed;
	char *rollout_reason;         /* NULL: none */
	struct service_event *events; /* unordered */
	size_t event_count;
	/* Of its PRIMARY deployment or task set; for advice alone, so that two descriptions agree
	 * whatever these are. */
	enum task_host host;
	bool is_windows, is_old_platform; /* of Fargate: platform version before 1.4.0 */
	char *task_definition;            /* its ARN; NULL: not known */
	int64_t failure_ms;               /* of the newest event that reports a failure; 0: none */
	char *failure_message;            /* its message; NULL: none */
};

/* Frees the contents and sets the status to DESCRIPTION_NONE. */
void description_clear(struct description *d);

/* Records a fault, unless one at least as grave is known. text is a phrase. */
void description_add_fault(struct description *d, enum description_fault fault, const char *text);

/* Appends an event. message is copied if the event is the newest that reports a failure. 0, or -1
 * with ERR_MEMORY. */
int description_add_event(struct description *d, const struct service_event *event,
	const char *message, struct err *e);

/* Whether two descriptions agree, apart from faults. */
bool description_is_equal(const struct description *a, const struct description *b);

#endif
