/* Dates: what is taken prints to one that reads as the same moment. */
#include "config.h"

#include "fuzz.h"

#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t last_s = 253402300799; /* 9999-12-31T23:59:59Z */

/* The same moment in the form of the HTTP date, made from the ISO one. */
static void must_read_as_http(const char *iso, int64_t epoch_s) {
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec"};
	char http[sizeof "Thu, 01 Jan 2026 00:00:00 GMT"];
	int64_t again = -1;
	int month = 10 * (iso[5] - '0') + iso[6] - '0';
	fuzz_must(month >= 1 && month <= 12, "there are twelve months");
	(void)snprintf(http, sizeof http, "Thu, %.2s %s %.4s %.8s GMT", iso + 8, months[month - 1],
		iso, iso + 11);
	fuzz_must(time_parse_http(http, &again) == 0 && again == epoch_s,
		"an HTTP date reads as the same moment");
}

static void must_print_alike(int64_t epoch_s) {
	char iso[TIME_ISO_BYTES];
	char amz[TIME_AMZ_BYTES];
	char minute[TIME_MINUTE_BYTES];
	char expected[TIME_ISO_BYTES];
	int64_t again = -1;
	time_format_iso(epoch_s, iso);
	fuzz_must(strlen(iso) == sizeof iso - 1, "the ISO form has one length");
	fuzz_must(time_parse_iso(iso, &again) == 0, "a printed date can be read");
	int64_t clamped = epoch_s < 0 ? 0 : epoch_s > last_s ? last_s : epoch_s;
	fuzz_must(again == clamped, "a printed date reads as the same moment");
	(void)snprintf(expected, sizeof expected, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5,
		iso + 8, iso + 11, iso + 14, iso + 17);
	fuzz_must(strcmp(time_format_amz(epoch_s, amz), expected) == 0, "X-Amz-Date says the same");
	(void)snprintf(expected, sizeof expected, "%.10s %.5sZ", iso, iso + 11);
	fuzz_must(strcmp(time_format_minute(epoch_s, minute), expected) == 0,
		"the short form says the same");
	must_read_as_http(iso, clamped);
	for (int64_t step = 60; step <= 86400; step *= 5) {
		int64_t floor_s = time_floor(epoch_s, step);
		fuzz_must(floor_s <= epoch_s && epoch_s - floor_s < step && floor_s % step == 0,
			"the grid point is the last one before");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *text = fuzz_rest(&in);
	int64_t epoch_s = -1;
	const int64_t day_s = 86400;
	if (time_parse_iso(text, &epoch_s) == 0) {
		/* An offset can lead a day beyond either end. */
		fuzz_must(epoch_s >= -day_s && epoch_s <= last_s + day_s + 1, "years 1970 to 9999");
		must_print_alike(epoch_s);
	} else {
		fuzz_must(epoch_s == -1, "a refused date leaves the value alone");
	}
	epoch_s = -1;
	if (time_parse_http(text, &epoch_s) == 0) {
		fuzz_must(epoch_s >= 0 && epoch_s <= last_s + 1, "years 1970 to 9999");
		must_print_alike(epoch_s);
	} else {
		fuzz_must(epoch_s == -1, "a refused date leaves the value alone");
	}
	int64_t number = 0;
	memcpy(&number, data ? (const void *)data : &number,
		size < sizeof number ? size : sizeof number);
	must_print_alike(number / 4096);
	free(text);
	return 0;
}
