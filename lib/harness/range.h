/* Threshold ranges, strictly as the plugin guidelines define them ("Threshold and Ranges"). The
 * newest upstream parser deviates from that text; this one does not. */
#ifndef HARNESS_RANGE_H
#define HARNESS_RANGE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* Alerts outside [start, end], or within it if inside is set; the ends belong to the range. Plain
 * values; nothing to free. */
struct range {
	double start, end; /* -INFINITY and INFINITY where open */
	bool inside;
};

/* Reads "[@]start:end": "10", "10:", ":10", "~:10", "@5:10"; numbers are decimal with sign and
 * exponent, a "%" may follow each. 0, or -1 with ERR_SYNTAX and the reason. */
int range_parse(const char *s, struct range *out, struct err *e);

/* Whether range_parse accepts s. */
bool range_is_valid(const char *s);

/* Whether it is the range that never alerts ("~:"). */
bool range_is_never(const struct range *r);

/* Whether value alerts. */
bool range_breaches(const struct range *r, double value);

/* Whether value alerts because it is greater than the range's upper end. */
bool range_exceeds(const struct range *r, double value);

/* The value above which the range alerts and below which it does not: its upper end, of "@start:"
 * the start. INFINITY if no value is too high for it, or only values between two others are. */
double range_limit(const struct range *r);

/* Appends the range in its shortest form: "80" for 0..80 (daemons keep only plain numbers), else
 * "[@]start:end"; nothing for one that never alerts (perfdata leaves the field empty). */
void range_format(const struct range *r, struct buf *out);

#endif
