/* The probe: makes each call of a check once and tells what AWS answers. */
#ifndef JOBS_PROBE_H
#define JOBS_PROBE_H

#include "jobs/run.h"

/* Runs the probe; the options must have been read. Writes the result to r->out, returns its state:
 * OK or UNKNOWN. */
enum state probe(struct run *r);

#endif
