/* How much plugin output other programs keep. */
#ifndef HARNESS_OUTPUT_BOUND_H
#define HARNESS_OUTPUT_BOUND_H

#include "base/err.h"

#include <stddef.h>

enum { OUTPUT_BOUND_MIN_BYTES = 1000, OUTPUT_BOUND_MAX_BYTES = 64 * 1024 * 1024 };

/* The names of these programs, as a list of words. */
#define OUTPUT_BOUND_NAMES "nagios nrpe nrpe2 icingadb"

/* Reads a bound: a whole number of bytes, or the name of a program that cuts longer output: nagios
 * (Nagios Core keeps at least 4,096 bytes), nrpe (65,504 in its packets of versions 3 and 4), nrpe2
 * (1,023 in those of version 2), icingadb (Icinga DB Web shows 10,000 characters). 0 with
 * *max_bytes set, or -1 with ERR_USAGE. */
int output_bound_parse(const char *text, size_t *max_bytes, struct err *e);

#endif
