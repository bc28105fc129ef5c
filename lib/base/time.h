/* Time as seconds since 1970 UTC, its text forms, and the clocks of a run. No mktime, localtime or
 * TZ anywhere. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stddef.h>
#include <stdint.h>

/* The two clocks of a run, passed in so that tests can set them. */
struct clock {
	int64_t (*wall_ms)(void *ctx);      /* milliseconds since 1970 UTC */
	int64_t (*monotonic_ms)(void *ctx); /* milliseconds since a fixed point; never steps */
	void *ctx;
};

/* The host's clocks. */
struct clock clock_system(void);

/* The start of a steady clock. */
struct clock_start {
	struct clock base;
	int64_t wall_ms, monotonic_ms;
};

/* A clock whose wall time is base's now plus the time passed on base's monotonic clock: setting the
 * host's clock does not change it. Fills start, which must outlive the clock. */
struct clock clock_steady(const struct clock *base, struct clock_start *start);

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_monotonic_ms(const struct clock *c);

enum {
	TIME_AMZ_BYTES = sizeof "YYYYMMDDTHHMMSSZ",
	TIME_MINUTE_BYTES = sizeof "YYYY-MM-DD HH:MMZ",
	TIME_ISO_BYTES = sizeof "YYYY-MM-DDTHH:MM:SSZ"
};

/* Write epoch_s as X-Amz-Date (20260101T000000Z), as 2026-01-01 00:00Z, as 2026-01-01T00:00:00Z.
 * Years outside 1970-9999 are clamped. Return out. */
const char *time_format_amz(int64_t epoch_s, char out[static TIME_AMZ_BYTES]);
const char *time_format_minute(int64_t epoch_s, char out[static TIME_MINUTE_BYTES]);
const char *time_format_iso(int64_t epoch_s, char out[static TIME_ISO_BYTES]);

/* Read "Thu, 01 Jan 2026 00:00:00 GMT" (RFC 7231 IMF-fixdate) and ISO 8601 with "Z", "UTC" or an
 * offset (+01:00, +0100, +01), dropping a fraction (2026-01-01T02:00:00.5+01:00); the latter also
 * in its basic form (20260101T020000Z), without the seconds, with a blank for the "T" or before the
 * zone, and with small letters, as programs of credential_process write it and the AWS CLI takes
 * it. 0, or -1 without touching *epoch_s. */
int time_parse_http(const char *s, int64_t *epoch_s);
int time_parse_iso(const char *s, int64_t *epoch_s);

/* The largest multiple of step_s that is at most epoch_s. */
int64_t time_floor(int64_t epoch_s, int64_t step_s);

#endif
