/* Threshold ranges: what is taken prints to a range that alerts alike. */
#include "config.h"

#include "fuzz.h"

#include "harness/range.h"

#include <math.h>
#include <stdlib.h>

static bool same(double a, double b) {
	return !(a < b) && !(a > b);
}

static void must_alert_alike(const struct range *a, const struct range *b) {
	const double values[] = {a->start, a->end, nextafter(a->start, -INFINITY),
		nextafter(a->start, INFINITY), nextafter(a->end, -INFINITY),
		nextafter(a->end, INFINITY), 0, 50, 100};
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		double v = values[i];
		if (isinf(v))
			continue;
		fuzz_must(range_breaches(a, v) == range_breaches(b, v),
			"a printed range alerts as the one it was printed from");
		fuzz_must(range_exceeds(a, v) == range_exceeds(b, v),
			"a printed range is exceeded by what exceeds the one it was printed from");
		fuzz_must(!range_exceeds(a, v) || range_breaches(a, v),
			"what exceeds a range breaches it");
		fuzz_must(!range_is_never(a) || !range_breaches(a, v),
			"the range that never alerts does not");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct err e = {.code = ERR_NONE};
	struct range r;
	struct range again;
	char *text = fuzz_rest(&in);
	if (range_parse(text, &r, &e)) {
		fuzz_must_explain(&e);
		free(text);
		return 0;
	}
	free(text);
	fuzz_must(r.start <= r.end, "a range starts before it ends");
	fuzz_must(!isnan(r.start) && !isnan(r.end), "the ends are numbers");
	struct buf printed = fuzz_buf();
	struct buf twice = fuzz_buf();
	range_format(&r, &printed);
	fuzz_must(range_is_never(&r) == (printed.len == 0),
		"only the range that never alerts prints as nothing");
	if (printed.len > 0) {
		fuzz_must(range_parse(buf_str(&printed), &again, &e) == 0,
			"a printed range can be read");
		fuzz_must(same(r.start, again.start) && same(r.end, again.end) &&
				r.inside == again.inside,
			"a printed range reads as the same");
		must_alert_alike(&r, &again);
		range_format(&again, &twice);
		fuzz_must(fuzz_same(&printed, &twice), "printing has one form");
	}
	buf_free(&printed);
	buf_free(&twice);
	return 0;
}
