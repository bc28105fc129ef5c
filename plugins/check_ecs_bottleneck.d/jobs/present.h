/* How a run's result is shown: what the user wants, and what the place of the output can show. */
#ifndef JOBS_PRESENT_H
#define JOBS_PRESENT_H

#include "jobs/run.h"
#include "report/words/input.h"

/* Fills in the members of input from to_terminal on. */
void run_present(const struct run *r, struct report_input *input);

#endif
