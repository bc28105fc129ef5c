/* The discovery: lists the services of a cluster for other programs. */
#ifndef JOBS_DISCOVER_H
#define JOBS_DISCOVER_H

#include "jobs/run.h"

/* Runs the discovery; the options must have been read. Writes the whole list to r->out and returns
 * OK, or writes one line that says what is wrong and returns UNKNOWN: the list is incomplete, or it
 * has no service, which a cluster of a wrong name or region would give as well. */
enum state discover(struct run *r);

#endif
