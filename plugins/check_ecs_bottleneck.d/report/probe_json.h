/* The report of a probe as one JSON object. contrib/check_ecs_bottleneck.schema.json describes
 * it. */
#ifndef REPORT_PROBE_JSON_H
#define REPORT_PROBE_JSON_H

#include "report/probe_input.h"

/* Appends the object and a line end: the members of a check's object, null where they tell of
 * services, and "probe". summary is the first line of the text output. 0, or -1 with ERR_MEMORY or
 * ERR_LIMIT; out is incomplete then. */
int report_probe_json(const struct probe_report *in, const char *summary, struct buf *out,
	struct err *e);

#endif
