/* Runs one program to its end, with bounded output and within a deadline. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/buf.h"
#include "base/deadline.h"

#include <sys/types.h>

struct child_limits {
	struct deadline deadline; /* ends the child */
	/* Called with the child's process group once it runs, and with 0 before that number can be
	 * reused. NULL: not called. */
	void (*started)(pid_t group);
};

enum child_end {
	CHILD_EXITED,      /* number: the exit status */
	CHILD_KILLED,      /* number: the signal, sent by somebody else */
	CHILD_NOT_STARTED, /* number: errno */
	CHILD_TOO_LOUD,    /* out accepts no more; buf_check(out) says why */
	CHILD_OUT_OF_TIME, /* the deadline passed, before the start or later */
	CHILD_STOPPED      /* likewise for the stop flag */
};

struct child_result {
	enum child_end end;
	int number;
};

/* Runs argv[0], looked up in PATH, with argv (NULL-terminated) and this process's environment, in a
 * process group of its own. Standard input is /dev/null; no other descriptor is inherited (those
 * above 2 are marked close-on-exec and stay so); signals have their defaults, and none is blocked.
 * Standard output is appended to out, standard error to log, where what exceeds the bound is
 * discarded. Returns when the program has ended, even if processes it started still run.
 * Descriptors 0 to 2 must be open. With the last three ends the group gets SIGTERM, and SIGKILL at
 * most 200 ms later. The child is always reaped. */
struct child_result child_run(char *const argv[], const struct child_limits *limits,
	struct buf *out, struct buf *log);

#endif
