/* Where ranges come from: which -w or -C gave them. */
#ifndef REPORT_WORDS_RANGES_H
#define REPORT_WORDS_RANGES_H

#include "report/words/input.h"

/* Appends the option that gave a range: "-w api/cpu=70", "warning=80 in an ini file", or "default".
 */
void report_add_origin(const struct threshold *x, struct buf *out);

/* With -v, appends a line that names the ranges of which the service part matches no listed
 * service. */
void report_add_idle_ranges(const struct report_input *in, struct buf *out);

/* For -vv: appends a line for each range in use, with the metrics and services that it serves, and
 * one for each that serves none; of many ranges the first hundred. */
void report_describe_ranges(const struct rules *rules, const struct samples *s, struct buf *out);

#endif
