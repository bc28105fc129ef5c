/* What first lines have in common: the prefix with the cluster, and how many columns there are. */
#ifndef REPORT_WORDS_FIRST_LINE_H
#define REPORT_WORDS_FIRST_LINE_H

#include "base/buf.h"
#include "harness/state.h"
#include "model/rules.h"
#include "model/style.h"

/* Whether the run is about one service, by the option alone: a single -s, without "*", "?", "[" and
 * "\". rules may be NULL: unknown. */
bool report_is_about_one(const struct rules *rules);

/* The columns of a first line: 79 at a terminal, 120 elsewhere (contract 1.4). */
int report_max_columns(const struct style *style, bool to_terminal);

/* Appends a name, its end as "..." if it has more columns (those of tty_width). */
void report_add_fitting_name(const char *name, int columns, struct buf *out);

/* Appends "ECS CRITICAL - prod: ", or "ECS CRITICAL - prod/api: " for a run about one service;
 * without a cluster (NULL) the state alone. */
void report_add_prefix(enum state state, const char *cluster, const struct rules *rules,
	struct buf *out);

/* What report_add_prefix was called with. */
struct report_prefix {
	enum state state;
	const char *cluster;
	const struct rules *rules;
	bool text_is_kept; /* what stands behind the prefix cannot be shortened */
};

/* Shortens a line that has more columns than this and whose prefix ends at from: first the names in
 * the prefix, down to half of the line, or to 24 columns if the text behind is kept; then that text
 * (report_shorten_line). Returns whether words of the text are missing. */
bool report_shorten_first_line(const struct report_prefix *prefix, int columns, size_t from,
	struct buf *line);

#endif
