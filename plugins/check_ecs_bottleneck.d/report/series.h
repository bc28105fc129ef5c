/* The parts of the report that describe one series. */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include "base/num.h"
#include "judge/headroom.h"
#include "report/input.h"
#include "report/fit.h"

/* Writes the value in plain decimal notation with at least this many decimals, and as many more as
 * are needed for both ranges to judge the text like the value. With trim, zeros at the end of the
 * fraction are omitted. Returns text. */
const char *report_format_value(double value, int decimals, bool trim, const struct range *warning,
	const struct range *critical, char text[static NUM_TEXT_BYTES]);
void report_add_value(struct buf *out, double value, int decimals, bool trim,
	const struct range *warning, const struct range *critical);

/* Appends "api memory 100.2%", "api memory no data" for a series without points, or "api 0 of 3
 * running": for the first line. */
void report_add_item(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends the line of a series, or of its service, and the line of its link if there is one. *line
 * receives the offsets of the pieces in out. */
void report_add_series(const struct report_input *in, const struct series_verdict *v,
	struct buf *out, struct report_line *line);

/* Appends "api memory at 74.2% is 5.8 percentage points from WARNING (80)". */
void report_add_headroom(const struct report_input *in, const struct headroom *h, struct buf *out);

/* Appends what remains to be said of a series not judged by current points alone: why it has none,
 * why it was lost, what --no-data made of it. Nothing for any other. */
void report_add_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends the timing of the breaching points (at least one): how long the longest run lasted, if it
 * has more than one point; then whether the newest point still breaches, or how long ago the period
 * of the last one began: "5 h in a row, still above", "14 h ago", "2 h in a row, last 90 min
 * ago". */
void report_add_breaches(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends a line: before, a space and the link to the graph of a series. Nothing if no console is
 * known for the partition. */
void report_add_link(const struct report_input *in, const struct series_verdict *v,
	const char *before, struct buf *out);

/* "spike", "recurring", "sustained"; NULL for PATTERN_NONE. */
const char *report_pattern_name(enum pattern p);

/* Appends a name from outside, cleaned; "?" if nothing of it is left. */
void report_add_name(struct buf *out, const char *name);

#endif
