/* How the breaches of a series lie in time, in its JSON object. */
#ifndef REPORT_JSON_BREACHES_H
#define REPORT_JSON_BREACHES_H

#include "base/json_write.h"
#include "report/words/input.h"

/* Writes the members from "pattern" to "average_then". */
void report_json_breaches(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v);

/* Writes what --recover makes of it: "rule_state", "held_until". */
void report_json_held(struct json_writer *w, const struct series_verdict *v);

#endif
