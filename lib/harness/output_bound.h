/* How much plugin output other programs keep. */
#ifndef HARNESS_OUTPUT_BOUND_H
#define HARNESS_OUTPUT_BOUND_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { OUTPUT_BOUND_MIN_BYTES = 1000, OUTPUT_BOUND_MAX_BYTES = 64 * 1024 * 1024 };

/* The names of these programs, as a list of words. */
#define OUTPUT_BOUND_NAMES "nagios nrpe nrpe2 icingadb"

struct output_bound {
	size_t max;   /* 0: no bound */
	bool is_text; /* max counts the characters of the text, without performance data; otherwise
			 the bytes of everything */
};

/* Reads a bound: a whole number of bytes, or the name of a program that cuts longer output: nagios
 * (Nagios Core keeps at least 4,096 bytes), nrpe (65,504 in its packets of versions 3 and 4), nrpe2
 * (1,023 in those of version 2), icingadb (Icinga DB Web shows 10,000 characters of text;
 * performance data is a field of its own there, since 1.1.2). 0 with *bound set, or -1 with
 * ERR_USAGE. */
int output_bound_parse(const char *text, struct output_bound *bound, struct err *e);

#endif
