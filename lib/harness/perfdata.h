/* Performance data items (guidelines, "Performance Data") in the form that every daemon's parser
 * reads alike. */
#ifndef HARNESS_PERFDATA_H
#define HARNESS_PERFDATA_H

#include "base/buf.h"
#include "harness/range.h"

/* Appends "warn;crit", what items of the same ranges share. A range that never alerts leaves its
 * field empty. */
void perfdata_add_thresholds(struct buf *out, const struct range *warning,
	const struct range *critical);

/* Appends "label=value%;warn;crit;0". label is cleaned as text is, "'" and "=" become "_"; it is
 * put in quotes only if it holds a blank or a semicolon. value is text in plain decimal notation,
 * thresholds what the function above made; min is 0, max is left out since utilisation can exceed
 * 100. */
void perfdata_add_percent(struct buf *out, const char *label, const char *value,
	const char *thresholds);

/* Appends "label=count;;;0", with the label likewise. */
void perfdata_add_count(struct buf *out, const char *label, size_t count);

#endif
