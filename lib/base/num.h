/* Strict numbers and durations, read and written independently of the locale. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any finite double in plain decimal notation. */
enum { NUM_TEXT_BYTES = 360 };

/* Reads exactly n bytes as a finite decimal number: sign, digits, one point, exponent; at least one
 * digit. No blanks, hex, octal, "nan", "inf". 0, or -1 without touching *value. */
int num_parse(const char *s, size_t n, double *value);

/* Reads exactly n bytes as an unsigned whole decimal number, at most max. 0 or -1. */
int num_parse_whole(const char *s, size_t n, int64_t max, int64_t *value);

/* Reads a duration "60s", "5m", "24h", "7d", "1w" (whole number and unit; a bare number is refused)
 * as seconds, greater than 0 and at most ten years. Capitals are taken, but for M, which may be
 * meant as months. 0 or -1. */
int num_parse_duration(const char *s, int64_t *seconds);

/* Writes seconds in the largest unit that divides them: "90s", "5m", "24h", "7d" (whole hours up to
 * two days stay hours). Returns out. */
const char *num_format_duration(int64_t seconds, char out[static 32]);

/* Writes value in plain decimal notation with exactly this many decimals. Returns out. */
const char *num_format_fixed(double value, int decimals, char out[static NUM_TEXT_BYTES]);

/* The same; returns the value that out reads back as. */
double num_format_shown(double value, int decimals, char out[static NUM_TEXT_BYTES]);

/* Writes units / 10^decimals in plain decimal notation. Returns the number of bytes. */
size_t num_format_scaled(int64_t units, int decimals, char out[static NUM_TEXT_BYTES]);

/* Removes trailing zeros of the fraction, and the point if nothing follows it; "-0" becomes "0".
 * Returns text. */
const char *num_trim_zeros(char *text);

/* Writes value in plain decimal notation, with the fewest decimals that read back as the same
 * double. Returns out. */
const char *num_format_exact(double value, char out[static NUM_TEXT_BYTES]);

#endif
