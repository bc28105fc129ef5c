#include "config.h"

#include "report/words/lasting.h"

#include "base/num.h"
#include "base/time.h"
#include "judge/closer_look.h"

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

const char *report_pattern_name(enum pattern p) {
	static const char *const names[] = {[PATTERN_NONE] = NULL,
		[PATTERN_SPIKE] = "spike",
		[PATTERN_RECURRING] = "recurring",
		[PATTERN_SUSTAINED] = "sustained"};
	return names[p];
}

bool report_is_over(const struct report_input *in, const struct series_verdict *v) {
	struct series_lasting l;
	if (v->breaches.count == 0)
		return false;
	series_lasting_find(in->rules, in->samples, in->detail, v, &l);
	if (l.found.tells_time && l.found.breaching > 0)
		return !l.found.is_present;
	/* The newest known point of a lost series may be old. */
	return !v->breaches.is_newest ||
		!window_is_current(&in->samples->window, v->newest_s, in->samples->now_s);
}
