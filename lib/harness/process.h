/* How a plugin's process behaves: descriptors, signals, privileges, the deadline's backstop and the
 * one exit funnel. */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* First act of main. Fills closed descriptors 0-2 with /dev/null (else a socket becomes standard
 * output), unblocks signals, SIGPIPE and SIGXFSZ ignored, SIGCHLD to default, SIGTERM/SIGINT/SIGHUP
 * set the stop flag; umask 077, no core dump, no new privileges. From here on a stop signal ends
 * the process within a second even where nobody looks at the flag, with stop_line (a whole line,
 * borrowed until process_finish) and status 3. 0, or -1 with ERR_CONFIG when the program was
 * started setuid or setgid. */
int process_begin(const char *stop_line, struct err *e);

/* Non-zero once SIGTERM, SIGINT or SIGHUP has arrived. The loop polls it. */
const volatile sig_atomic_t *process_stop_flag(void);

/* Arms the last resort for whatever cannot be interrupted (a blocked resolver, a full pipe): when
 * delay_ms have passed the process writes line (as stop_line above) to standard output, unless
 * process_finish() has begun to, and ends with status. A child's group named below is killed. May
 * be called again, then with other bytes, not with changed ones. stop_line takes the place of the
 * former one. */
void process_arm_backstop(int64_t delay_ms, const char *line, const char *stop_line, int status);

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
 * put off to then. Returns the status to exit with: status, or 3 if the result could not be
 * written. */
int process_finish(const char *text, size_t n, int status);

#endif
