/* The first line of a report: the worst finding in a few words. */
#ifndef REPORT_WORDS_HEADLINE_H
#define REPORT_WORDS_HEADLINE_H

#include "report/words/input.h"
#include "report/words/order.h"

/* Whether the run is about one service, by the option alone: a single -s, without "*", "?", "[" and
 * "\". rules may be NULL: unknown. */
bool report_is_about_one(const struct rules *rules);

/* Appends "ECS CRITICAL - prod: ", or "ECS CRITICAL - prod/api: " for a run about one service;
 * without a cluster (NULL) the state alone. */
void report_add_prefix(enum state state, const char *cluster, const struct rules *rules,
	struct buf *out);

/* Appends what follows the prefix, without perfdata and line end. Lists of services are as long as
 * the line has columns, but for one long name; messages are whole. 0, or -1 with ERR_MEMORY. */
int report_add_headline(const struct report_input *in, struct buf *out, struct err *e);

/* The columns of a first line: 79 at a terminal, 120 elsewhere (contract 1.4). */
int report_max_columns(const struct style *style, bool to_terminal);

/* Whether the first line is a message that the long output has as well: a failure, the end of the
 * run, or a pattern without a match. */
bool report_is_message(const struct report_input *in);

/* Shortens a first line, whose prefix ends at from, to its columns, unless it lists services: these
 * fit already. Returns whether it was too long. */
bool report_shorten_headline(const struct report_input *in, size_t from, struct buf *line);

#endif
