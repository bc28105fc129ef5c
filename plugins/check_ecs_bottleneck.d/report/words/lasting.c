#include "config.h"

#include "report/words/lasting.h"

#include "base/num.h"
#include "base/text.h"
#include "base/time.h"

#include <string.h>

void report_add_time_at(struct buf *out, int64_t epoch_s, int64_t now_s) {
	char text[TIME_MINUTE_BYTES];
	char now[TIME_MINUTE_BYTES];
	const size_t date = strlen("YYYY-MM-DD ");
	(void)time_format_minute(epoch_s, text);
	(void)time_format_minute(now_s, now);
	buf_adds(out, text + (strncmp(text, now, date) == 0 ? date : 0));
}

void report_add_time(const struct report_input *in, int64_t epoch_s, struct buf *out) {
	report_add_time_at(out, epoch_s, in->samples->now_s);
}

void report_add_bound(struct buf *out, double bound) {
	char text[NUM_TEXT_BYTES];
	buf_addf(out, "%s%%", num_format_exact(bound, text));
}

/* "above 95%", "below 10%", "inside @10:20", or "outside 10% to 90%" if points breach on both
 * sides. */
static void add_direction(const struct series_verdict *v, struct buf *out) {
	size_t above = v->breaches.above;
	if (v->direction == DIRECTION_INSIDE) {
		buf_adds(out, "inside ");
		range_format(v->range, out);
	} else if (above > 0 && above < v->breaches.count) {
		buf_adds(out, "outside ");
		report_add_bound(out, v->range->start);
		buf_adds(out, " to ");
		report_add_bound(out, v->range->end);
	} else {
		buf_adds(out, v->direction == DIRECTION_ABOVE ? "above " : "below ");
		report_add_bound(out,
			v->direction == DIRECTION_ABOVE ? v->range->end : v->range->start);
	}
}

const char *report_pattern_name(enum pattern p) {
	static const char *const names[] = {[PATTERN_NONE] = NULL,
		[PATTERN_SPIKE] = "spike",
		[PATTERN_RECURRING] = "recurring",
		[PATTERN_SUSTAINED] = "sustained"};
	return names[p];
}

void report_add_rough_duration(struct buf *out, int64_t seconds) {
	const int64_t minute = 60;
	const int64_t hour = 60 * minute;
	const int64_t day = 24 * hour;
	if (seconds < 2 * hour && (seconds < hour || seconds % hour != 0))
		buf_addf(out, "%lld min", (long long)(seconds / minute));
	else if (seconds < 2 * day)
		buf_addf(out, "%lld h", (long long)(seconds / hour));
	else
		buf_addf(out, "%lld d", (long long)(seconds / day));
}

bool report_is_over(const struct report_input *in, const struct series_verdict *v) {
	/* The newest known point of a lost series may be old. */
	return v->breaches.count > 0 &&
		!(v->breaches.is_newest &&
			window_is_current(&in->samples->window, v->newest_s, in->samples->now_s));
}

void report_add_breaches(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	static const char *const still[] = {[DIRECTION_NONE] = "",
		[DIRECTION_ABOVE] = "above",
		[DIRECTION_BELOW] = "below",
		[DIRECTION_INSIDE] = "inside"};
	const struct breaches *b = &v->breaches;
	if (b->longest_run > 1) {
		report_add_rough_duration(out,
			(int64_t)b->longest_run * in->samples->window.period_s);
		buf_adds(out, " in a row, ");
	}
	if (!report_is_over(in, v)) {
		buf_addf(out, "still %s", still[v->direction]);
		return;
	}
	buf_adds(out, b->count > 1 ? "last " : "");
	report_add_rough_duration(out, in->samples->now_s - b->last_s);
	buf_adds(out, " ago");
}

void report_add_lasting(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	if (v->breaches.count == 0) {
		buf_addf(out, "0 of %zu point%s breach", v->points, text_plural(v->points));
		return;
	}
	add_direction(v, out);
	buf_addf(out, " in %zu of %zu point%s (%s), ", v->breaches.count, v->points,
		text_plural(v->points), report_pattern_name(v->breaches.pattern));
	report_add_breaches(in, v, out);
}
