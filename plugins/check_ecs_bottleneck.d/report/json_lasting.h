/* How long a series breached its range, in its JSON document. */
#ifndef REPORT_JSON_LASTING_H
#define REPORT_JSON_LASTING_H

#include "base/json_write.h"
#include "report/words/input.h"

/* Writes "pattern", "longest_run", "last_breach", "lasting" and what these say in seconds; null for
 * what the points cannot tell. */
void report_json_breaches(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v);

#endif
