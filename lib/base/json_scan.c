#include "config.h"

#include "base/json_state.h"

#include "base/crypto.h"
#include "base/num.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NUMBERS = 64 };

/* Replaces each number in the text for cJSON, which reads this fastest. */
static const char placeholder[] = "null";

struct scan {
	const char *at, *end;
	const char *copied; /* the text before this is in out */
	size_t depth;
	size_t number_room;
	struct json_scan out;
};

/* A number being read. */
struct decimal {
	const char *start;
	uint64_t digits;    /* all of them as one whole number, if there are few enough */
	size_t digit_count; /* leading zeros included */
	size_t decimals;    /* of these, after the point */
	bool has_exponent;
};

const double json_null_itself = -INFINITY;

int json_bad(struct err *e, const char *why) {
	return err_set(e, ERR_SYNTAX, "not valid JSON: %s", why);
}

/* --- strings --- */

static bool is_hex(const char *s, size_t n) {
	size_t i = 0;
	while (i < n && s[i] && strchr("0123456789abcdefABCDEF", s[i]))
		i++;
	return i == n;
}

/* Starts at the backslash, ends after the escape. cJSON accepts four bytes that are not
 * hexadecimal, and silently ends a string at an escaped NUL. */
static int scan_escape(struct scan *s, struct err *e) {
	const size_t length = sizeof "uXXXX" - 1;
	s->at++;
	if (s->at >= s->end)
		return 0;
	if (*s->at != 'u') {
		s->at++;
		return 0;
	}
	if ((size_t)(s->end - s->at) < length || !is_hex(s->at + 1, length - 1))
		return json_bad(e, "a malformed \\u escape");
	if (memcmp(s->at + 1, "0000", length - 1) == 0)
		return json_bad(e, "a NUL character in a string");
	s->at += length;
	return 0;
}

/* Whether the byte is literal in a string: ASCII, no control character, quote or backslash. */
static bool is_plain(char c) {
	unsigned char u = (unsigned char)c;
	return u >= 0x20U && u < 0x80U && u != '"' && u != '\\';
}

/* Starts after the opening quote, ends after the closing one. */
static int scan_string(struct scan *s, struct err *e) {
	for (;;) {
		uint32_t codepoint;
		while (s->at < s->end && is_plain(*s->at))
			s->at++;
		if (s->at >= s->end)
			return json_bad(e, "a string without an end");
		if (*s->at == '"') {
			s->at++;
			return 0;
		}
		if (*s->at == '\\') {
			if (scan_escape(s, e))
				return -1;
			continue;
		}
		if ((unsigned char)*s->at < 0x20U)
			return json_bad(e, "a control character in a string");
		size_t length = text_utf8_decode(s->at, (size_t)(s->end - s->at), &codepoint);
		if (length == 0)
			return json_bad(e, "not UTF-8");
		s->at += length;
	}
}

/* --- numbers --- */

static bool in_number(char c) {
	return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

static size_t scan_digits(struct scan *s, struct decimal *d) {
	const char *at = s->at;
	uint64_t digits = d->digits;
	for (; at < s->end && *at >= '0' && *at <= '9'; at++)
		digits = 10 * digits + (uint64_t)(*at - '0');
	size_t n = (size_t)(at - s->at);
	s->at = at;
	d->digits = digits;
	d->digit_count += n;
	return n;
}

/* -? (0 | 1-9 digits) [. digits], as far as it matches. */
static bool scan_decimal(struct scan *s, struct decimal *d) {
	if (*s->at == '-')
		s->at++;
	const char *whole = s->at;
	size_t digits = scan_digits(s, d);
	if (digits == 0 || (digits > 1 && *whole == '0'))
		return false;
	if (s->at == s->end || *s->at != '.')
		return true;
	s->at++;
	d->decimals = scan_digits(s, d);
	return d->decimals > 0;
}

static bool scan_exponent(struct scan *s) {
	s->at++;
	if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
		s->at++;
	const char *start = s->at;
	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > start;
}

static bool is_zero(const char *digit, const char *end) {
	while (digit < end && (*digit == '0' || *digit == '.' || *digit == '-'))
		digit++;
	return digit == end || *digit == 'e' || *digit == 'E';
}

/* The value of the number that ends here. If a double holds both its digits and the power of ten
 * exactly, one division rounds as strtod does (Clinger, How to read floating point numbers
 * accurately, 1990); this covers AWS's times and many of its values. NAN if it is too large, or so
 * small that it would become 0. */
static double value_of(const struct scan *s, const struct decimal *d) {
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
	const size_t max_digits = sizeof powers / sizeof powers[0] - 1; /* fits a uint64_t, too */
	const uint64_t last_exact = UINT64_C(1) << DBL_MANT_DIG;
	if (FLT_EVAL_METHOD == 0 && !d->has_exponent && d->digit_count <= max_digits &&
		d->digits <= last_exact) {
		double value = (double)d->digits / powers[d->decimals];
		return *d->start == '-' ? -value : value;
	}
	double value;
	if (num_parse(d->start, (size_t)(s->at - d->start), &value) ||
		(fpclassify(value) == FP_ZERO && !is_zero(d->start, s->at)))
		return NAN;
	return value;
}

static int append_number(struct scan *s, double value, struct err *e) {
	struct json_scan *out = &s->out;
	if (out->number_count == s->number_room) {
		size_t room = s->number_room ? 2 * s->number_room : FIRST_NUMBERS;
		double *grown = realloc(out->numbers, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		out->numbers = grown;
		s->number_room = room;
	}
	out->numbers[out->number_count++] = value;
	return 0;
}

/* Copies to out what precedes `to` and is not yet there. */
static void copy_until(struct scan *s, const char *to) {
	size_t n = (size_t)(to - s->copied);
	memcpy(s->out.text + s->out.len, s->copied, n);
	s->out.len += n;
	s->copied = to;
}

static int scan_number(struct scan *s, struct err *e) {
	struct decimal d = {.start = s->at};
	bool good = scan_decimal(s, &d);
	d.has_exponent = good && s->at < s->end && (*s->at == 'e' || *s->at == 'E');
	good = good && (!d.has_exponent || scan_exponent(s));
	if (!good || (s->at < s->end && in_number(*s->at)))
		return json_bad(e, "a malformed number");
	copy_until(s, d.start);
	memcpy(s->out.text + s->out.len, placeholder, sizeof placeholder - 1);
	s->out.len += sizeof placeholder - 1;
	s->copied = s->at;
	double value = value_of(s, &d);
	s->out.out_of_range = s->out.out_of_range || isnan(value);
	return append_number(s, value, e);
}

/* --- the document --- */

static int scan_word(struct scan *s, struct err *e) {
	bool is_null = *s->at == 'n';
	s->out.value_count++;
	while (s->at < s->end && *s->at >= 'a' && *s->at <= 'z')
		s->at++;
	return is_null ? append_number(s, json_null_itself, e) : 0;
}

static int scan_token(struct scan *s, struct err *e) {
	char c = *s->at;
	if (c == '"') {
		s->at++;
		s->out.value_count++;
		return scan_string(s, e);
	}
	if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
		s->out.value_count++;
		return scan_number(s, e);
	}
	if (c == 't' || c == 'f' || c == 'n')
		return scan_word(s, e);
	if (c == '{' || c == '[') {
		s->out.value_count++;
		s->depth++;
	} else if ((c == '}' || c == ']') && s->depth > 0) {
		s->depth--;
	} else if ((unsigned char)c >= 0x7FU ||
		((unsigned char)c < 0x20U && c != '\t' && c != '\n' && c != '\r')) {
		return json_bad(e, "an unexpected character");
	}
	s->at++;
	return 0;
}

static int scan_all(struct scan *s, struct err *e) {
	while (s->at < s->end) {
		if (scan_token(s, e))
			return -1;
		if (s->depth > JSON_DEEPEST)
			return err_set(e, ERR_LIMIT, "JSON nested deeper than %d levels",
				JSON_DEEPEST);
		if (s->out.value_count > JSON_MAX_VALUES)
			return err_set(e, ERR_LIMIT, "JSON with more than %d values",
				JSON_MAX_VALUES);
	}
	copy_until(s, s->end);
	return 0;
}

int json_scan(const char *text, size_t n, struct json_scan *out, struct err *e) {
	static const char mark[] = "\xef\xbb\xbf";
	const size_t max_numbers = n <= JSON_MAX_VALUES ? n : JSON_MAX_VALUES + 1;
	struct scan s = {.at = text,
		.end = text + n,
		.copied = text,
		.out = {.text = malloc(n + max_numbers * sizeof placeholder + 1)}};
	*out = s.out;
	if (!out->text)
		return err_no_memory(e);
	if (n >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0)
		s.copied = s.at += sizeof mark - 1;
	int rc = scan_all(&s, e);
	*out = s.out;
	return rc;
}

void json_scan_free(struct json_scan *s) {
	if (s->text)
		crypto_wipe(s->text, s->len);
	free(s->text);
	free(s->numbers);
	*s = (struct json_scan){0};
}
