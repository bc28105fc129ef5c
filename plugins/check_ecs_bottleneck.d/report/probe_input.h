/* The input of a probe's report. */
#ifndef REPORT_PROBE_INPUT_H
#define REPORT_PROBE_INPUT_H

#include "model/probe.h"
#include "report/words/input.h"

/* All borrowed. */
struct probe_report {
	const struct probe *probe;
	const struct rules *rules;
	const struct style *style;
	const struct target *target; /* without a name where -c is not given */
	const char *kind;            /* the member of JSON */
	const char *region_source;
	const char *proxy;     /* "HOST:PORT (VARIABLE)" or "none" */
	const char *diagnosis; /* whole lines: profile, region, endpoints, proxy, keys */
	bool to_terminal;
};

#endif
