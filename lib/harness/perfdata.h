/* Performance data items (guidelines, "Performance Data"), in a form all daemons parse alike. */
#ifndef HARNESS_PERFDATA_H
#define HARNESS_PERFDATA_H

#include "base/buf.h"
#include "harness/range.h"

#include <stdint.h>

/* Appends "warn;crit", shared by items with the same ranges. A range that never alerts leaves its
 * field empty. */
void perfdata_add_thresholds(struct buf *out, const struct range *warning,
	const struct range *critical);

/* Appends "label=value%;warn;crit;0", or "label=100.2%;warn;crit;0;200". label is cleaned like
 * text, "'" and "=" become "_"; it is quoted only if it contains a blank or a semicolon. value is
 * in plain decimal notation, thresholds from the function above; min is 0. max is omitted since
 * utilisation can exceed 100, but for a value above 100 it is the next multiple of 100. */
void perfdata_add_percent(struct buf *out, const char *label, const char *value,
	const char *thresholds);

/* Appends "label=count;;;0", with the label as above. */
void perfdata_add_count(struct buf *out, const char *label, size_t count);

/* Appends "label=187200s", a time without thresholds, with the label as above. */
void perfdata_add_seconds(struct buf *out, const char *label, int64_t seconds);

#endif
