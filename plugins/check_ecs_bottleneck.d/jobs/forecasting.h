/* The round for --forecast, before the verdict and a part of it. */
#ifndef JOBS_FORECASTING_H
#define JOBS_FORECASTING_H

#include "collect/scope.h"
#include "jobs/run.h"

/* Asks for the series and sets the forecasts of the samples; nothing without --forecast. What could
 * not be had is among the samples' failures. 0, or -1 with ERR_MEMORY. */
int forecasting_run(struct run *r, const struct collect_scope *scope, struct err *e);

#endif
