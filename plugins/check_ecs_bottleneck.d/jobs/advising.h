/* The rounds for --advise, after the verdict. */
#ifndef JOBS_ADVISING_H
#define JOBS_ADVISING_H

#include "collect/scope.h"
#include "jobs/run.h"

/* Asks ECS for size and host of the chosen services' tasks and CloudWatch for a week, and fills
 * r->advisor; nothing without --advise. It ends at three quarters of the run's time at the latest,
 * and whatever becomes of it, the verdict stands. */
void advising_run(struct run *r, const struct collect_scope *scope);

#endif
