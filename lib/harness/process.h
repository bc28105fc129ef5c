/* How a plugin's process behaves: descriptors, signals, privileges, the deadline's backstop and the
 * single exit path. */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include "base/err.h"
#include "harness/state.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A complete result, line end included, and its state: used when the process has to end without the
 * real one. */
enum { PROCESS_LINE_BYTES = 2048 };
struct process_end {
	char line[PROCESS_LINE_BYTES];
	enum state state;
};

/* One for each reason. */
struct process_ends {
	struct process_end blocked;   /* time is up during a call (process_in_call) */
	struct process_end late;      /* time is up elsewhere, or long past: it did not run */
	struct process_end stopped;   /* a signal came, and the flag was not checked in time */
	struct process_end no_memory; /* for process_finish_kept */
	struct process_end unwritten; /* standard output took no result; for standard error */
};

/* To be called first in main, after process_keep. Fills closed descriptors 0-2 with /dev/null (else
 * a socket becomes standard output), unblocks signals, ignores SIGPIPE and SIGXFSZ, resets SIGCHLD;
 * every other signal that ends a process by default, except those that report a fault in it, sets
 * the stop flag. umask 077, no core dump, no new privileges. From here on a stop signal ends the
 * process within a second, even if the flag is not checked, with what is kept. 0, or -1 with
 * ERR_CONFIG when the program was started setuid or setgid. */
int process_begin(struct err *e);

/* Non-zero once a stop signal has arrived. The main loop polls it. */
const volatile sig_atomic_t *process_stop_flag(void);

/* Keeps a copy of what the process prints and how it exits if it must end early, at any instant and
 * in any call. Allocates nothing. */
void process_keep(const struct process_ends *ends);

/* Whether what is kept, and a result of another state than OK, goes to standard error and nothing
 * to standard output: for a program that reads the output. */
void process_fail_on_stderr(bool yes);

/* Arms the last resort for calls that cannot be interrupted (a blocked resolver, a full pipe):
 * after delay_ms the process writes what is kept to standard output, unless process_finish() has
 * begun to, and exits with its state. The child's group set below is killed. May be called
 * again. */
void process_arm_backstop(int64_t delay_ms);

/* Whether the process is in a call that may block but should last at most 250 ms: selects the
 * backstop's message. */
void process_in_call(bool yes);

/* Sets the process group of a child that must not outlive the backstop; 0: none. */
void process_child_group(pid_t group);

/* Disarms the backstop until it is armed again; a stop signal still ends the process in time. */
void process_pause_backstop(void);

/* Sets the bytes (borrowed until the next call) that the backstop first writes to standard error to
 * restore the terminal there; it also restores the terminal's current modes. NULL: there is nothing
 * more to restore. */
void process_guard_terminal(const char *undo);

/* Writes the whole result to standard output (but see process_fail_on_stderr), once. Delays a
 * backstop that is due within 0.6 s until then. Returns the exit status: state, or the worse of it
 * and UNKNOWN if the result could not be written; standard error is told so if it is where failures
 * go. */
int process_finish(const char *text, size_t n, enum state state);

/* The same when there is no memory for a result. */
int process_finish_kept(void);

#endif
