/* How a plugin's process behaves: descriptors, signals, privileges, the deadline's backstop and the
 * one exit funnel. */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include "base/err.h"
#include "harness/state.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A whole result, line end included, for whoever has to end the process without the real one, and
 * its state. */
enum { PROCESS_LINE_BYTES = 2048 };
struct process_end {
	char line[PROCESS_LINE_BYTES];
	enum state state;
};

/* One for each way in which that happens. */
struct process_ends {
	struct process_end blocked; /* time is up within a call (process_in_call) */
	struct process_end late; /* time is up elsewhere, or long past: the process did not run */
	struct process_end stopped;   /* a signal came, and nobody looked at the flag in time */
	struct process_end no_memory; /* for process_finish_kept */
};

/* First act of main. Fills closed descriptors 0-2 with /dev/null (else a socket becomes standard
 * output), unblocks signals, SIGPIPE and SIGXFSZ ignored, SIGCHLD to default; every signal whose
 * default is to end the process, but those that tell of a fault in it, sets the stop flag. umask
 * 077, no core dump, no new privileges. From here on a stop signal ends the process within a second
 * even where nobody looks at the flag, with what is kept, so process_keep comes first. 0, or -1
 * with ERR_CONFIG when the program was started setuid or setgid. */
int process_begin(struct err *e);

/* Non-zero once a stop signal has arrived. The loop polls it. */
const volatile sig_atomic_t *process_stop_flag(void);

/* Keeps what the process says and how it exits wherever it has to end from now on, at any instant
 * and in any call. A copy; allocates nothing. */
void process_keep(const struct process_ends *ends);

/* Arms the last resort for whatever cannot be interrupted (a blocked resolver, a full pipe): when
 * delay_ms have passed the process writes what is kept to standard output, unless process_finish()
 * has begun to, and ends with its state. A child's group named below is killed. May be called
 * again. */
void process_arm_backstop(int64_t delay_ms);

/* Whether the process is within a call that may block, but is not meant to last longer than 250 ms:
 * for the words of the backstop. */
void process_in_call(bool yes);

/* Names the process group of a child that must not outlive the backstop; 0: there is none any more.
 */
void process_child_group(pid_t group);

/* Stops the backstop until it is armed again; a stop signal still ends the process in time. */
void process_pause_backstop(void);

/* Names the bytes (borrowed until the next call) that the backstop writes to standard error before
 * all else, so that the terminal there is left in order; it also restores that terminal's modes to
 * what they are now. NULL: there is nothing to restore any more. */
void process_guard_terminal(const char *undo);

/* Writes the whole result to standard output, once. A backstop that would strike within 0.6 s is
 * put off to then. Returns the status to exit with: state, or if the result could not be written
 * the worse of it and UNKNOWN. */
int process_finish(const char *text, size_t n, enum state state);

/* The same where there is no memory for a result. */
int process_finish_kept(void);

#endif
