/* Numbers and durations: what is taken reads the same after it was written. */
#include "config.h"

#include "fuzz.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>

static bool same(double a, double b) {
	return !(a < b) && !(a > b);
}

static void decimal(const char *s, size_t n) {
	char text[NUM_TEXT_BYTES];
	double value = NAN;
	double again = NAN;
	if (num_parse(s, n, &value)) {
		fuzz_must(isnan(value), "a refused number leaves the value alone");
		return;
	}
	fuzz_must(isfinite(value), "a number is finite");
	num_format_exact(value, text);
	fuzz_must(strspn(text, "-.0123456789") == strlen(text), "plain decimal notation");
	fuzz_must(num_parse(text, strlen(text), &again) == 0, "a written number can be read");
	fuzz_must(same(value, again), "a written number reads as the same");
	fuzz_must(!strchr(text, '.') || text[strlen(text) - 1] != '0', "no zeros at the end");
	for (int decimals = 0; decimals < 4; decimals++) {
		num_format_fixed(value, decimals, text);
		fuzz_must(num_parse(text, strlen(text), &again) == 0 &&
				fabs(again - value) <= fmax(0.5, fabs(value) * 1e-12),
			"a rounded number is near");
	}
}

static void whole(const char *s, size_t n) {
	static const int64_t limits[] = {0, 9, 10, 255, 86400, INT32_MAX, INT64_MAX};
	int64_t value;
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		if (num_parse_whole(s, n, limits[i], &value))
			continue;
		double number = 0;
		fuzz_must(value >= 0 && value <= limits[i], "a whole number is within its bound");
		fuzz_must(n > 300 || (num_parse(s, n, &number) == 0 && same(number, (double)value)),
			"a whole number is a number");
	}
}

static void duration(const char *s) {
	const int64_t max_s = (int64_t)3650 * 86400;
	char text[32];
	int64_t seconds = -1;
	int64_t again = 0;
	if (num_parse_duration(s, &seconds)) {
		fuzz_must(seconds == -1, "a refused duration leaves the value alone");
		return;
	}
	fuzz_must(seconds > 0 && seconds <= max_s, "a duration is within its bounds");
	num_format_duration(seconds, text);
	fuzz_must(num_parse_duration(text, &again) == 0 && again == seconds,
		"a written duration reads as the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *bytes = fuzz_bytes(data, size);
	decimal(bytes, size);
	whole(bytes, size);
	free(bytes);
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *text = fuzz_rest(&in);
	duration(text);
	free(text);
	return 0;
}
