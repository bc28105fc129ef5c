/* The rules of a run in its JSON document: ranges, where they come from, statistics. */
#ifndef REPORT_JSON_RULES_H
#define REPORT_JSON_RULES_H

#include "base/json_write.h"
#include "report/words/input.h"

/* Writes a member with a range: "80", "@10:20", and "~:" for one that is switched off. */
void report_json_range(struct json_writer *w, const char *name, const struct range *r);

/* Writes "thresholds": for each checked metric the ranges of the services that no service part
 * names. */
void report_json_thresholds(struct json_writer *w, const struct rules *rules);

/* Writes "idle_ranges": where the ranges come from whose service part matches no listed service;
 * null while the list of services is not known, or with rules or s NULL. */
void report_json_idle_ranges(struct json_writer *w, const struct rules *rules,
	const struct samples *s);

/* Writes what a series was asked for and judged by: "statistic", "warning", "critical", "from". */
void report_json_rule(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v);

#endif
