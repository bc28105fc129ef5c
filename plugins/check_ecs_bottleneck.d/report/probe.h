/* The report of a probe: what AWS answers to each call, whose keys they are, the clock. */
#ifndef REPORT_PROBE_H
#define REPORT_PROBE_H

#include "report/probe_input.h"

/* Appends the first line and a line for each call, or the JSON object. 0, or -1 with ERR_MEMORY or
 * ERR_LIMIT. */
int report_probe(const struct probe_report *in, struct buf *out, struct err *e);

#endif
