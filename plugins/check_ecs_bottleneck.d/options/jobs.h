/* The jobs besides the check: the options that name them, and the options that they take. */
#ifndef OPTIONS_JOBS_H
#define OPTIONS_JOBS_H

#include "base/err.h"
#include "model/choice.h"

struct draft;

/* The member "kind" of the job's JSON object; NULL for a check, which has none. */
const char *job_kind(enum job job);

/* Refuses (ERR_USAGE) the first option of the command line that makes no sense with the job. Those
 * of ini files may be meant for a check by the same section: they stay without effect. Then sets
 * what the job does not leave to options. 0 or -1. */
int job_check_options(struct draft *d, struct err *e);

#endif
