#include "config.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NUMBER = 400, MAX_DECIMALS = 345 };
enum {
	MINUTE_S = 60,
	HOUR_S = 3600,
	DAY_S = 86400,
	WEEK_S = 7 * DAY_S,
	MAX_DURATION_S = 3650 * DAY_S
};

static size_t count_digits(const char *s, size_t n) {
	size_t i = 0;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/* The number of bytes of s that form a decimal number; 0 if s begins with none. */
static size_t match_number(const char *s, size_t n) {
	size_t i = 0;
	if (i < n && (s[i] == '+' || s[i] == '-'))
		i++;
	size_t whole = count_digits(s + i, n - i);
	i += whole;
	size_t fraction = 0;
	if (i < n && s[i] == '.') {
		fraction = count_digits(s + i + 1, n - i - 1);
		i += 1 + fraction;
	}
	if (whole + fraction == 0)
		return 0;
	if (i < n && (s[i] == 'e' || s[i] == 'E')) {
		size_t j = i + 1;
		if (j < n && (s[j] == '+' || s[j] == '-'))
			j++;
		size_t digits = count_digits(s + j, n - j);
		if (digits == 0)
			return 0;
		i = j + digits;
	}
	return i;
}

int num_parse(const char *s, size_t n, double *value) {
	char text[MAX_NUMBER + 1];
	if (n == 0 || n > MAX_NUMBER || match_number(s, n) != n)
		return -1;
	memcpy(text, s, n);
	text[n] = '\0';
	/* LC_NUMERIC stays "C" (only LC_CTYPE is set), so strtod reads a point. */
	double v = strtod(text, NULL);
	if (!isfinite(v))
		return -1;
	*value = v;
	return 0;
}

int num_parse_whole(const char *s, size_t n, int64_t max, int64_t *value) {
	if (n == 0 || count_digits(s, n) != n)
		return -1;
	int64_t v = 0;
	for (size_t i = 0; i < n; i++) {
		int digit = s[i] - '0';
		if (digit > max || v > (max - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	*value = v;
	return 0;
}

static int64_t unit_seconds(char unit) {
	switch (unit) {
	case 's':
	case 'S':
		return 1;
	case 'm':
		return MINUTE_S;
	case 'h':
	case 'H':
		return HOUR_S;
	case 'd':
	case 'D':
		return DAY_S;
	case 'w':
	case 'W':
		return WEEK_S;
	default:
		return 0;
	}
}

int num_parse_duration(const char *s, int64_t *seconds) {
	size_t n = strlen(s);
	if (n < 2)
		return -1;
	int64_t unit = unit_seconds(s[n - 1]);
	int64_t count = 0;
	if (unit == 0 || num_parse_whole(s, n - 1, MAX_DURATION_S / unit, &count) || count == 0)
		return -1;
	*seconds = count * unit;
	return 0;
}

const char *num_format_duration(int64_t seconds, char out[static 32]) {
	int64_t unit = 1;
	char letter = 's';
	if (seconds % DAY_S == 0 && seconds > 2 * DAY_S) {
		unit = DAY_S;
		letter = 'd';
	} else if (seconds % HOUR_S == 0) {
		unit = HOUR_S;
		letter = 'h';
	} else if (seconds % MINUTE_S == 0) {
		unit = MINUTE_S;
		letter = 'm';
	}
	(void)snprintf(out, 32, "%lld%c", (long long)(seconds / unit), letter);
	return out;
}

size_t num_format_scaled(int64_t units, int decimals, char out[static NUM_TEXT_BYTES]) {
	char digits[32];
	size_t n = 0;
	size_t len = 0;
	uint64_t left = units < 0 ? 0 - (uint64_t)units : (uint64_t)units;
	for (; left > 0 || n <= (size_t)decimals; left /= 10) {
		if (n == (size_t)decimals && decimals > 0)
			digits[len++] = '.';
		digits[len++] = (char)('0' + left % 10);
		n++;
	}
	if (units < 0)
		digits[len++] = '-';
	for (size_t i = 0; i < len; i++)
		out[i] = digits[len - 1 - i];
	out[len] = '\0';
	return len;
}

/* value in units of 10^-decimals, rounded as printf does; false where integers cannot decide. They
 * can for few decimals and the range of utilisation, except near the middle of two. */
static bool to_units(double value, int decimals, int64_t *units, double *scale) {
	static const double scales[] = {1, 10, 100};
	const double largest = 1e6;
	const double near_middle = 1e-4; /* far above the error of one multiplication */
	if (decimals < 0 || decimals > 2 || !(value >= 0 && value < largest))
		return false;
	double scaled = value * scales[decimals];
	double below = floor(scaled);
	double fraction = scaled - below;
	if (fabs(fraction - 0.5) < near_middle)
		return false;
	*units = (int64_t)below + (fraction > 0.5);
	*scale = scales[decimals];
	return true;
}

double num_format_shown(double value, int decimals, char out[static NUM_TEXT_BYTES]) {
	int64_t units;
	double scale;
	if (to_units(value, decimals, &units, &scale)) {
		(void)num_format_scaled(units, decimals, out);
		/* Both are exact, so the quotient is the double nearest to the text. */
		return (double)units / scale;
	}
	(void)snprintf(out, NUM_TEXT_BYTES, "%.*f", decimals, value);
	return strtod(out, NULL);
}

const char *num_format_fixed(double value, int decimals, char out[static NUM_TEXT_BYTES]) {
	(void)snprintf(out, NUM_TEXT_BYTES, "%.*f", decimals, value);
	return out;
}

const char *num_trim_zeros(char *text) {
	char *point = strchr(text, '.');
	if (point) {
		char *end = text + strlen(text);
		while (end > point + 1 && end[-1] == '0')
			end--;
		if (end == point + 1)
			end = point;
		*end = '\0';
	}
	if (strcmp(text, "-0") == 0)
		memcpy(text, "0", 2);
	return text;
}

const char *num_format_exact(double value, char out[static NUM_TEXT_BYTES]) {
	for (int decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
		num_format_fixed(value, decimals, out);
		double back = strtod(out, NULL);
		if (!(back < value) && !(back > value))
			return num_trim_zeros(out);
	}
	return num_trim_zeros(out);
}
