/* Strict numbers and durations. Decimal expectations were computed with Python's float and "%". */
#include "config.h"

#include "support.h"

#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double untouched = -777;

static void decimal_numbers_are_read(void **state) {
	(void)state;
	static const struct {
		const char *text;
		double value;
	} cases[] = {{"0", 0}, {"10", 10}, {"-5", -5}, {"+5", 5}, {"1.5", 1.5}, {".5", 0.5},
		{"5.", 5}, {"-.5", -0.5}, {"+.5", 0.5}, {"00", 0}, {"010", 10},
		{"0000000000001", 1}, {"1e2", 100}, {"1E2", 100}, {"1e+2", 100}, {"1e-2", 0.01},
		{"1.5e3", 1500}, {"5.e1", 50}, {".5e1", 5}, {"100.2", 100.2}, {"0.1", 0.1},
		{"1e022", 1e22}, {"1.7976931348623157e308", DBL_MAX},
		{"-1.7976931348623157e308", -DBL_MAX},
		{"4.9406564584124654e-324", 4.9406564584124654e-324},
		{"9007199254740993", 9007199254740992.0},
		{"123456789012345678901234567890", 123456789012345678901234567890.0}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double v = untouched;
		expect_whole(num_parse(cases[i].text, strlen(cases[i].text), &v), 0,
			"result for '%s'", cases[i].text);
		expect_number(v, cases[i].value, "value of '%s'", cases[i].text);
	}
}

static void only_the_given_bytes_are_read(void **state) {
	(void)state;
	double v = untouched;
	assert_int_equal(num_parse("125x", 2, &v), 0);
	expect_number(v, 12, "the first two bytes of '125x'");
	/* No NUL behind the bytes. */
	char *bytes = malloc(3);
	assert_non_null(bytes);
	bytes[0] = '7';
	bytes[1] = '.';
	bytes[2] = '5';
	expect_whole(num_parse(bytes, 3, &v), 0, "bytes without a NUL behind them");
	expect_number(v, 7.5, "their value");
	int64_t whole = 0;
	expect_whole(num_parse_whole(bytes, 1, 100, &whole), 0, "one byte of them");
	expect_whole(whole, 7, "its value");
	free(bytes);
}

static void other_numbers_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *text;
		size_t n; /* 0: all of it */
	} cases[] = {{" 1", 0}, {"1 ", 0}, {"+", 0}, {"-", 0}, {".", 0}, {"-.", 0}, {"e5", 0},
		{".e5", 0}, {"1e", 0}, {"1e+", 0}, {"1e-", 0}, {"1e5.0", 0}, {"1e1e1", 0},
		{"0x10", 0}, {"0X1p3", 0}, {"1p3", 0}, {"0b1", 0}, {"0o7", 0}, {"1e999", 0},
		{"-1e999", 0}, {"1e99999999999999999999", 0}, {"nan", 0}, {"NaN", 0}, {"-nan", 0},
		{"nan(1)", 0}, {"inf", 0}, {"INF", 0}, {"-inf", 0}, {"infinity", 0}, {"1,5", 0},
		{"1.2.3", 0}, {"--1", 0}, {"+-1", 0}, {"1-", 0}, {"1_000", 0}, {"1'000", 0},
		{"1%", 0}, {"1f", 0}, {"1L", 0}, {"\xd9\xa1", 0}, {"1\n", 0}, {"\t1", 0},
		{"1\0", 2}, {"1\0002", 3}};
	double v = untouched;
	expect_whole(num_parse("", 0, &v), -1, "result for nothing");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t n = cases[i].n ? cases[i].n : strlen(cases[i].text);
		expect_whole(num_parse(cases[i].text, n, &v), -1, "result for '%s'", cases[i].text);
		expect_number(v, untouched, "the value after '%s'", cases[i].text);
	}
}

static void whole_numbers_are_read(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t max, value;
	} cases[] = {{"0", 0, 0}, {"0", 5, 0}, {"5", 5, 5}, {"007", 7, 7}, {"86400", 86400, 86400},
		{"9223372036854775807", INT64_MAX, INT64_MAX},
		{"9223372036854775806", INT64_MAX - 1, INT64_MAX - 1}, {"10", 10, 10}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t v = -777;
		expect_whole(num_parse_whole(cases[i].text, strlen(cases[i].text), cases[i].max,
				     &v),
			0, "result for '%s'", cases[i].text);
		expect_whole(v, cases[i].value, "value of '%s'", cases[i].text);
	}
}

static void other_whole_numbers_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t max;
	} cases[] = {{"", 10}, {"-0", 10}, {"-1", 10}, {"+1", 10}, {" 1", 10}, {"1 ", 10},
		{"1.0", 10}, {"1e1", 100}, {"0x1", 100}, {"a", 10}, {"11", 10}, {"86401", 86400},
		{"86409", 86400}, {"9", 8}, {"9", 5}, {"1", 0}, {"100", 99},
		{"9223372036854775808", INT64_MAX}, {"9223372036854775807", INT64_MAX - 1},
		{"18446744073709551617", INT64_MAX}, {"99999999999999999999999999", INT64_MAX}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t v = -777;
		expect_whole(num_parse_whole(cases[i].text, strlen(cases[i].text), cases[i].max,
				     &v),
			-1, "'%s' of at most %lld", cases[i].text, (long long)cases[i].max);
		expect_whole(v, -777, "the value after '%s'", cases[i].text);
	}
}

static void durations_are_read(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {{"60s", 60}, {"1s", 1}, {"5m", 300}, {"24h", 86400}, {"7d", 604800},
		{"90m", 5400}, {"3650d", 315360000}, {"86400s", 86400}, {"01h", 3600},
		{"1w", 604800}, {"24H", 86400}, {"7D", 604800}, {"60S", 60}, {"1W", 604800}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t v = -777;
		expect_whole(num_parse_duration(cases[i].text, &v), 0, "result for '%s'",
			cases[i].text);
		expect_whole(v, cases[i].seconds, "seconds of '%s'", cases[i].text);
	}
	static const char *const refused[] = {"", "60", "s", "h", "0s", "0d", "00m", "-5m", "+5m",
		"1.5h", "5 m", " 5m", "5m ", "5M", "1y", "1h30m", "5ms", "5min", "1e2s", "0x5m",
		"m5", "3660d", "87600001h", "99999999999999999999s", "9223372036854775807d",
		"106751991167301d", "5m\n"};
	for (size_t i = 0; i < LENGTH(refused); i++) {
		int64_t v = -777;
		expect_whole(num_parse_duration(refused[i], &v), -1, "result for '%s'", refused[i]);
	}
}

static void durations_are_written_short(void **state) {
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{1, "1s"}, {60, "1m"}, {61, "61s"}, {90, "90s"}, {300, "5m"}, {3600, "1h"},
		{5400, "90m"}, {86400, "24h"}, {90000, "25h"}, {172800, "48h"}, {259200, "3d"},
		{604800, "7d"}, {259260, "4321m"}, {262800, "73h"}, {315360000, "3650d"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char out[32];
		expect_text(num_format_duration(cases[i].seconds, out), cases[i].text, "%lld s",
			(long long)cases[i].seconds);
	}
}

static void decimals_are_written_as_asked(void **state) {
	(void)state;
	static const struct {
		double value;
		int decimals;
		const char *text;
	} cases[] = {{34.4, 1, "34.4"}, {34, 1, "34.0"}, {100.25, 1, "100.2"}, {0.05, 1, "0.1"},
		{2.5, 0, "2"}, {99.96, 1, "100.0"}, {95.04, 2, "95.04"}, {-0.5, 2, "-0.50"},
		{1e22, 0, "10000000000000000000000"}, {0, 3, "0.000"},
		{DBL_TRUE_MIN, 17, "0.00000000000000000"}};
	char out[NUM_TEXT_BYTES];
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_text(num_format_fixed(cases[i].value, cases[i].decimals, out), cases[i].text,
			"%.17g with %d decimals", cases[i].value, cases[i].decimals);
	/* The longest there is: 1 + 309 + 1 + 17 characters. */
	assert_int_equal(strlen(num_format_fixed(-DBL_MAX, 17, out)), 328);
}

static void zeros_are_trimmed(void **state) {
	(void)state;
	static const char *const cases[][2] = {{"34.40", "34.4"}, {"34.00", "34"}, {"100", "100"},
		{"1200", "1200"}, {"0.0", "0"}, {"0", "0"}, {"-0", "0"}, {"-0.0", "0"},
		{"-0.00", "0"}, {"10.", "10"}, {"-0.50", "-0.5"}, {"0.01", "0.01"},
		{"10.010", "10.01"}, {"-100.00", "-100"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[32];
		(void)snprintf(text, sizeof text, "%s", cases[i][0]);
		expect(num_trim_zeros(text) == text, "the same text comes back");
		expect_text(text, cases[i][1], "'%s' trimmed", cases[i][0]);
	}
}

static void exact_numbers_are_short(void **state) {
	(void)state;
	static const struct {
		double value;
		const char *text;
	} cases[] = {{80, "80"}, {0, "0"}, {-0.0, "0"}, {0.1, "0.1"}, {-2.5, "-2.5"},
		{97.123456789, "97.123456789"}, {1e-7, "0.0000001"},
		{1.0 / 3, "0.3333333333333333"}, {0.30000000000000004, "0.30000000000000004"},
		{1e22, "10000000000000000000000"}, {100.10000000000001, "100.10000000000001"}};
	char out[NUM_TEXT_BYTES];
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_text(num_format_exact(cases[i].value, out), cases[i].text, "%.17g",
			cases[i].value);
}

static void exact_numbers_read_back_alike(void **state) {
	(void)state;
	static const double edges[] = {DBL_MAX, -DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 1e-18, 4.2e-100,
		-1e-17, DBL_EPSILON};
	char out[NUM_TEXT_BYTES];
	for (size_t i = 0; i < LENGTH(edges); i++)
		expect_number(strtod(num_format_exact(edges[i], out), NULL), edges[i],
			"%.17g as %s", edges[i], out);
	uint64_t seed = 1;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		double v = ldexp((double)(seed >> 11), -(int)(seed % 70));
		expect_number(strtod(num_format_exact(v, out), NULL), v, "%.17g as %s", v, out);
		char fewer[NUM_TEXT_BYTES];
		const char *point = strchr(out, '.');
		int decimals = point ? (int)strlen(point + 1) : 0;
		if (decimals == 0 || decimals > 17 || strpbrk(out, "eE"))
			continue;
		double back = strtod(num_format_fixed(v, decimals - 1, fewer), NULL);
		expect(back < v || back > v, "%s would do for %s", fewer, out);
	}
}

/* The header: plain decimal notation, whatever it takes; perfdata allows no exponent. */
static void exact_numbers_never_have_an_exponent(void **state) {
	(void)state;
	static const double values[] = {0.0050653077653393013, 0.00052320083454788938, 1e-18,
		1e-300, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308};
	char out[NUM_TEXT_BYTES];
	for (size_t i = 0; i < LENGTH(values); i++) {
		const char *text = num_format_exact(values[i], out);
		expect(strpbrk(text, "eE") == NULL, "%s has no exponent", text);
		expect_number(strtod(text, NULL), values[i], "%s", text);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(decimal_numbers_are_read),
		UNIT_TEST(only_the_given_bytes_are_read),
		UNIT_TEST(other_numbers_are_refused),
		UNIT_TEST(whole_numbers_are_read),
		UNIT_TEST(other_whole_numbers_are_refused),
		UNIT_TEST(durations_are_read),
		UNIT_TEST(durations_are_written_short),
		UNIT_TEST(decimals_are_written_as_asked),
		UNIT_TEST(zeros_are_trimmed),
		UNIT_TEST(exact_numbers_are_short),
		UNIT_TEST(exact_numbers_read_back_alike),
		UNIT_TEST(exact_numbers_never_have_an_exponent),
	};
	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
