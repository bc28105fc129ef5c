#include "config.h"

#include "base/time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock_ms(clockid_t id) {
	struct timespec t = {0};
	(void)clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx) {
	(void)ctx;
	return read_clock_ms(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *ctx) {
	(void)ctx;
	return read_clock_ms(CLOCK_MONOTONIC);
}

struct clock clock_system(void) {
	return (struct clock){.wall_ms = system_wall_ms, .monotonic_ms = system_monotonic_ms};
}

int64_t clock_wall_ms(const struct clock *c) {
	return c->wall_ms(c->ctx);
}

int64_t clock_monotonic_ms(const struct clock *c) {
	return c->monotonic_ms(c->ctx);
}

static int64_t steady_wall_ms(void *ctx) {
	const struct clock_start *s = ctx;
	return s->wall_ms + clock_monotonic_ms(&s->base) - s->monotonic_ms;
}

static int64_t steady_monotonic_ms(void *ctx) {
	const struct clock_start *s = ctx;
	return clock_monotonic_ms(&s->base);
}

struct clock clock_steady(const struct clock *base, struct clock_start *start) {
	*start = (struct clock_start){.base = *base,
		.wall_ms = clock_wall_ms(base),
		.monotonic_ms = clock_monotonic_ms(base)};
	return (struct clock){.wall_ms = steady_wall_ms,
		.monotonic_ms = steady_monotonic_ms,
		.ctx = start};
}

struct civil {
	int year, month, day, hour, minute, second;
};

enum { DAY_S = 86400, DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

/* Days since 1970 of a date in the proleptic Gregorian calendar. The year starts in March, so that
 * the leap day comes last. */
static int64_t days_from_civil(int year, int month, int day) {
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static struct civil civil_from_epoch(int64_t epoch_s) {
	const int64_t last = 253402300799; /* 9999-12-31T23:59:59Z */
	epoch_s = epoch_s < 0 ? 0 : epoch_s > last ? last : epoch_s;
	int64_t z = epoch_s / DAY_S + DAYS_TO_1970;
	int64_t era = z / DAYS_PER_ERA;
	int64_t doe = z - era * DAYS_PER_ERA;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int second_of_day = (int)(epoch_s % DAY_S);
	return (struct civil){
		.year = (int)(yoe + era * 400 + (month <= 2 ? 1 : 0)),
		.month = (int)month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = second_of_day / 3600,
		.minute = second_of_day / 60 % 60,
		.second = second_of_day % 60,
	};
}

/* Two or four decimal digits. The caller guarantees the range; the cast is for the compiler. */
static void put_digits(char *out, int value, int digits) {
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* Fills a pattern in which Y, M, D, h, m, s are digits. */
static void fill_pattern(char *out, const char *pattern, int64_t epoch_s) {
	struct civil c = civil_from_epoch(epoch_s);
	const struct {
		char letter;
		int value, digits;
	} fields[] = {{'Y', c.year, 4}, {'M', c.month, 2}, {'D', c.day, 2}, {'h', c.hour, 2},
		{'m', c.minute, 2}, {'s', c.second, 2}};
	memcpy(out, pattern, strlen(pattern) + 1);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		char *at = strchr(out, fields[i].letter);
		if (at)
			put_digits(at, fields[i].value, fields[i].digits);
	}
}

const char *time_format_amz(int64_t epoch_s, char out[static TIME_AMZ_BYTES]) {
	fill_pattern(out, "YYYYMMDDThhmmssZ", epoch_s);
	return out;
}

const char *time_format_minute(int64_t epoch_s, char out[static TIME_MINUTE_BYTES]) {
	fill_pattern(out, "YYYY-MM-DD hh:mmZ", epoch_s);
	return out;
}

const char *time_format_iso(int64_t epoch_s, char out[static TIME_ISO_BYTES]) {
	fill_pattern(out, "YYYY-MM-DDThh:mm:ssZ", epoch_s);
	return out;
}

static int days_in_month(int year, int month) {
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 ? leap : 0);
}

static int epoch_from_civil(const struct civil *c, int64_t *epoch_s) {
	if (c->year < 1970 || c->month < 1 || c->month > 12 || c->day < 1 ||
		c->day > days_in_month(c->year, c->month) || c->hour > 23 || c->minute > 59 ||
		c->second > 60)
		return -1;
	*epoch_s = days_from_civil(c->year, c->month, c->day) * DAY_S + c->hour * 3600 +
		c->minute * 60 + c->second;
	return 0;
}

/* Reads s against a pattern: '0' adds a digit to the current number; any other character must match
 * and ends the number. Returns what follows, or NULL. */
static const char *scan_numbers(const char *s, const char *pattern, int *numbers) {
	int *current = NULL;
	for (; *pattern; pattern++, s++) {
		if (*pattern != '0') {
			if (*s != *pattern)
				return NULL;
			current = NULL;
			continue;
		}
		if (*s < '0' || *s > '9')
			return NULL;
		if (!current) {
			current = numbers++;
			*current = 0;
		}
		*current = *current * 10 + (*s - '0');
	}
	return s;
}

static int month_number(const char *s) {
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (strncmp(s, names + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

int time_parse_http(const char *s, int64_t *epoch_s) {
	const size_t weekday = sizeof "Thu, " - 1;
	int day = 0;
	int rest[4] = {0};
	if (strlen(s) != sizeof "Thu, 01 Jan 2026 00:00:00 GMT" - 1 || s[3] != ',' || s[4] != ' ')
		return -1;
	const char *month = scan_numbers(s + weekday, "00 ", &day);
	if (!month || !scan_numbers(month + 3, " 0000 00:00:00 GMT", rest))
		return -1;
	struct civil c = {rest[0], month_number(month), day, rest[1], rest[2], rest[3]};
	return epoch_from_civil(&c, epoch_s);
}

/* "Z", "z", "UTC", "+hh:mm", "+hhmm" or "+hh", to the end of s, in seconds east of UTC. */
static int parse_zone(const char *s, int64_t *offset_s) {
	int hm[2] = {0};
	*offset_s = 0;
	if (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0 || strcmp(s, "UTC") == 0)
		return 0;
	if (*s != '+' && *s != '-')
		return -1;
	const char *end = scan_numbers(s + 1, "00", &hm[0]);
	if (end && *end)
		end = scan_numbers(*end == ':' ? end + 1 : end, "00", &hm[1]);
	if (!end || *end || hm[0] > 23 || hm[1] > 59)
		return -1;
	*offset_s = (*s == '-' ? -1 : 1) * (int64_t)(hm[0] * 3600 + hm[1] * 60);
	return 0;
}

/* The extended form (2026-01-01T02:00:00) or the basic one (20260101T020000), with "T", "t" or a
 * blank in the middle. The seconds may be left out; a fraction of a minute is not one of a second.
 */
static const char *scan_date_and_time(const char *s, int n[static 6]) {
	static const char separators[] = "--T::";
	bool is_basic = strspn(s, "0123456789") == strlen("20260101");
	for (int i = 0; i < 6; i++) {
		s = scan_numbers(s, i == 0 ? "0000" : "00", &n[i]);
		if (!s || i == 5)
			break;
		if (i == 4 && (is_basic ? *s < '0' || *s > '9' : *s != ':'))
			return *s == '.' ? NULL : s;
		bool amid = separators[i] == 'T';
		if (is_basic && !amid)
			continue;
		if (amid ? !*s || !strchr("Tt ", *s) : *s != separators[i])
			return NULL;
		s++;
	}
	return s;
}

int time_parse_iso(const char *s, int64_t *epoch_s) {
	int n[6] = {0};
	int64_t offset_s;
	int64_t local_s;
	const char *rest = scan_date_and_time(s, n);
	if (!rest)
		return -1;
	if (*rest == '.') {
		size_t digits = strspn(rest + 1, "0123456789");
		if (digits == 0)
			return -1;
		rest += 1 + digits;
	}
	rest += *rest == ' ';
	struct civil c = {n[0], n[1], n[2], n[3], n[4], n[5]};
	if (parse_zone(rest, &offset_s) || epoch_from_civil(&c, &local_s))
		return -1;
	*epoch_s = local_s - offset_s;
	return 0;
}

int64_t time_floor(int64_t epoch_s, int64_t step_s) {
	int64_t rest = epoch_s % step_s;
	return epoch_s - (rest < 0 ? rest + step_s : rest);
}
