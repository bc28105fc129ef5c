/* The first line of a report: the worst finding in a few words. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "report/input.h"
#include "report/order.h"

/* Whether the run is about one service, by the option alone: a single -s, without "*", "?", "[" and
 * "\". rules may be NULL: unknown. */
bool report_is_about_one(const struct rules *rules);

/* Appends "ECS CRITICAL - prod: ", or "ECS CRITICAL - prod/api: " for a run about one service;
 * without a cluster (NULL) the state alone. */
void report_add_prefix(enum state state, const char *cluster, const struct rules *rules,
	struct buf *out);

/* Appends what follows the prefix, without perfdata and line end. With what out holds the line has
 * at most 79 columns at a terminal and 120 elsewhere; messages and one long name may exceed that.
 * 0, or -1 with ERR_MEMORY. */
int report_add_headline(const struct report_input *in, struct buf *out, struct err *e);

#endif
