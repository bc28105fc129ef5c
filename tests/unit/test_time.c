/* Moments and their text forms. Constants by date -u. */
#include "config.h"

#include "support.h"

#include "base/time.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

static const struct {
	int64_t epoch_s;
	const char *amz, *minute, *iso, *http;
} moments[] = {
	{0, "19700101T000000Z", "1970-01-01 00:00Z", "1970-01-01T00:00:00Z",
		"Thu, 01 Jan 1970 00:00:00 GMT"},
	{31535999, "19701231T235959Z", "1970-12-31 23:59Z", "1970-12-31T23:59:59Z",
		"Thu, 31 Dec 1970 23:59:59 GMT"},
	{68212800, "19720229T120000Z", "1972-02-29 12:00Z", "1972-02-29T12:00:00Z",
		"Tue, 29 Feb 1972 12:00:00 GMT"},
	{946684799, "19991231T235959Z", "1999-12-31 23:59Z", "1999-12-31T23:59:59Z",
		"Fri, 31 Dec 1999 23:59:59 GMT"},
	{951782400, "20000229T000000Z", "2000-02-29 00:00Z", "2000-02-29T00:00:00Z",
		"Tue, 29 Feb 2000 00:00:00 GMT"},
	{951868800, "20000301T000000Z", "2000-03-01 00:00Z", "2000-03-01T00:00:00Z",
		"Wed, 01 Mar 2000 00:00:00 GMT"},
	{1767225600, "20260101T000000Z", "2026-01-01 00:00Z", "2026-01-01T00:00:00Z",
		"Thu, 01 Jan 2026 00:00:00 GMT"},
	{1772323199, "20260228T235959Z", "2026-02-28 23:59Z", "2026-02-28T23:59:59Z",
		"Sat, 28 Feb 2026 23:59:59 GMT"},
	{1772323200, "20260301T000000Z", "2026-03-01 00:00Z", "2026-03-01T00:00:00Z",
		"Sun, 01 Mar 2026 00:00:00 GMT"},
	{1835481599, "20280229T235959Z", "2028-02-29 23:59Z", "2028-02-29T23:59:59Z",
		"Tue, 29 Feb 2028 23:59:59 GMT"},
	{2147483648, "20380119T031408Z", "2038-01-19 03:14Z", "2038-01-19T03:14:08Z",
		"Tue, 19 Jan 2038 03:14:08 GMT"},
	{4107542399, "21000228T235959Z", "2100-02-28 23:59Z", "2100-02-28T23:59:59Z",
		"Sun, 28 Feb 2100 23:59:59 GMT"},
	{4107542400, "21000301T000000Z", "2100-03-01 00:00Z", "2100-03-01T00:00:00Z",
		"Mon, 01 Mar 2100 00:00:00 GMT"},
	{13574563200, "24000229T000000Z", "2400-02-29 00:00Z", "2400-02-29T00:00:00Z",
		"Tue, 29 Feb 2400 00:00:00 GMT"},
	{253402300799, "99991231T235959Z", "9999-12-31 23:59Z", "9999-12-31T23:59:59Z",
		"Fri, 31 Dec 9999 23:59:59 GMT"},
};

static void moments_are_written(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(moments); i++) {
		char amz[TIME_AMZ_BYTES], minute[TIME_MINUTE_BYTES], iso[TIME_ISO_BYTES];
		expect_text(time_format_amz(moments[i].epoch_s, amz), moments[i].amz, "%lld",
			(long long)moments[i].epoch_s);
		expect_text(time_format_minute(moments[i].epoch_s, minute), moments[i].minute,
			"%lld", (long long)moments[i].epoch_s);
		expect_text(time_format_iso(moments[i].epoch_s, iso), moments[i].iso, "%lld",
			(long long)moments[i].epoch_s);
	}
}

static void moments_are_read(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(moments); i++) {
		int64_t v = -777;
		expect_whole(time_parse_http(moments[i].http, &v), 0, "%s", moments[i].http);
		expect_whole(v, moments[i].epoch_s, "%s", moments[i].http);
		v = -777;
		expect_whole(time_parse_iso(moments[i].iso, &v), 0, "%s", moments[i].iso);
		expect_whole(v, moments[i].epoch_s, "%s", moments[i].iso);
	}
}

static void other_years_are_clamped(void **state) {
	(void)state;
	static const int64_t before[] = {-1, -100000000000, INT64_MIN};
	static const int64_t after[] = {253402300800, 1000000000000, INT64_MAX};
	char out[TIME_ISO_BYTES];
	for (size_t i = 0; i < LENGTH(before); i++)
		expect_text(time_format_iso(before[i], out), "1970-01-01T00:00:00Z", "%lld",
			(long long)before[i]);
	for (size_t i = 0; i < LENGTH(after); i++)
		expect_text(time_format_iso(after[i], out), "9999-12-31T23:59:59Z", "%lld",
			(long long)after[i]);
}

static void every_day_follows_the_one_before(void **state) {
	(void)state;
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t epoch_s = 0;
	for (int year = 1970; year < 2401; year++) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			int days = lengths[month - 1] + (leap && month == 2);
			for (int day = 1; day <= days; day++, epoch_s += 86400) {
				char wanted[64], out[TIME_ISO_BYTES];
				int64_t back = -777;
				(void)snprintf(wanted, sizeof wanted, "%04d-%02d-%02dT00:00:00Z",
					year, month, day);
				expect_text(time_format_iso(epoch_s, out), wanted, "%s", wanted);
				expect(time_parse_iso(wanted, &back) == 0 && back == epoch_s, "%s",
					wanted);
			}
		}
	}
}

static void iso_forms_are_read(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t epoch_s;
	} cases[] = {{"2026-01-01T01:00:00Z", 1767229200}, {"2026-01-01T01:00:00UTC", 1767229200},
		{"2026-01-01T02:00:00+01:00", 1767229200},
		{"2026-01-01T02:00:00.5+01:00", 1767229200},
		{"2026-01-01T01:00:00.123Z", 1767229200},
		{"2026-01-01T01:00:00.123456789Z", 1767229200},
		{"2026-01-01T00:00:00-05:30", 1767245400},
		{"2026-01-01T00:00:00+00:00", 1767225600},
		{"2025-12-31T19:00:00-05:00", 1767225600}, {"2025-12-31T18:30:00-0530", 1767225600},
		{"2026-01-01T02:00:00+01", 1767229200}, {"2026-01-01 01:00:00+00:00", 1767229200},
		{"20260101T010000Z", 1767229200}, {"2026-01-01t01:00:00z", 1767229200},
		{"2026-01-01 01:00:00 UTC", 1767229200}, {"20260101T020000.5+0100", 1767229200},
		/* Without the seconds, as dateutil, and so the AWS CLI, takes them. */
		{"2026-01-01T01:00Z", 1767229200}, {"2026-01-01 02:00+01:00", 1767229200},
		{"20260101T0100Z", 1767229200}, {"2026-01-01T01:00 UTC", 1767229200}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int64_t v = -777;
		expect_whole(time_parse_iso(cases[i].text, &v), 0, "%s", cases[i].text);
		expect_whole(v, cases[i].epoch_s, "%s", cases[i].text);
	}
}

static void other_forms_are_refused(void **state) {
	(void)state;
	static const char *const iso[] = {"", "2026", "2026-01-01", "2026-01-01T00:00.5Z",
		"2026-01-01T00:00", "20260101T0000", "2026-01-01T00Z", "2026-01-01T00:0Z",
		"2026-01-01T0000Z", "2026-01-01T00:Z", "2026-01-01T00:00:00",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ",
		" 2026-01-01T00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00+01:", "2026-01-01T00:00:00+010",
		"2026-01-01T00:00:00+01000", "2026-01-01T00:00:00+0160",
		"2026-01-01T00:00:00+01:60", "2026-1-1T0:0:0Z", "26-01-01T00:00:00Z",
		"+2026-01-01T00:00:00Z", "2026-01-01T-1:00:00Z", "2026-01-01T00:00:+1Z",
		"2026/01/01T00:00:00Z", "1767225600", "20260101T01:00:00Z", "2026-01-01T010000Z",
		"20260101010000Z", "2026-01-01T01:00:00", "20260101T010000", "202601010T10000Z"};
	static const char *const http[] = {"", "Thu, 01 Jan 2026 00:00:00",
		"01 Jan 2026 00:00:00 GMT", "Thu, 1 Jan 2026 00:00:00 GMT",
		"Thu, 32 Jan 2026 00:00:00 GMT", "Thu, 30 Feb 2026 00:00:00 GMT",
		"Thu, 01 Foo 2026 00:00:00 GMT", "Thu, 01 Jan 2026 24:00:00 GMT",
		"Thu, 01 Jan 2026 00:60:00 GMT", "Thu, 01 Jan 2026 00:00:00 UTC",
		"Thu, 01 Jan 2026 00:00:00 GMT+1", "Thu, 01 Jan 2026 00:00:00 GMTx",
		"Thursday, 01-Jan-26 00:00:00 GMT", "Thu Jan  1 00:00:00 2026",
		"Thu, -1 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 26 00:00:00 GMT"};
	for (size_t i = 0; i < LENGTH(iso); i++) {
		int64_t v = -777;
		expect_whole(time_parse_iso(iso[i], &v), -1, "'%s'", iso[i]);
		expect_whole(v, -777, "untouched by '%s'", iso[i]);
	}
	for (size_t i = 0; i < LENGTH(http); i++) {
		int64_t v = -777;
		expect_whole(time_parse_http(http[i], &v), -1, "'%s'", http[i]);
		expect_whole(v, -777, "untouched by '%s'", http[i]);
	}
}

static void floors_are_multiples(void **state) {
	(void)state;
	static const int64_t cases[][3] = {{0, 60, 0}, {59, 60, 0}, {60, 60, 60}, {61, 60, 60},
		{1767229199, 3600, 1767225600}, {1767312000, 86400, 1767312000}, {-1, 60, -60},
		{-60, 60, -60}, {-61, 60, -120}};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(time_floor(cases[i][0], cases[i][1]), cases[i][2], "%lld by %lld",
			(long long)cases[i][0], (long long)cases[i][1]);
}

static int64_t wall(void *ctx) {
	return *(const int64_t *)ctx;
}

static int64_t monotonic(void *ctx) {
	return *(const int64_t *)ctx + 1;
}

static void clocks_can_be_set(void **state) {
	(void)state;
	int64_t now = 1234;
	const struct clock set = {wall, monotonic, &now};
	assert_int_equal(clock_wall_ms(&set), 1234);
	assert_int_equal(clock_monotonic_ms(&set), 1235);
	const struct clock host = clock_system();
	/* After this file was written, and in milliseconds. */
	assert_true(clock_wall_ms(&host) > 1767225600000);
	assert_true(clock_wall_ms(&host) < 253402300799000);
	int64_t before = clock_monotonic_ms(&host);
	assert_true(clock_monotonic_ms(&host) >= before);
}

struct set_clock {
	int64_t wall_ms, monotonic_ms;
};

static int64_t set_wall_ms(void *ctx) {
	return ((struct set_clock *)ctx)->wall_ms;
}

static int64_t set_monotonic_ms(void *ctx) {
	return ((struct set_clock *)ctx)->monotonic_ms;
}

/* However the host's clock is set: what goes by is what the monotonic clock says. */
static void a_steady_clock_is_not_set(void **state) {
	(void)state;
	struct set_clock host = {.wall_ms = INT64_C(1767225600000), .monotonic_ms = 5000};
	const struct clock base = {set_wall_ms, set_monotonic_ms, &host};
	struct clock_start start;
	const struct clock steady = clock_steady(&base, &start);
	assert_int_equal(clock_wall_ms(&steady), INT64_C(1767225600000));
	static const int64_t jumps_ms[] = {0, -4 * 3600000, 9 * 3600000, INT64_C(-1767225600000)};
	for (size_t i = 0; i < LENGTH(jumps_ms); i++) {
		host.wall_ms += jumps_ms[i];
		host.monotonic_ms += 250;
		expect_whole(clock_wall_ms(&steady),
			INT64_C(1767225600000) + 250 * ((int64_t)i + 1), "jump %zu", i);
		expect_whole(clock_monotonic_ms(&steady), host.monotonic_ms, "jump %zu", i);
	}
}

static void the_hosts_clock_outlives_2038(void **state) {
	(void)state;
#ifdef TIME_T_ENDS
	skip();
#endif
	assert_true(sizeof(time_t) * CHAR_BIT >= 64);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(moments_are_written),
		UNIT_TEST(moments_are_read),
		UNIT_TEST(other_years_are_clamped),
		UNIT_TEST(every_day_follows_the_one_before),
		UNIT_TEST(iso_forms_are_read),
		UNIT_TEST(other_forms_are_refused),
		UNIT_TEST(floors_are_multiples),
		UNIT_TEST(clocks_can_be_set),
		UNIT_TEST(a_steady_clock_is_not_set),
		UNIT_TEST(the_hosts_clock_outlives_2038),
	};
	return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
