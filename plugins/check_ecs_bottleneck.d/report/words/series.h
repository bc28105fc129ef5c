/* The parts of the report that describe one series. */
#ifndef REPORT_WORDS_SERIES_H
#define REPORT_WORDS_SERIES_H

#include "base/num.h"
#include "judge/headroom.h"
#include "report/words/input.h"
#include "report/words/fit.h"
#include "report/words/lasting.h"

/* Writes the value in plain decimal notation with at least this many decimals, and as many more as
 * are needed for both ranges to judge the text like the value. With trim, zeros at the end of the
 * fraction are omitted. Returns text. */
const char *report_format_value(double value, int decimals, bool trim,
	const struct series_ranges *ranges, char text[static NUM_TEXT_BYTES]);
void report_add_value(struct buf *out, double value, int decimals, bool trim,
	const struct series_ranges *ranges);

/* The ranges that a series was judged by. */
struct series_ranges report_ranges_of(const struct report_input *in,
	const struct series_verdict *v);

/* Appends what the first line says of a series: "memory 100.2%", "cpu 97.1% at 23:00Z" if the
 * breach is over, "memory no data" without points, or "0 of 3 running" of its service or its
 * running tasks. */
void report_add_finding(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* The same after the name of the service. */
void report_add_item(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends the line of a series, or of its service. *line receives the offsets of the pieces in
 * out. */
void report_add_series(const struct report_input *in, const struct series_verdict *v,
	struct buf *out, struct report_line *line);

/* Appends "api memory at 74.2% is 5.8 percentage points from WARNING (80)". */
void report_add_headroom(const struct report_input *in, const struct headroom *h, struct buf *out);

/* Appends what remains to be said of a series not judged by current points alone: why it has none,
 * why it was lost, what --no-data made of it. Nothing for any other. */
void report_add_reason(const struct report_input *in, const struct series_verdict *v,
	struct buf *out);

/* Appends the link to the graph of a series; nothing for running tasks, or if no console is known
 * for the partition. */
void report_add_url(const struct report_input *in, const struct series_verdict *v, struct buf *out);

/* Appends a line: before, a space and the link to the graph of a series. Nothing if no console is
 * known for the partition. */
void report_add_link(const struct report_input *in, const struct series_verdict *v,
	const char *before, struct buf *out);

/* Appends "Maximum", or "cpu Average, memory Maximum" where metrics have different ones. */
void report_add_statistics(const struct rules *rules, struct buf *out);

/* Appends a name from outside, cleaned; "?" if nothing of it is left. */
void report_add_name(struct buf *out, const char *name);

#endif
