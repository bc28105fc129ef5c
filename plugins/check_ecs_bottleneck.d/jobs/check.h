/* The check: finds the cluster, collects its samples, judges and reports them. */
#ifndef CHECK_H
#define CHECK_H

#include "jobs/run.h"

/* Does it. The options have been read. The result is in r->out; returns its state. */
enum state check(struct run *r);

#endif
