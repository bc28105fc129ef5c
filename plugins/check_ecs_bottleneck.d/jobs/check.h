/* The check: finds the cluster, collects its samples, judges and reports them. */
#ifndef JOBS_CHECK_H
#define JOBS_CHECK_H

#include "jobs/run.h"

/* Runs the check; the options must have been read. Writes the result to r->out, returns its
 * state. */
enum state check(struct run *r);

#endif
