/* How far a run has got. Part of collect. */
#ifndef COLLECT_COUNTS_H
#define COLLECT_COUNTS_H

#include "collect/scope.h"

/* Counts what the samples of the scope say of the run's own window. */
void counts_take(const struct collect_scope *scope, struct collect_counts *out);

#endif
