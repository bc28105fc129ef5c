/* Running one program to its end, with bounded output and within a deadline. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/buf.h"
#include "base/deadline.h"

#include <sys/types.h>

struct child_limits {
	struct deadline deadline; /* ends the child */
	/* Told the child's process group once it runs, and 0 before that number may belong to
	 * somebody else again. NULL: nobody wants to know. */
	void (*started)(pid_t group);
};

enum child_end {
	CHILD_EXITED,      /* number: the exit status */
	CHILD_KILLED,      /* number: the signal that somebody else sent */
	CHILD_NOT_STARTED, /* number: errno */
	CHILD_TOO_LOUD,    /* out took no more; buf_check(out) says why */
	CHILD_OUT_OF_TIME, /* the deadline had passed, before the start or later */
	CHILD_STOPPED      /* likewise with the stop flag */
};

struct child_result {
	enum child_end end;
	int number;
};

/* Runs argv[0], looked for in PATH, with argv (NULL at its end) and this process's environment, in
 * a process group of its own: standard input /dev/null, no other descriptor of ours (those above 2
 * are marked close-on-exec for good), signals at their defaults, none blocked. Its standard output
 * is appended to out, its standard error to log, where what exceeds the bound is dropped. Returns
 * when the program has ended, whatever it left running then. Descriptors 0 to 2 have to be open.
 * With the last three ends the group gets SIGTERM, and SIGKILL at most 200 ms later. The child is
 * reaped in any case. */
struct child_result child_run(char *const argv[], const struct child_limits *limits,
	struct buf *out, struct buf *log);

#endif
